"""Drafting and activating tier policies (S1 第3条). An activated version never changes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext

from accounts import tiering
from accounts.models import PolicyStatus, TierBand, TierPolicy
from accounts.models.tier_policy import draft_policy_blocker
from accounts.querysets.tiering import TierPolicyQuerySet
from staff.models import Provenance
from staff.transitions import TransitionDenied

if TYPE_CHECKING:
    from staff.models import User

OPTIONS = (
    "good_satisfies_fairly_good",
    "large_satisfies_fairly_large",
    "volume_word_separate",
    "judged_per",
)
BAND_VALUES = ("lower", "lower_inclusive", "upper", "upper_inclusive", *TierBand.JUDGEMENTS)


@transaction.atomic
def draft(based_on: TierPolicy, *, actor: User, name: str) -> TierPolicy:
    """A new version that starts as a copy of another one."""
    if reason := draft_policy_blocker(actor):
        raise TransitionDenied(reason)
    _lock_all()
    version = TierPolicy.objects.aggregate(Max("version"))["version__max"] + 1
    values = {option: getattr(based_on, option) for option in OPTIONS}
    policy = TierPolicy.objects.create(
        version=version,
        name=name,
        based_on=based_on,
        author=actor,
        provenance=based_on.provenance,
        **values,
    )
    for band in based_on.bands.all():
        band.pk, band.policy = None, policy
        band.save(force_insert=True)
    return policy


@transaction.atomic
def edit(policy: TierPolicy, bands: list[TierBand], *, actor: User, seen: str = "") -> TierPolicy:
    """Save a changed draft; what differs from the version it came from is the company's own.

    `seen` is `token` of the draft when the form was opened: a stale form overwrites nothing.
    """
    locked = TierPolicy.objects.select_for_update().get(pk=policy.pk)
    if reason := locked.edit_blocker(actor):
        raise TransitionDenied(reason)
    if seen and seen != token(locked):
        raise TransitionDenied(
            gettext("Somebody changed this draft meanwhile. Nothing was saved; open it again.")
        )
    for band in bands:
        _mark_band(band, policy.based_on)
        band.save()
    policy.provenance = _option_provenance(policy, bands)
    policy.save(update_fields=["name", "reason", "provenance", "changed_at", *OPTIONS])
    return policy


def token(policy: TierPolicy) -> str:
    """Changes whenever the draft has been saved."""
    return policy.changed_at.isoformat()


@transaction.atomic
def activate(policy: TierPolicy, *, actor: User, effective_on: dt.date, reason: str) -> TierPolicy:
    """Put a draft in force from a day on; whatever was to be in force then ends the day before."""
    others = _lock_all().exclude(pk=policy.pk)
    policy = TierPolicy.objects.prefetch_related("bands").get(pk=policy.pk)
    if blocker := policy.activate_blocker(actor):
        raise TransitionDenied(blocker)
    if effective_on < timezone.localdate():
        raise TransitionDenied(gettext("A policy takes effect today or later, never in the past."))
    if not reason:
        raise TransitionDenied(gettext("Say why the rules change."))
    if empty := tiering.lint(policy.rules()).empty:
        raise TransitionDenied(
            gettext("The bounds of %(tiers)s exclude every figure.")
            % {"tiers": gettext(", ").join(empty)}
        )
    for other in others:
        if other.status != PolicyStatus.DRAFT:
            _end(other, effective_on)
    policy.status = PolicyStatus.ACTIVE
    policy.effective = DateRange(effective_on, None)
    policy.reason = reason
    policy.activated_by, policy.activated_at = actor, timezone.now()
    # Who activates a version has read it: what the text leaves open is decided with it.
    policy.provenance = dict.fromkeys(policy.provenance, str(Provenance.DECIDED))
    policy.save()
    return policy


def _lock_all() -> TierPolicyQuerySet:
    """Lock every version in one order: drafting and activating wait for one another."""
    policies = TierPolicy.objects.select_for_update().order_by("pk")
    list(policies)
    return policies


def _end(policy: TierPolicy, day: dt.date) -> None:
    """End a version the day before; one that was to begin later never comes into force."""
    before = policy.effective
    if before.isempty or (before.upper and before.upper <= day):
        if before.isempty or before.upper <= timezone.localdate():
            policy.status = PolicyStatus.ARCHIVED
    elif before.lower and before.lower >= day:
        policy.status, policy.effective = PolicyStatus.ARCHIVED, DateRange(empty=True)
    else:
        policy.effective = DateRange(before.lower, day)
        if day <= timezone.localdate():
            policy.status = PolicyStatus.ARCHIVED
    policy.save(update_fields=["status", "effective", "changed_at"])


def _mark_band(band: TierBand, based_on: TierPolicy | None) -> None:
    before = based_on.bands.filter(tier=band.tier).first() if based_on else None
    same = before and all(getattr(band, v) == getattr(before, v) for v in BAND_VALUES)
    band.provenance = before.provenance if before and same else Provenance.DECIDED


def _option_provenance(policy: TierPolicy, bands: list[TierBand]) -> dict[str, str]:
    before = policy.based_on
    if before is None:
        return dict(policy.provenance)
    marks = dict(before.provenance)
    for option in OPTIONS:
        if getattr(policy, option) != getattr(before, option):
            marks[option] = str(Provenance.DECIDED)
    if not all(band.lower_inclusive and band.upper_inclusive for band in bands):
        marks["bounds_inclusive"] = str(Provenance.DECIDED)
    return marks
