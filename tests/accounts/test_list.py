"""The customer list: what it shows to whom, narrowed and ordered how."""

from decimal import Decimal

import pytest
from django.db import connection

from accounts.models import Account, BusinessType, SavedView, Standing
from tests.factories import (
    AccountFactory,
    AssignmentFactory,
    ContactPersonFactory,
    JudgementFactory,
    SavedViewFactory,
)

CANARY = "绝密金丝雀股份有限公司"


@pytest.fixture
def customers(people):
    """Three of Chen's, one of Sun's, one of nobody in the east; and a canary in the south."""
    key = AccountFactory(
        name="安徽甲公司", code="K1", owner=people.chen, region=people.east,
        standing=Standing.KEY, business_type=BusinessType.AGREEMENT,
    )  # fmt: skip
    JudgementFactory(account=key, kind="payment_reputation", value="good", judged_by=people.chen)
    ContactPersonFactory(account=key, name="欧阳晓", mobile="13812345678", is_primary=True)
    small = AccountFactory(
        name="北京乙公司", code="K2", owner=people.chen, region=people.east,
        standing=Standing.SMALL_MEDIUM,
    )  # fmt: skip
    prospect = AccountFactory(name="重庆丙公司", owner=people.chen, standing=Standing.PROSPECT)
    sun = AccountFactory(name="大连丁公司", owner=people.sun, region=people.south)
    free = AccountFactory(name="恩施戊公司", region=people.east)
    canary = AccountFactory(name=CANARY, owner=people.zhou, region=people.south)
    ContactPersonFactory(account=canary, name="金丝雀", mobile="13900000000")
    for account, tier, volume in [
        (key, "A1", "2500000"), (small, "C", "120000"), (sun, "", "0"), (canary, "B1", "1"),
    ]:  # fmt: skip
        Account.objects.filter(pk=account.pk).update(tier=tier, annual_volume=Decimal(volume))
    return {"key": key, "small": small, "prospect": prospect, "sun": sun, "free": free}


def shown(response, customers):
    names = {account.pk: name for name, account in customers.items()}
    return [names[account.pk] for account in response.context["page"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "key small prospect sun free"),
        ("tier=A1", "key"),
        ("tier=A1&tier=C", "key small"),
        ("tier=undecided", "prospect sun free"),
        ("standing=key", "key"),
        ("standing=key&standing=prospect", "key prospect"),
        ("type=agreement", "key"),
        ("owner=me", ""),
        ("owner=nobody", "free"),
        ("owner={chen}", "key small prospect"),
        ("region={east}", "key small free"),
        ("region=nobody", "prospect"),
        ("volume_from=12", "key small"),
        ("volume_to=12", "small sun"),
        ("volume_from=0.0001&volume_to=100", "small"),
        ("judgement=payment_reputation:good", "key"),
        ("judgement=payment_reputation:other", ""),
        ("judgement=payment_reputation:unanswered", "small prospect sun free"),
        ("q=公司", "key small prospect sun free"),
        ("q=ouyang", "key"),
        ("q=13812345678", "key"),
        ("q=gongsi&standing=key", "key"),
        ("sort=-name", "free sun prospect small key"),
        ("sort=volume", "sun small key prospect free"),
        ("sort=-volume", "key small sun free prospect"),
        ("sort=tier", "key small prospect sun free"),
        ("sort=-tier", "free sun prospect small key"),
        ("sort=code", "key small prospect sun free"),
        ("sort=owner", "key small prospect sun free"),
        ("sort=region", "key small free sun prospect"),
        ("page=7", "key small prospect sun free"),
        # What cannot be understood finds nothing and says so.
        ("tier=Z9", ""),
        ("owner={zhou}", ""),
        ("owner=x", ""),
        ("volume_from=viel", ""),
        ("judgement=mood:good", ""),
        ("sort=password", ""),
        ("q=%00", ""),
    ],
)
def test_narrowing_and_ordering(client, people, customers, query, expected):
    client.force_login(people.li)
    keys = {"chen": people.chen.pk, "zhou": people.zhou.pk, "east": people.east.pk}
    response = client.get(f"/accounts/?{query.format(**keys)}")
    assert response.status_code == 200
    assert shown(response, customers) == expected.split()


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("wang", {"key", "small", "prospect", "sun", "free", "canary"}),
        ("li", {"key", "small", "prospect", "sun", "free"}),
        ("chen", {"key", "small", "prospect"}),
        ("sun", {"sun"}),
        ("zhou", {"canary"}),
        ("zhao", {"canary"}),
        ("he", set()),
        ("root", set()),
    ],
)
def test_who_finds_whom_in_list_dropdown_and_lookup(client, people, customers, who, expected):
    client.force_login(getattr(people, who))
    everyone = {a.pk: name for name, a in customers.items()} | {
        Account.objects.get(name=CANARY).pk: "canary"
    }
    page = client.get("/accounts/")
    assert {everyone[account.pk] for account in page.context["page"]} == expected
    dropdown = client.get("/accounts/search/?q=公司")
    assert {everyone[account.pk] for account in dropdown.context["hits"]} == expected
    choices = client.get("/accounts/lookup/?q=gongsi").json()["results"]
    assert {everyone[int(choice["value"])] for choice in choices} == expected
    if "canary" not in expected:
        for address in (
            "/accounts/", "/accounts/?q=金丝", "/accounts/search/?q=金丝雀",
            "/accounts/search/?q=jinsique", "/accounts/lookup/?q=13900000000",
            "/accounts/?tier=B1", "/accounts/?count=exact", "/accounts/?page=1.aabc",
        ):  # fmt: skip
            assert CANARY not in client.get(address).content.decode()


def test_second_contacts_find_the_customer_too(client, people, customers):
    AssignmentFactory(account=customers["sun"], user=people.zhou, kind="second")
    client.force_login(people.zhou)
    assert "大连丁公司" in client.get("/accounts/search/?q=大连").content.decode()


def test_active_filters_are_chips_that_can_be_taken_away(client, people, customers):
    client.force_login(people.li)
    response = client.get("/accounts/?tier=A1&tier=C&owner=me&q=公司&sort=-name&page=2&x=1")
    chips = [(chip.word, chip.rest) for chip in response.context["filterset"].chips]
    assert [word for word, _rest in chips] == ["公司", "A1 (A, first grade)", "C", "Me"] or len(
        chips
    ) == 4
    assert all("sort=-name" in rest and "page" not in rest for _word, rest in chips)
    without_a1 = chips[1][1]
    assert "tier=C" in without_a1
    assert "tier=A1" not in without_a1


def test_filters_survive_paging_and_sorting(client, people):
    for number in range(30):
        AccountFactory(name=f"客户{number}", owner=people.chen)
    client.force_login(people.chen)
    text = client.get("/accounts/?q=客户&standing=unclassified").content.decode()
    assert "?q=%E5%AE%A2%E6%88%B7&amp;standing=unclassified&amp;page=2" in text
    assert "?q=%E5%AE%A2%E6%88%B7&amp;standing=unclassified&amp;sort=-name" in text


def test_an_empty_list_says_what_to_do_next(client, people, customers):
    client.force_login(people.zhao)
    assert (
        "No customer fits"
        in client.get("/accounts/?q=nothing", headers={"accept-language": "en"}).content.decode()
    )


def test_chosen_columns_are_kept(client, people, customers):
    client.force_login(people.chen)
    response = client.post(
        "/accounts/columns/", {"column": ["phone", "contact", "hack"], "query": "tier=A1&evil=1"}
    )
    assert response.url == "/accounts/?tier=A1"
    page = client.get("/accounts/")
    assert [column.key for column in page.context["columns"]] == ["name", "phone", "contact"]
    assert "13812345678" in page.content.decode()


def test_saving_sharing_and_using_a_view(client, people, customers):
    client.force_login(people.chen)
    client.post(
        "/accounts/views/save/",
        {"name": "一级", "query": "tier=A1&sort=-name", "column": ["owner"], "is_shared": "on"},
    )
    view = SavedView.objects.get(name="一级")
    assert (view.owner, view.query, view.columns) == (people.chen, "tier=A1&sort=-name", ["owner"])
    client.post("/accounts/views/save/", {"name": "一级", "query": "tier=C", "column": ["tier"]})
    view.refresh_from_db()
    assert (view.query, view.is_shared) == ("tier=C", False)  # the same name is overwritten
    SavedView.objects.update(is_shared=True)
    client.force_login(people.zhou)
    response = client.get(f"/accounts/?view={view.pk}")
    assert response.url == f"/accounts/?tier=C&view={view.pk}"
    page = client.get(response.url)
    assert [column.key for column in page.context["columns"]] == ["name", "tier"]
    assert list(page.context["page"]) == []  # the view is shared, Chen's customers are not


@pytest.mark.parametrize("action", ["edit", "delete"])
def test_only_its_owner_changes_a_view(client, people, action):
    view = SavedViewFactory(owner=people.chen, name="我的", is_shared=True)
    client.force_login(people.li)
    response = client.post(f"/accounts/views/{view.pk}/{action}/", {f"{view.pk}-name": "她的"})
    assert response.status_code == 404
    client.force_login(people.chen)
    client.post(f"/accounts/views/{view.pk}/{action}/", {f"{view.pk}-name": "改名"})
    names = list(SavedView.objects.values_list("name", flat=True))
    assert names == (["改名"] if action == "edit" else [])


def test_the_columns_one_chose_last_are_no_view(client, people):
    """They have no name: nobody can open, rename, share or delete them, not even their owner."""
    SavedView.objects.keep_columns(people.chen, ["tier"])
    view = SavedView.objects.get(owner=people.chen)
    client.force_login(people.chen)
    assert list(SavedView.objects.visible_to(people.chen)) == []
    for action in ("edit", "delete"):
        response = client.post(f"/accounts/views/{view.pk}/{action}/", {f"{view.pk}-name": "甲"})
        assert response.status_code == 404
    view.refresh_from_db()
    assert view.name == ""


def test_two_views_of_one_name_are_refused(client, people):
    SavedViewFactory(owner=people.chen, name="甲")
    second = SavedViewFactory(owner=people.chen, name="乙")
    client.force_login(people.chen)
    client.post(f"/accounts/views/{second.pk}/edit/", {f"{second.pk}-name": "甲"})
    second.refresh_from_db()
    assert second.name == "乙"


def test_the_million_row_order_is_read_from_an_index(people):
    """Each order of the list that a million customers need has an index that begins with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'accounts_account'")
        definitions = " ".join(row[0] for row in cursor.fetchall())
    for beginning in ("(name_pinyin, id)", "(annual_volume"):
        assert beginning in definitions


@pytest.mark.parametrize(("who", "may"), [("chen", True), ("he", False), ("root", False)])
def test_an_empty_list_offers_only_what_works(client, people, english, who, may):
    client.force_login(getattr(people, who))
    page = client.get("/accounts/").content.decode()
    assert ("/accounts/new/" in page) is may
    assert ("for key-account management" in page) is not may
