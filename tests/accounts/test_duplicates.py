"""The nightly list of possible duplicates: what is found, who sees it, how it is settled."""

import pytest

from accounts.models import Account, DuplicatePair
from accounts.workflow.duplicates import dismiss, find_duplicates, reopen
from staff.models import Obligation
from tests.factories import AccountFactory, ContactPersonFactory, DuplicatePairFactory


def found():
    return {
        frozenset([pair.first.name, pair.second.name]): set(pair.reasons)
        for pair in DuplicatePair.objects.open().select_related("first", "second")
    }


@pytest.mark.parametrize(
    ("first", "second", "reasons"),
    [
        ({"name": "苏州恒达轴承有限公司"}, {"name": "苏州市恒达轴承（集团）公司"}, {"name"}),
        ({"name": "苏州恒达轴承有限公司"}, {"name": "苏州恒达轴承制造厂"}, {"similar_name"}),
        ({"name": "苏州恒达轴承有限公司"}, {"name": "无锡恒达轴承制造厂"}, None),
        ({"name": "甲厂", "former_names": ["恒达轴承厂"]}, {"name": "恒达轴承厂"}, {"other_name"}),
        ({"name": "甲", "short_name": "恒达"}, {"name": "乙", "short_name": "恒达"}, None),
        ({"name": "甲厂", "phone": "0512-6666 7777"}, {"name": "乙厂", "phone": "051266667777"},
         {"phone"}),
        (
            {"name": "甲厂", "credit_code": "91320500123456789X"},
            {"name": "乙厂", "invoice_tax_number": "91320500123456789x"},
            {"credit_code"},
        ),
        ({"name": "甲厂"}, {"name": "乙厂"}, None),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_what_is_found(first, second, reasons):
    pair = frozenset([AccountFactory(**first).name, AccountFactory(**second).name])
    find_duplicates()
    assert found() == ({pair: reasons} if reasons else {})


@pytest.mark.django_db
def test_a_shared_contact_is_found():
    first, second = AccountFactory(name="甲厂", phone="13800001234"), AccountFactory(name="乙厂")
    ContactPersonFactory(account=second, mobile="138 0000 1234")
    find_duplicates()
    assert found() == {frozenset([first.name, second.name]): {"contact_phone"}}


@pytest.mark.django_db
def test_a_group_shares_its_switchboard():
    parent = AccountFactory(name="恒达控股集团", phone="0512-66667777")
    for number in range(2):
        AccountFactory(name=f"恒达{number}厂", phone=parent.phone, parent=parent)
    find_duplicates()
    assert found() == {}


@pytest.mark.django_db
def test_what_many_share_says_nothing():
    for number in range(25):
        AccountFactory(name=f"第{number}五金店铺", phone="400-800-9000")
    find_duplicates()
    assert found() == {}


@pytest.fixture
def twins(people):
    return (
        AccountFactory(name="苏州恒达轴承有限公司", owner=people.chen, region=people.east),
        AccountFactory(name="苏州恒达轴承厂", owner=people.sun, region=people.east),
    )


@pytest.fixture
def pair(twins):
    return DuplicatePairFactory(first=twins[0], second=twins[1])


def test_what_was_corrected_is_forgotten_and_what_was_settled_is_kept(people, twins, pair):
    settled = DuplicatePairFactory(
        first=AccountFactory(name="丙"),
        second=AccountFactory(name="丁"),
        dismissed_at="2026-01-01T00:00Z",
        dismissed_by=people.li,
        dismiss_reason="两家",
    )
    Account.objects.filter(pk=twins[1].pk).update(name="杭州另一家")
    find_duplicates()
    assert list(DuplicatePair.objects.all()) == [settled]


@pytest.mark.parametrize(("who", "sees"), [("wang", 1), ("li", 1), ("chen", 0), ("zhao", 0)])
def test_only_whoever_sees_both_sees_the_pair(client, people, pair, who, sees):
    client.force_login(getattr(people, who))
    page = client.get("/accounts/duplicates/")
    assert page.content.decode().count(f"/accounts/duplicates/{pair.pk}/dismiss/") == sees


def test_settled_pairs_stay_settled(client, people, pair):
    client.force_login(people.li)
    client.post(f"/accounts/duplicates/{pair.pk}/dismiss/", {"reason": "不同法人,已电话核实"})
    pair.refresh_from_db()
    assert pair.dismissed_by == people.li
    find_duplicates()
    assert found() == {}
    assert "已电话核实" in client.get("/accounts/duplicates/?state=settled").content.decode()
    client.post(f"/accounts/duplicates/{pair.pk}/reopen/")
    assert len(found()) == 1


def test_settling_takes_it_off_the_desk_and_reopening_puts_it_back(people, twins, pair):
    def desk():
        rows = Obligation.objects.open().filter(duty="account.duplicate")
        return [row.account_id for row in rows]

    find_duplicates()
    assert desk() == [pair.first_id]
    dismiss(pair, actor=people.li, reason="不同法人")
    assert desk() == []
    reopen(pair, actor=people.li)
    assert desk() == [pair.first_id]


def test_settling_needs_a_reason(client, people, pair):
    client.force_login(people.li)
    assert (
        client.post(f"/accounts/duplicates/{pair.pk}/dismiss/", {"reason": " "}).status_code == 200
    )
    pair.refresh_from_db()
    assert pair.dismissed_at is None


@pytest.mark.parametrize("verb", ["dismiss", "reopen"])
def test_foreign_pairs_are_missing(client, people, pair, verb):
    client.force_login(people.zhao)
    assert client.post(f"/accounts/duplicates/{pair.pk}/{verb}/").status_code == 404
