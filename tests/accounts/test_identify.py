"""Telling whoever enters a customer that it exists, and no more than that outside their scope."""

import pytest
from django.db import connection

from accounts import identify as module
from accounts.identify import identify, possible_duplicates
from accounts.models import DuplicateReason, Identification
from tests.factories import AccountFactory, ContactPersonFactory


@pytest.fixture
def foreign(people):
    """Zhou's, in the south: outside the scope of Chen and of Li."""
    account = AccountFactory(
        name="东莞市恒达精密机械（集团）有限公司",
        former_names=["东莞恒达五金厂"],
        short_name="东莞恒达",
        credit_code="91441900000000001X",
        phone="0769-2222 3333",
        owner=people.zhou,
        region=people.south,
    )
    ContactPersonFactory(account=account, mobile="+86 138-0000-1234")
    return account


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ({"name": "东莞恒达精密机械有限公司"}, DuplicateReason.NAME),
        ({"name": "广东东莞恒达精密机械股份有限公司"}, DuplicateReason.NAME),
        ({"name": "東莞恒达"}, None),
        ({"name": "东莞恒达"}, DuplicateReason.OTHER_NAME),
        ({"name": "东莞恒达五金厂"}, DuplicateReason.OTHER_NAME),
        ({"name": "东莞恒达精密机械设备有限公司"}, DuplicateReason.SIMILAR_NAME),
        ({"name": "苏州恒达纸业有限公司"}, None),
        ({"credit_code": "9144 1900 0000 0000 1x"}, DuplicateReason.CREDIT_CODE),
        ({"phone": "（0769）22223333转8"}, DuplicateReason.PHONE),
        ({"phone": "13800001234"}, DuplicateReason.CONTACT_PHONE),
        ({"phone": "13800001235"}, None),
    ],
)
def test_what_counts_as_the_same(people, foreign, question, reason):
    found = identify(people.chen, **question).outside
    assert [match.reasons[0] for match in found] == ([reason] if reason else [])


def test_outside_the_scope_only_the_name_and_whom_to_ask(client, people, foreign):
    client.force_login(people.chen)
    page = client.get("/accounts/duplicates/check/", {"name": foreign.name}).content.decode()
    assert foreign.name in page
    assert people.zhou.name in page
    assert foreign.get_absolute_url() not in page
    assert foreign.credit_code not in page
    assert foreign.phone not in page


def test_inside_the_scope_a_link(client, people, foreign):
    client.force_login(people.zhou)
    page = client.get("/accounts/duplicates/check/", {"phone": "13800001234"}).content.decode()
    assert f'href="{foreign.get_absolute_url()}"' in page


def test_the_customer_being_edited_is_no_twin_of_itself(people, foreign):
    assert possible_duplicates(people.zhou, name=foreign.name)
    assert not possible_duplicates(people.zhou, name=foreign.name, exclude=foreign.pk)


def test_merged_and_voided_customers_are_not_told(people, foreign, account):
    type(foreign).objects.filter(pk=foreign.pk).update(merged_into=account)
    assert not identify(people.chen, name=foreign.name)


def test_a_part_of_a_name_is_not_enough_outside_the_scope(people, foreign):
    assert not identify(people.chen, name="恒达精密").outside
    assert identify(people.zhou, name="恒达精密").inside


def test_each_question_is_logged_once(people, foreign):
    for _ in range(2):
        identify(people.chen, phone="13800001234")
    row = Identification.objects.get()
    assert (row.user, row.question, row.hits) == (people.chen, "13800001234", 1)


def test_too_many_questions_stay_inside_the_scope(people, foreign, account, monkeypatch):
    monkeypatch.setattr(module, "QUESTIONS_PER_HOUR", 3)
    for number in range(3):
        identify(people.chen, phone=f"1380000000{number}")
    limited = identify(people.chen, phone="13800001234")
    assert limited.is_limited
    assert not limited.outside
    assert identify(people.chen, name=account.name).inside
    assert identify(people.sun, phone="13800001234").outside  # each person has their own limit


@pytest.mark.parametrize(("who", "status_code"), [("root", 403), ("he", 200), ("chen", 200)])
def test_who_may_ask(client, people, foreign, who, status_code):
    client.force_login(getattr(people, who))
    response = client.get("/accounts/duplicates/check/", {"name": foreign.name})
    assert response.status_code == status_code


def test_the_number_of_queries_does_not_grow(people, django_assert_max_num_queries):
    for number in range(20):
        AccountFactory(name=f"东莞恒达精密机械{number}厂", owner=people.chen)
    with django_assert_max_num_queries(9):
        possible_duplicates(people.chen, name="东莞恒达精密机械", phone="13800001234")


@pytest.mark.parametrize(
    ("name", "asked", "is_alike"),
    [
        ("苏州市恒达精密机械有限公司", "恒达精密机械设备", True),
        ("3M厂", "3m", True),  # too short for the index of trigrams
        ("我们的3M", "3m", False),
    ],
)
def test_names_that_hold_the_trade_name(people, name, asked, is_alike):
    account = AccountFactory(name=name, owner=people.chen)
    found = possible_duplicates(people.chen, name=asked).inside
    assert [match.pk for match in found] == ([account.pk] if is_alike else [])


@pytest.mark.parametrize(
    ("first", "second", "keys"),
    [
        ("13800138000", "", ["13800138000"]),
        ("021-50002602", "", ["02150002602"]),
        ("021-50002602-12", "", ["02150002602"]),
        ("0086-021-50002602", "", ["02150002602"]),
        ("0861-5000260", "", ["08615000260"]),
        ("86 138-0013-8000/021-50002602转3", "", ["13800138000", "02150002602"]),
        ("", "", []),
    ],
)
@pytest.mark.django_db
def test_the_keys_of_a_telephone(first, second, keys):
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone_keys(%s, %s)", [first, second])
        assert cursor.fetchone() == (keys,)


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("苏州市恒达精密机械（集团）股份有限公司", "苏州恒达精密机械"),
        ("江苏省苏州市恒达精密机械有限责任公司", "苏州恒达精密机械"),
        ("ＡＢＣ Industries Co., Ltd.", "abcindustries"),
        ("上海市政工程有限公司", "上海市政工程"),
        ("恒达有限公司苏州分公司", "恒达苏州分公司"),
        ("集团公司", "集团公司"),
    ],
)
@pytest.mark.django_db
def test_the_core_of_a_name(name, core):
    with connection.cursor() as cursor:
        cursor.execute("SELECT name_core(%s)", [name])
        assert cursor.fetchone() == (core,)
