"""Drafting and activating versions of the tier rules."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import PolicyState, PolicyStatus, TierPolicy
from accounts.workflow import tier_policy as workflow
from staff.transitions import TransitionDenied

TODAY = timezone.localdate()
NEXT_MONTH = TODAY + dt.timedelta(days=30)


@pytest.fixture
def draft(people):
    rule_book = TierPolicy.objects.get(version=1)
    return workflow.draft(rule_book, actor=people.li, name="缺口收窄")


def test_a_draft_starts_as_a_copy(people, draft):
    rule_book = TierPolicy.objects.get(version=1)
    assert draft.version == 2
    assert draft.rules().bands == rule_book.rules().bands
    with pytest.raises(TransitionDenied):
        workflow.draft(rule_book, actor=people.chen, name="专员草案")


def test_what_a_draft_changes_is_the_companys_own(people, draft):
    bands = list(draft.bands.all())
    bands[1].upper = Decimal(400_000)
    draft.volume_word_separate = True
    workflow.edit(draft, bands, actor=people.li)
    draft.refresh_from_db()
    marks = {band.tier: band.provenance for band in draft.bands.all()}
    assert (marks["A1"], marks["A2"]) == ("stated", "decided")
    assert draft.provenance["volume_word_separate"] == "decided"
    assert draft.provenance["bounds_inclusive"] == "uncertain"


def test_a_stale_draft_form_overwrites_nothing(people, draft):
    seen = workflow.token(draft)
    bands = list(draft.bands.all())
    bands[1].upper = Decimal(400_000)
    workflow.edit(draft, bands, actor=people.li, seen=seen)
    bands[1].upper = Decimal(350_000)
    with pytest.raises(TransitionDenied):
        workflow.edit(draft, bands, actor=people.zhao, seen=seen)
    assert draft.bands.get(tier="A2").upper == 400_000


def test_activation_today_ends_the_version_before(people, draft):
    workflow.activate(draft, actor=people.wang, effective_on=TODAY, reason="收窄缺口")
    old = TierPolicy.objects.get(version=1)
    assert TierPolicy.objects.in_force() == draft
    assert (old.status, old.state) == (PolicyStatus.ARCHIVED, PolicyState.ENDED)
    assert TierPolicy.objects.in_force(TODAY - dt.timedelta(days=1)) == old


def test_activation_later_leaves_the_version_before_in_force(people, draft):
    workflow.activate(draft, actor=people.wang, effective_on=NEXT_MONTH, reason="下月起")
    draft.refresh_from_db()
    old = TierPolicy.objects.in_force()
    assert (old.version, old.state, draft.state) == (1, PolicyState.IN_FORCE, "planned")
    assert old.last_day == NEXT_MONTH - dt.timedelta(days=1)
    assert TierPolicy.objects.in_force(NEXT_MONTH) == draft


def test_a_scheduled_version_can_be_overtaken(people, draft):
    workflow.activate(draft, actor=people.wang, effective_on=NEXT_MONTH, reason="下月起")
    better = workflow.draft(draft, actor=people.wang, name="再改")
    workflow.activate(better, actor=people.wang, effective_on=NEXT_MONTH, reason="更正")
    draft.refresh_from_db()
    assert draft.state == PolicyState.ENDED
    assert TierPolicy.objects.in_force(NEXT_MONTH) == better
    assert TierPolicy.objects.in_force().version == 1


@pytest.mark.parametrize(
    ("who", "day", "reason"),
    [
        ("li", TODAY, "主管不能生效"),
        ("chen", TODAY, "专员不能生效"),
        ("wang", TODAY - dt.timedelta(days=1), "不能追溯"),
        ("wang", TODAY, ""),
    ],
)
def test_what_is_not_activated(people, draft, who, day, reason):
    with pytest.raises(TransitionDenied):
        workflow.activate(draft, actor=getattr(people, who), effective_on=day, reason=reason)
    assert TierPolicy.objects.in_force().version == 1


def test_an_active_version_is_neither_edited_nor_activated_again(people, draft):
    workflow.activate(draft, actor=people.wang, effective_on=TODAY, reason="收窄缺口")
    with pytest.raises(TransitionDenied):
        workflow.edit(draft, list(draft.bands.all()), actor=people.wang)
    with pytest.raises(TransitionDenied):
        workflow.activate(draft, actor=people.wang, effective_on=TODAY, reason="再来")


def test_bounds_that_exclude_everything_are_not_activated(people, draft):
    draft.bands.filter(tier="A2").update(upper=200_000, upper_inclusive=False)
    with pytest.raises(TransitionDenied, match="A2"):
        workflow.activate(draft, actor=people.wang, effective_on=TODAY, reason="错的")


def test_who_sees_drafts(people, draft):
    seen = {
        who: TierPolicy.objects.visible_to(getattr(people, who)).count()
        for who in ("wang", "li", "zhao", "chen", "he", "root", "gone")
    }
    assert seen == {"wang": 2, "li": 2, "zhao": 2, "chen": 1, "he": 1, "root": 1, "gone": 0}
