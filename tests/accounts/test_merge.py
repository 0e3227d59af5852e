"""Two customers become one: nothing is lost, and it can be taken back."""

import datetime as dt
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.apps import apps
from django.db import connection, models
from django.utils import timezone
from pghistory.models import Event

from accounts.merge_plan import children, plan
from accounts.models import (
    Account,
    AccountMerge,
    Assignment,
    DuplicatePair,
    HandoverLine,
    Interaction,
)
from accounts.workflow.merge import merge, undo, undo_obstacles
from accounts.workflow.volume import choose
from staff.duties import synchronise_all
from staff.models import Obligation
from staff.transitions import TransitionDenied
from tests import factories as make


@pytest.fixture
def pair(people):
    """Chen's and Sun's, both in Li's line, with a conflict of every kind."""
    kept = make.AccountFactory(
        name="苏州恒达轴承有限公司", owner=people.chen, region=people.east, city="苏州"
    )
    absorbed = make.AccountFactory(
        name="苏州恒达轴承厂",
        code="KH2",
        credit_code="91320500123456789X",
        owner=people.sun,
        region=people.east,
        phone="0512-66667777",
        former_names=["恒达轴承社"],
        extra={"老编号": "7"},
    )
    child = make.AccountFactory(name="恒达滚子", parent=absorbed)
    assert child.parent == absorbed
    for account, day, months in ((kept, 1, (1, 2)), (absorbed, 9, (2, 3))):
        make.ContactPersonFactory(account=account, is_primary=True)
        make.JudgementFactory(
            account=account,
            judged_by=people.li,
            judged_on=dt.date(2026, 3, day),
            value="good" if day == 9 else "other",
        )
        make.ConfirmationFactory(
            account=account, confirmed_by=people.li, confirmed_on=dt.date(2026, 3, day)
        )
        for month in months:
            make.MonthlyVolumeFactory(account=account, month=dt.date(2025, month, 1))
        make.AnnualVolumeFactory(account=account)
    talk = make.InteractionFactory(
        account=absorbed, author=people.sun, contact_person=absorbed.contact_people.get()
    )
    make.FeedbackFactory(account=absorbed, interaction=talk, raised_by=people.sun)
    choose(Account.objects.all())
    kept.refresh_from_db()
    absorbed.refresh_from_db()
    return kept, absorbed


def snapshot(*accounts):
    """Every row of the customers, without what a trigger counts.

    A handover that a merge opened and its undoing voided stays as a record.
    """
    rows = []
    for account in accounts:
        for model, names in [(Account, ["pk"]), *[(c.model, [c.field]) for c in children()]]:
            for name in names:
                found = model._default_manager.filter(**{name: account.pk})
                if model is HandoverLine:
                    found = found.filter(voided_at=None)
                for row in found.order_by("pk"):
                    rows.append(
                        {
                            f.attname: getattr(row, f.attname)
                            for f in row._meta.concrete_fields
                            if f.name not in {"version", "updated_at", "search_text"}
                        }
                        | {"model": model._meta.label}
                    )
    return rows


def test_everything_moves_and_the_old_address_leads_on(client, people, pair):
    kept, absorbed = pair
    merge(kept, absorbed, actor=people.li, choices={"field-credit_code": "absorbed"})
    kept.refresh_from_db()
    absorbed.refresh_from_db()
    assert absorbed.merged_into == kept
    assert kept.interactions.count() == kept.feedback.count() == kept.subsidiaries.count() == 1
    assert kept.contact_people.count() == 2
    assert kept.contact_people.filter(is_primary=True).count() == 1
    assert (kept.credit_code, kept.phone) == ("91320500123456789X", "0512-66667777")
    assert kept.former_names == ["恒达轴承社", "苏州恒达轴承厂"]
    assert kept.extra == {"老编号": "7"}
    client.force_login(people.li)
    assert client.get(absorbed.get_absolute_url()).url == kept.get_absolute_url()


@pytest.mark.parametrize(("choice", "owner"), [("kept", "chen"), ("absorbed", "sun")])
def test_one_owner_remains(people, pair, choice, owner):
    kept, absorbed = pair
    merge(kept, absorbed, actor=people.li, choices={"owner": choice})
    kept.refresh_from_db()
    assert kept.owner == getattr(people, owner)
    assert Assignment.objects.filter(account=kept, ended_on=None).count() == 1
    assert Assignment.objects.filter(account=kept, ended_on=timezone.localdate()).count() == 1


@pytest.mark.parametrize(
    ("choice", "february", "year"),
    [("both", 40000, 500000), ("kept", 20000, 250000), ("absorbed", 20000, 250000)],
)
def test_volumes_of_the_same_month(people, pair, choice, february, year):
    kept, absorbed = pair
    merge(kept, absorbed, actor=people.li, choices={"volumes": choice})
    months = dict(kept.monthly_volumes.values_list("month__month", "amount"))
    assert months == {1: 20000, 2: february, 3: 20000}
    kept.refresh_from_db()
    assert kept.annual_volume == Decimal(year)


@pytest.mark.parametrize(
    ("choice", "value"), [("kept", "other"), ("absorbed", "good"), ("", "good")]
)
def test_one_answer_per_question(people, pair, choice, value):
    kept, absorbed = pair
    merge(kept, absorbed, actor=people.li, choices={"judgement-payment_reputation": choice})
    assert kept.judgements.get().value == value
    assert kept.confirmations.get().confirmed_on == dt.date(2026, 3, 9)


@pytest.mark.parametrize("side", ["kept", "absorbed"])
def test_undoing_puts_every_row_back(people, pair, side):
    kept, absorbed = pair
    before = snapshot(*pair)
    choices = {choice.key: side for choice in plan(kept, absorbed).choices}
    record = merge(kept, absorbed, actor=people.li, choices=choices)
    assert snapshot(*pair) != before
    undo(record, actor=people.li)
    assert snapshot(*pair) == before
    record.refresh_from_db()
    assert record.undone_by == people.li
    merge(kept, absorbed, actor=people.li, choices={})  # and once more, if need be


# Standing of the kept and of the absorbed, chosen side, reason, what comes of it ("" is refused).
STANDINGS = [
    ("unclassified", "key", "", "", "key"),
    ("prospect", "key", "", "", "key"),
    ("key", "unclassified", "", "", "key"),
    ("key", "unclassified", "absorbed", "", ""),
    ("key", "unclassified", "absorbed", "误认定", "unclassified"),
    ("key", "prospect", "absorbed", "误认定", ""),
    ("unclassified", "prospect", "absorbed", "", ""),
    ("prospect", "unclassified", "kept", "", ""),
    ("prospect", "unclassified", "", "", "unclassified"),
    ("former", "small_medium", "", "", "small_medium"),
]


def test_merging_goes_by_the_rules_of_standing(people, pair):
    kept, absorbed = pair
    for ours, theirs, side, reason, comes_of_it in STANDINGS:
        Account.objects.filter(pk=kept.pk).update(standing=ours)
        Account.objects.filter(pk=absorbed.pk).update(standing=theirs)
        choices = {"field-standing": side}
        try:
            record = merge(kept, absorbed, actor=people.li, choices=choices, reason=reason)
        except TransitionDenied:
            found = ""
        else:
            found = Account.objects.get(pk=kept.pk).standing
            undo(record, actor=people.li)
        assert found == comes_of_it, (ours, theirs, side, reason)


def test_a_recognition_goes_over_whole_with_what_it_asks_for(people, pair):
    kept, absorbed = pair
    day = timezone.localdate() - dt.timedelta(days=200)
    Account.objects.filter(pk=absorbed.pk).update(
        standing="key", business_type="agreement", recognised_on=day
    )
    synchronise_all(accounts=[kept.pk, absorbed.pk])
    assert signing() == {absorbed.pk}
    record = merge(kept, absorbed, actor=people.li, choices={})
    kept.refresh_from_db()
    assert (kept.standing, kept.business_type, kept.recognised_on) == ("key", "agreement", day)
    assert signing() == {kept.pk}
    assert not Obligation.objects.open().filter(account_id=absorbed.pk).exists()
    undo(AccountMerge.objects.get(pk=record.pk), actor=people.li)
    kept.refresh_from_db()
    assert (kept.standing, kept.business_type, kept.recognised_on) == (
        "unclassified", "none", None,
    )  # fmt: skip
    assert signing() == {absorbed.pk}


def signing():
    """Customers whose agreement is due to be signed."""
    found = Obligation.objects.open().filter(duty="agreement.sign")
    return set(found.values_list("account_id", flat=True))


def test_a_company_between_the_two_is_no_circle(people, pair):
    kept, absorbed = pair
    between = make.AccountFactory(parent=absorbed)
    Account.objects.filter(pk=kept.pk).update(parent=between)
    with pytest.raises(TransitionDenied):
        merge(kept, absorbed, actor=people.li, choices={})
    absorbed.refresh_from_db()
    assert absorbed.merged_into is None


def test_undoing_closes_no_circle_either(people, pair):
    kept, absorbed = pair
    above = make.AccountFactory()
    Account.objects.filter(pk=absorbed.pk).update(parent=above)
    below = make.AccountFactory(parent=absorbed)
    record = merge(kept, absorbed, actor=people.li, choices={"field-parent": "kept"})
    Account.objects.filter(pk=above.pk).update(parent=below)
    with pytest.raises(TransitionDenied):
        undo(record, actor=people.li)
    below.refresh_from_db()
    assert below.parent == kept


def change_phone(people, kept, absorbed):
    Account.objects.filter(pk=kept.pk).update(phone="110")
    return "phone"


def move_on(people, kept, absorbed):
    merge(make.AccountFactory(owner=people.chen), kept, actor=people.li, choices={})
    return kept.name


def judge_again(people, kept, absorbed):
    kept.judgements.update(value="fairly_good")
    return "Payment reputation"


def talk_to_moved_person(people, kept, absorbed):
    person = kept.contact_people.get(is_primary=False)
    make.InteractionFactory(account=kept, author=people.chen, contact_person=person)
    return "added since"


@pytest.mark.parametrize("happening", [change_phone, move_on, judge_again, talk_to_moved_person])
def test_undoing_is_refused_when_something_happened_since(
    client, people, pair, happening, settings
):
    settings.LANGUAGE_CODE = "en"
    kept, absorbed = pair
    record = merge(kept, absorbed, actor=people.li, choices={})
    assert undo_obstacles(record) == []
    name = happening(people, kept, absorbed)
    after = snapshot(*pair)
    with pytest.raises(TransitionDenied, match=name):
        undo(record, actor=people.li)
    assert snapshot(*pair) == after
    client.force_login(people.wang)
    page = client.get(record.get_absolute_url(), headers={"accept-language": "en"})
    assert name in page.content.decode()


def test_tier_decisions_are_not_rewritten(people, pair):
    kept, absorbed = pair
    decision = make.TierDecisionFactory(account=absorbed, decided_by=people.li)
    merge(kept, absorbed, actor=people.li, choices={})
    decision.refresh_from_db()
    assert decision.account == absorbed


def test_no_foreign_key_is_forgotten():
    """A model of whatever app that refers to a customer is moved, or named here with its reason."""
    about_pairs = {"accounts.duplicatepair", "accounts.accountmerge"}
    expected = {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.related_model is Account
        and not issubclass(model, Event)
        and model._meta.managed
        and model._meta.label_lower not in about_pairs
    }
    expected.discard("accounts.account.merged_into")
    assert {child.label for child in children()} == expected


def test_a_subsidiary_can_become_part_of_its_parent_and_the_other_way_round(people):
    for child_stays in (True, False):
        parent = make.AccountFactory(name="恒达集团", owner=people.chen)
        child = make.AccountFactory(name="恒达子公司", owner=people.chen, parent=parent)
        kept, absorbed = (child, parent) if child_stays else (parent, child)
        record = merge(kept, absorbed, actor=people.li, choices={})
        kept.refresh_from_db()
        assert kept.parent is None
        undo(record, actor=people.li)
        child.refresh_from_db()
        assert child.parent == parent


def test_a_customer_changed_since_the_preview_is_not_merged_unseen(people, pair):
    kept, absorbed = pair
    Account.objects.filter(pk=kept.pk).update(phone="110")
    with pytest.raises(TransitionDenied):
        merge(
            kept, absorbed, actor=people.li, choices={}, versions=(kept.version, absorbed.version)
        )


@pytest.mark.parametrize(
    ("who", "status_code", "merged"),
    [
        ("wang", 302, True),
        ("li", 302, True),
        ("chen", 404, False),  # does not see Sun's customer
        ("zhao", 404, False),
    ],
)
def test_who_merges(client, people, pair, who, status_code, merged):
    kept, absorbed = pair
    client.force_login(getattr(people, who))
    address = f"/accounts/merge/{kept.pk}/{absorbed.pk}/"
    answers = {choice.key: choice.default for choice in plan(kept, absorbed).choices}
    response = client.post(
        address,
        {**answers, "kept_version": kept.version, "absorbed_version": absorbed.version},
    )
    assert response.status_code == status_code
    absorbed.refresh_from_db()
    assert (absorbed.merged_into == kept) is merged
    assert AccountMerge.objects.filter(merged_by=getattr(people, who)).exists() is merged


def test_a_specialist_is_told_whom_to_ask(client, people, pair):
    kept, absorbed = pair
    Assignment.objects.filter(account=absorbed).update(user=people.chen)
    client.force_login(people.chen)
    page = client.get(
        f"/accounts/merge/{kept.pk}/{absorbed.pk}/", headers={"accept-language": "en"}
    )
    assert "Only a supervisor or the manager merges customers." in page.content.decode()
    with pytest.raises(TransitionDenied):
        merge(kept, absorbed, actor=people.chen, choices={})


@pytest.mark.parametrize(("who", "undone"), [("li", True), ("chen", False)])
def test_who_undoes(client, people, pair, who, undone):
    record = merge(*pair, actor=people.wang, choices={})
    client.force_login(getattr(people, who))
    client.post(f"/accounts/merges/{record.pk}/undo/")
    record.refresh_from_db()
    assert (record.undone_at is not None) is undone


@pytest.mark.django_db(transaction=True)
def test_of_two_who_merge_at_once_one_does(people, pair):
    kept, absorbed = pair
    start, outcomes = Barrier(2), []

    def attempt(first, second):
        start.wait()
        try:
            merge(first, second, actor=people.wang, choices={})
        except TransitionDenied:
            outcomes.append("denied")
        else:
            outcomes.append("merged")
        finally:
            connection.close()

    threads = [
        Thread(target=attempt, args=(kept, absorbed)),
        Thread(target=attempt, args=(absorbed, kept)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["denied", "merged"]
    assert AccountMerge.objects.count() == 1
    assert Interaction.objects.filter(account__merged_into=None).count() == 1


def test_the_pair_leaves_the_list(people, pair):
    make.DuplicatePairFactory(first=pair[0], second=pair[1])
    assert DuplicatePair.objects.visible_to(people.li).open().exists()
    merge(*pair, actor=people.li, choices={})
    assert not DuplicatePair.objects.visible_to(people.li).open().exists()


def test_the_other_customer_is_offered_or_searched_for(client, people, pair):
    kept, absorbed = pair
    client.force_login(people.li)
    address = f"/accounts/merge/{kept.pk}/{absorbed.pk}/"
    assert address in client.get(f"/accounts/{kept.pk}/merge/").content.decode()
    page = client.get(f"/accounts/{kept.pk}/merge/", {"term": "0512-66667777"}).content.decode()
    assert address in page
    assert address not in client.get(f"/accounts/{kept.pk}/merge/?term=没有").content.decode()


def test_the_other_customers_owner_is_handed_the_kept_one_over(pair, people):
    kept, absorbed = pair
    record = merge(kept, absorbed, actor=people.li, choices={"owner": "absorbed"})
    line = kept.handovers.get()
    assert (line.predecessor, line.successor, line.is_open) == (people.chen, people.sun, True)
    undo(record, actor=people.li)
    line.refresh_from_db()
    assert line.voided_at
    assert not line.is_open
