"""What the rule book obliges us to decide about tiers, and by when (S1 第3条)."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from accounts.judgements import JudgementKind
from accounts.models import AnnualVolume, Judgement, Standing, TierDecision, TierPolicy
from accounts.tiering_text import option_texts
from staff import calendar, policy
from staff.articles import get_article
from staff.duties import Duty, register
from staff.policy import Values

from .rows import (
    ADDED_ON,
    SUPERIOR,
    Day,
    account_names,
    account_page,
    columns,
    customers,
    not_before_recognition,
)

DECIDE_TIER_WITHIN = policy.BusinessDays(
    "tiers.decide_within",
    _("Decide the tier of a new key account within"),
    10,
    "S1-A3",
    question=_("The text gives no time."),
)
TIER_REVIEW_INTERVAL = policy.Months(
    "tiers.review_interval",
    _("Review every tier after"),
    12,
    "S1-A3",
    question=_("The text has no review; a yearly round is suggested."),
)
NEW_POLICY_WITHIN = policy.BusinessDays(
    "tiers.new_policy_within",
    _("Decide again under a new tier policy within"),
    20,
    "S1-A3",
    question=_("The text gives no time."),
)
JUDGE_WITHIN = policy.BusinessDays(
    "tiers.judge_within",
    _("Complete missing judgements within"),
    10,
    "S1-A3",
    question=_("The text gives no time."),
)


@policy.kept_elsewhere
def tier_policy_readings(day: Day) -> list[policy.Row]:
    """What the tier policy in force decides of the readings that the text leaves open."""
    in_force = TierPolicy.objects.in_force(day)
    return [
        policy.Row(
            name=f"tiers.{option.name}",
            label=option.label,
            question=option.question,
            article=get_article("S1-A3"),
            shown=option.value,
            provenance=option.provenance,
            address=in_force.get_absolute_url(),
        )
        for option in option_texts(in_force)
    ]


# --- S1 第3条: every key account has a tier that rests on today's rules --------------------
def current_decision(field: str) -> Subquery:
    """One field of the decision in force of the account of the outer row."""
    decisions = TierDecision.objects.filter(account=OuterRef("pk"), corrected_by=None)
    ordered = decisions.order_by("-effective_on", "-decided_at", "-pk")
    return Subquery(ordered.values(field)[:1])


def undecided(values: Values, today: Day) -> QuerySet[Any]:
    """Key accounts without a tier, from the day they became one."""
    rows = customers().filter(standing=Standing.KEY, tier="").exclude(owner=None)
    return columns(rows, person=SUPERIOR, since=not_before_recognition(ADDED_ON))


def decided(values: Values) -> QuerySet[Any]:
    rows = TierDecision.objects.order_by()
    return rows.values_list("account", Value("", TextField()), TruncDate("decided_at"))


def to_review(values: Values, today: Day) -> QuerySet[Any]:
    """Key accounts with a tier, from the day it took effect; from the first if nobody decided."""
    rows = customers().filter(standing=Standing.KEY).exclude(tier="").exclude(owner=None)
    since = Coalesce(current_decision("effective_on"), TruncDate("created_at"))
    return columns(rows, person=SUPERIOR, since=since)


def on_an_old_policy(values: Values, today: Day) -> QuerySet[Any]:
    """Key accounts whose tier was decided under an earlier policy than the one in force."""
    in_force = TierPolicy.objects.exclude(status="draft").filter(effective__contains=today)
    rows = customers().filter(standing=Standing.KEY).exclude(tier="").exclude(owner=None)
    rows = rows.annotate(policy=current_decision("policy")).exclude(policy__in=in_force)
    since = in_force.values_list("effective__startswith", flat=True)[:1]
    return columns(rows, person=SUPERIOR, since=Coalesce(Subquery(since), Value(today)))


def judgements_missing(values: Values, today: Day) -> QuerySet[Any]:
    """Key accounts whose volume lies in a band that also asks for a judgement nobody has made."""
    tier_policy = TierPolicy.objects.in_force(today)
    missing = Q(pk__in=[])
    for band in tier_policy.bands.all():
        if band.lower is None and band.upper is None:
            continue
        inside = Q(annual_volume__isnull=False)
        if band.lower is not None:
            inside &= Q(annual_volume__gte=band.lower)
        if band.upper is not None:
            inside &= Q(annual_volume__lte=band.upper)
        for asked in band.rules().requirements:
            if asked.kind != JudgementKind.VOLUME_WORD or tier_policy.volume_word_separate:
                made = Judgement.objects.filter(account=OuterRef("pk"), kind=asked.kind)
                missing |= inside & Q(~Exists(made))
    rows = customers().filter(missing, standing=Standing.KEY).exclude(owner=None)
    entered = AnnualVolume.objects.filter(pk=OuterRef("annual_volume_fact"))
    day = entered.values_list(TruncDate("entered_at"), flat=True)
    return columns(rows, since=not_before_recognition(Coalesce(Subquery(day), ADDED_ON)))


register(
    Duty(
        code="tier.decide",
        article="S1-A3",
        title=_("Key accounts without a tier"),
        statement=_("Every key account has a tier, decided by a person."),
        who=_("the owner's superior"),
        keys=[DECIDE_TIER_WITHIN],
        source=undecided,
        evidence=decided,
        due=lambda values, since: calendar.add_business_days(since, values[DECIDE_TIER_WITHIN]),
        opens_before=366,
        act=account_page,
        names=account_names,
        act_label=_("Decide the tier"),
    )
)
register(
    Duty(
        code="tier.review",
        article="S1-A3",
        title=_("Tiers to review"),
        statement=_("A tier does not rest on an old verdict for ever."),
        who=_("the owner's superior"),
        keys=[TIER_REVIEW_INTERVAL],
        source=to_review,
        evidence=decided,
        due=lambda values, since: calendar.on_or_after(
            calendar.add_months(since, values[TIER_REVIEW_INTERVAL])
        ),
        opens_before=30,
        act=account_page,
        names=account_names,
        act_label=_("Review the tier"),
    )
)
register(
    Duty(
        code="tier.policy",
        article="S1-A3",
        title=_("Tiers that rest on an earlier policy"),
        statement=_("When the tier policy changes, every tier is decided again under it."),
        who=_("the owner's superior"),
        keys=[NEW_POLICY_WITHIN],
        source=on_an_old_policy,
        evidence=decided,
        due=lambda values, since: calendar.add_business_days(since, values[NEW_POLICY_WITHIN]),
        opens_before=366,
        act=account_page,
        names=account_names,
        act_label=_("Decide again"),
    )
)
register(
    Duty(
        code="tier.judgements",
        article="S1-A3",
        title=_("Judgements missing for a verdict"),
        statement=_("What the tiers ask for beside the volume is judged by a person."),
        who=_("the customer's owner"),
        keys=[JUDGE_WITHIN],
        source=judgements_missing,
        due=lambda values, since: calendar.add_business_days(since, values[JUDGE_WITHIN]),
        opens_before=366,
        act=account_page,
        names=account_names,
        act_label=_("Judge"),
    )
)
