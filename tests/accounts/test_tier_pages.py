"""The pages about tiers: who gets in, what they show, what they do."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account, ProposalStatus, TierDecision, TierPolicy, TierRound
from accounts.workflow import tier_policy, tier_round
from accounts.workflow import tiering as workflow
from tests.accounts.test_tier_decisions import know, settle
from tests.factories import (
    AccountFactory,
    TierDecisionFactory,
    TierProposalFactory,
)

TODAY = timezone.localdate()
CANARY = "绝密金丝雀股份有限公司"
EVERYONE = ("wang", "li", "zhao", "chen", "sun", "zhou", "he", "root")
IN_SCOPE = {"wang", "li", "chen"}
SUPERIORS = {"wang", "li", "zhao"}


@pytest.fixture
def world(people, account):
    """One of each, all of Chen's customer; and a customer of Zhou's that nobody else may see."""
    settle(account)
    foreign = settle(AccountFactory(name=CANARY, owner=people.zhou, region=people.south))
    round_ = tier_round.open_round(actor=people.li, name="年度", effective_on=TODAY)
    return SimpleNamespace(
        account=account,
        foreign=foreign,
        decision=TierDecisionFactory(account=account),
        proposal=TierProposalFactory(account=account, proposed_by=people.chen),
        round=round_,
        line=round_.lines.get(account=account),
        policy=TierPolicy.objects.get(version=1),
        draft=tier_policy.draft(TierPolicy.objects.get(version=1), actor=people.li, name="草案"),
    )


# route → (whose primary keys, who gets 200)
PAGES = {
    "tier": (("account",), IN_SCOPE),
    "tier_decide": (("account",), IN_SCOPE),
    "tier_propose": (("account",), IN_SCOPE),
    "tier_correct": (("account", "decision"), IN_SCOPE),
    "tiers": ((), set(EVERYONE)),
    "tier_settled": ((), set(EVERYONE)),
    "tier_review": ((), set(EVERYONE)),
    "tier_carried_over": ((), set(EVERYONE)),
    "tier_as_of": ((), set(EVERYONE)),
    "tier_proposals": ((), set(EVERYONE)),
    "rounds": ((), set(EVERYONE)),
    "round": (("round",), {"wang", "li"}),
    "policies": ((), set(EVERYONE)),
    "policy": (("policy",), set(EVERYONE)),
    "policy_edit": (("draft",), SUPERIORS),
    "policy_simulate": (("draft",), SUPERIORS),
    "policy_activate": (("draft",), SUPERIORS),
}
# route → (whose primary keys, who is not answered with 404)
POSTS = {
    "proposal_accept": (("proposal",), IN_SCOPE),
    "proposal_refuse": (("proposal",), IN_SCOPE),
    "proposal_withdraw": (("proposal",), IN_SCOPE),
    "round_fill": (("round", "line"), {"wang", "li"}),
    "round_keep": (("round",), {"wang", "li"}),
    "round_sign": (("round",), {"wang", "li"}),
    "round_take": (("round",), {"wang", "li"}),
    "round_cancel": (("round",), {"wang", "li"}),
    "policy_draft": (("policy",), set(EVERYONE)),
}


def address(route, world, names):
    return reverse(f"accounts:{route}", args=[getattr(world, name).pk for name in names])


@pytest.mark.parametrize("route", PAGES)
def test_who_gets_in(client, people, world, route):
    names, inside = PAGES[route]
    for who in EVERYONE:
        client.force_login(getattr(people, who))
        response = client.get(address(route, world, names))
        assert response.status_code == (200 if who in inside else 404), who
        if who not in {"wang", "zhao", "zhou"}:
            assert CANARY not in response.content.decode()


@pytest.mark.parametrize("route", POSTS)
def test_whose_posts_are_heard(client, people, world, route):
    names, inside = POSTS[route]
    for who in EVERYONE:
        client.force_login(getattr(people, who))
        response = client.post(address(route, world, names))
        assert response.status_code == (302 if who in inside else 404), who
        assert client.get(address(route, world, names)).status_code == 405


def test_a_specialist_is_told_who_decides(client, people, world):
    client.force_login(people.chen)
    page = client.get(address("tier", world, ["account"]))
    assert "主管" in page.content.decode() or "supervisor" in page.content.decode()
    sent = client.post(
        address("tier_decide", world, ["account"]),
        {"tier": "A2", "effective_on": TODAY, "reason": "我说了算"},
    )
    assert sent.status_code == 403
    assert TierDecision.objects.count() == 1


def test_deciding_by_page(client, people, account):
    settle(account)
    client.force_login(people.li)
    url = reverse("accounts:tier_decide", args=[account.pk])
    form = client.get(url).context["form"]
    sent = {"tier": "A2", "effective_on": TODAY, "reason": "", "seen": form.initial["seen"]}
    assert client.post(url, {**sent, "tier": "B1"}).status_code == 422  # no reason given
    assert client.post(url, sent).status_code == 302
    account.refresh_from_db()
    assert account.tier == "A2"
    again = client.post(url, {**sent, "tier": "A1", "reason": "从旧页面"})  # from the old page
    assert again.status_code == 422
    assert "李慧敏" in again.content.decode()
    account.refresh_from_db()
    assert account.tier == "A2"


def test_a_proposal_by_page(client, people, account):
    know(account, 350_000)
    client.force_login(people.chen)
    client.post(
        reverse("accounts:tier_propose", args=[account.pk]),
        {"tier": "A2", "effective_on": TODAY, "reason": "扩建"},
    )
    proposal = account.tier_proposals.get()
    client.post(reverse("accounts:proposal_accept", args=[proposal.pk]))
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.PROPOSED  # not by the proposer
    client.force_login(people.li)
    client.post(reverse("accounts:proposal_accept", args=[proposal.pk]))
    account.refresh_from_db()
    assert account.tier == "A2"


def test_accepting_the_settled_by_page(client, people, account):
    settle(account)
    settle(AccountFactory(owner=people.sun), 600_000, "good")
    client.force_login(people.li)
    url = reverse("accounts:tier_settled")
    page = client.get(url, {"owner": people.chen.pk})
    assert page.context["found"].total == 1
    seen = page.context["form"].initial["seen"]
    sent = {"seen": seen, "effective_on": TODAY}
    client.post(url, sent)  # the list of everyone is not the one that was seen
    assert not TierDecision.objects.exists()
    client.post(f"{url}?owner={people.chen.pk}", sent)
    assert [d.account for d in TierDecision.objects.all()] == [account]
    client.force_login(people.chen)
    assert client.post(url, sent).status_code == 403


def test_tiers_on_a_day_then_and_now(client, people, account):
    june = dt.date(2025, 6, 30)
    wrong = TierDecisionFactory(
        account=account,
        tier="B1",
        effective_on=dt.date(2025, 3, 1),
        decided_at=timezone.make_aware(dt.datetime(2025, 3, 1, 9)),
    )
    TierDecisionFactory(
        account=account,
        tier="A1",
        effective_on=dt.date(2025, 3, 1),
        decided_at=timezone.make_aware(dt.datetime(2025, 8, 1, 9)),
        origin="correction",
        corrects=wrong,
    )
    client.force_login(people.li)
    page = client.get(reverse("accounts:tier_as_of"), {"day": june, "tier": "A1"})
    assert page.context["lines"] == [(account, "B1", "A1")]
    assert page.context["changed_count"] == 1


def test_a_round_by_page(client, people, account):
    know(account, 350_000)
    client.force_login(people.li)
    client.post(reverse("accounts:rounds"), {"name": "2026", "effective_on": TODAY})
    round_ = TierRound.objects.get()
    line = round_.lines.get()
    fill = reverse("accounts:round_fill", args=[round_.pk, line.pk])
    client.post(fill, {"tier": "A2", "reason": ""})
    line.refresh_from_db()
    assert not line.is_filled
    client.post(fill, {"tier": "A2", "reason": "维持"})
    client.post(reverse("accounts:round_sign", args=[round_.pk]))
    account.refresh_from_db()
    assert account.tier == "A2"


def test_a_policy_by_page(client, people, account):
    know(account, 350_000, payment_reputation="good")
    client.force_login(people.wang)
    rule_book = TierPolicy.objects.get(version=1)
    client.post(reverse("accounts:policy_draft", args=[rule_book.pk]), {"name": "收窄缺口"})
    draft = TierPolicy.objects.get(version=2)
    edit = reverse("accounts:policy_edit", args=[draft.pk])
    sent = _form_values(client.get(edit))
    assert client.post(edit, {**sent, "A2-upper": "1万"}).status_code == 422  # below its lower
    assert client.post(edit, {**sent, "A2-upper": "40万"}).status_code == 302
    found = client.get(reverse("accounts:policy_simulate", args=[draft.pk])).context["found"]
    assert found.matrix["gap", "A2"] == 1
    client.post(
        reverse("accounts:policy_activate", args=[draft.pk]),
        {"effective_on": TODAY, "reason": "董事会决议"},
    )
    assert TierPolicy.objects.in_force() == draft
    assert Account.objects.get(pk=account.pk).tier == ""  # people decide
    assert draft.bands.get(tier="A2").provenance == "decided"
    assert client.post(edit, sent).status_code == 403


def _form_values(response):
    """What a browser would send back of an untouched policy form."""
    values = {}
    for form in (response.context["form"], *response.context["bands"]):
        for bound in form:
            value = bound.value()
            if value not in (None, False, []):
                values[bound.html_name] = "on" if value is True else value
    return values


def test_an_untouched_draft_stays_the_rule_books(client, people):
    client.force_login(people.li)
    rule_book = TierPolicy.objects.get(version=1)
    draft = tier_policy.draft(rule_book, actor=people.li, name="草案")
    edit = reverse("accounts:policy_edit", args=[draft.pk])
    assert client.post(edit, _form_values(client.get(edit))).status_code == 302
    draft.refresh_from_db()
    assert draft.rules().bands == rule_book.rules().bands
    assert {band.provenance for band in draft.bands.all()} == {"stated", "uncertain"}
    assert draft.provenance == rule_book.provenance


def test_a_simulation_counts_only_ones_own(client, people, world):
    client.force_login(people.li)
    page = client.get(address("policy_simulate", world, ["draft"]))
    assert page.context["found"].total == 1


@pytest.mark.parametrize(
    "route", ["tiers", "tier_settled", "tier_review", "tier_as_of", "tier_proposals"]
)
def test_lists_ask_the_same_number_of_questions(client, people, account, route):
    """As many queries for twenty customers as for one."""
    client.force_login(people.li)
    url = reverse(f"accounts:{route}") + "?state=gap"

    def ask():
        client.get(url)  # the first one fills caches
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    def add(count):
        for index in range(count):
            one = know(AccountFactory(owner=people.chen, region=people.east), 350_000 + index)
            settle(AccountFactory(owner=people.chen, region=people.east))
            TierProposalFactory(account=one, proposed_by=people.chen)
            TierDecisionFactory(account=one)

    add(1)
    few = ask()
    add(19)
    assert ask() == few


def test_the_customer_file_shows_the_verdict(client, people, account):
    settle(account)
    workflow.decide(account, actor=people.li, tier="A2", effective_on=TODAY)
    client.force_login(people.chen)
    page = client.get(account.get_absolute_url()).content.decode()
    assert reverse("rules:article", args=["S1-A3"]) in page
    assert "李慧敏" in page
