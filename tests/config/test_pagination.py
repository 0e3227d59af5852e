"""Long lists: what is counted, and how far pages are reached."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from config.pagination import CappedPaginator
from tests.factories import AccountFactory


@pytest.fixture
def names(db):
    """Twenty names in the order of their pinyin, some of them twice."""
    return [AccountFactory(name=f"客户{letter}").pk for letter in "aabccdeefghijkklmnop"]


def pages(order, cap=4, per_page=2, **kwargs):
    return CappedPaginator(Account.objects.order_by(*order), per_page, cap=cap, **kwargs)


def keys(page):
    return [row.pk for row in page]


def test_counts_to_the_cap_and_says_so(names):
    paginator = pages(["name_pinyin", "pk"])
    assert (paginator.count, paginator.is_capped, paginator.count_text) == (4, True, "4+")
    exact = pages(["name_pinyin", "pk"], exact=True)
    assert (exact.count, exact.is_capped, exact.count_text) == (20, False, "20")
    short = pages(["name_pinyin", "pk"], cap=20)
    assert (short.count, short.is_capped) == (20, False)


@pytest.mark.parametrize(
    "order", [["name_pinyin", "pk"], ["-name_pinyin", "pk"], ["updated_at", "-pk"]]
)
def test_walking_forth_and_back_meets_every_row_once(names, order):
    expected = list(Account.objects.order_by(*order).values_list("pk", flat=True))
    seen, address, visited = [], "1", []
    while True:
        page = pages(order).get_page(address)
        seen += keys(page)
        visited.append(keys(page))
        if not page.has_next():
            break
        address = page.next_page_number()
    assert seen == expected
    assert "." in str(address)
    while page.has_previous():
        visited.pop()
        page = pages(order).get_page(page.previous_page_number())
        assert keys(page) == visited[-1]
    assert page.number == 1


def test_a_far_page_by_its_number_alone(names):
    page = pages(["name_pinyin", "pk"]).get_page("7")
    assert keys(page) == names[12:14]
    assert (page.start_index(), page.end_index(), page.number) == (13, 14, 7)


def test_a_far_page_by_its_key_does_not_count_its_way(names):
    address = pages(["name_pinyin", "pk"]).get_page("6").next_page_number()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert keys(pages(["name_pinyin", "pk"]).get_page(address)) == names[12:14]
    assert not any("OFFSET" in query["sql"] for query in queries)


def test_rows_added_before_it_do_not_move_a_far_page(names):
    address = pages(["name_pinyin", "pk"]).get_page("6").next_page_number()
    AccountFactory(name="客户a")
    assert keys(pages(["name_pinyin", "pk"]).get_page(address)) == names[12:14]


@pytest.mark.parametrize(
    "address",
    ["", "0", "-3", "x", "1.", "1.a", "1.aW10", "²", None, "1" * 50],
)
def test_nonsense_gives_the_first_page(names, address):
    assert keys(pages(["name_pinyin", "pk"]).get_page(address)) == names[:2]


@pytest.mark.parametrize("token", ["a", "c", "aW10", "aWyJcdTAwMDAiLCIxIl0", "aWyJhIiwieCJd", "a€"])
def test_a_far_page_with_a_broken_key_is_found_by_its_number(names, token):
    assert keys(pages(["name_pinyin", "pk"]).get_page(f"7.{token}")) == names[12:14]


def test_behind_the_end_comes_the_last_counted_page(names):
    assert keys(pages(["name_pinyin", "pk"]).get_page("999")) == names[2:4]
    assert keys(pages(["name_pinyin", "pk"], exact=True).get_page("999")) == names[18:]
    assert keys(pages(["name_pinyin", "pk"], cap=100).get_page("999")) == names[18:]


def test_an_order_with_empty_values_goes_by_numbers(names):
    paginator = pages(["annual_volume", "pk"])
    assert paginator.get_page("6").next_page_number() == 7
    assert keys(paginator.get_page("7")) == names[12:14]


def test_who_does_not_walk_sorts_what_was_met_first(names):
    met = keys(pages(["name_pinyin", "pk"], walks=False).get_page("1"))
    assert len(met) == 2
    assert set(met) <= set(names)
    assert met == sorted(met, key=names.index)
    known = pages(["name_pinyin", "pk"], walks=False, cap=100)
    assert keys(known.get_page("2")) == names[2:4]
