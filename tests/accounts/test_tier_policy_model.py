"""What the database refuses about tier policies, whoever asks."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from accounts.models import PolicyStatus, TierBand, TierPolicy
from accounts.tiering import RULE_BOOK
from tests.factories import TierPolicyFactory

pytestmark = pytest.mark.django_db


def test_version_1_is_the_rule_book():
    policy = TierPolicy.objects.in_force()
    assert policy.rules() == RULE_BOOK
    assert TierPolicy.objects.in_force(dt.date(1999, 1, 1)) == policy


def test_two_versions_are_never_in_force_together(people):
    draft = TierPolicyFactory()
    with pytest.raises(IntegrityError, match="tier_policy_never_two_in_force"):
        TierPolicy.objects.filter(pk=draft.pk).update(
            status=PolicyStatus.ACTIVE,
            effective=DateRange(dt.date(2030, 1, 1), None),
            activated_at=timezone.now(),
            activated_by=people.wang,
            reason="重叠",
        )


def test_a_later_version_is_activated_by_someone_for_a_reason():
    draft = TierPolicyFactory()
    with pytest.raises(IntegrityError, match="activated_by_someone_for_a_reason"):
        TierPolicy.objects.filter(pk=draft.pk).update(
            status=PolicyStatus.ARCHIVED,
            effective=DateRange(empty=True),
            activated_at=timezone.now(),
        )


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"volume_word_separate": True}, "tier_policy_frozen_once_active"),
        ({"version": 7}, "tier_policy_frozen_once_active"),
        (
            {"status": "draft", "effective": None, "activated_at": None},
            "tier_policy_frozen_once_active",
        ),
    ],
)
def test_an_activated_policy_does_not_change(values, constraint):
    with pytest.raises(IntegrityError) as refused:
        TierPolicy.objects.filter(version=1).update(**values)
    assert refused.value.__cause__.diag.constraint_name == constraint


@pytest.mark.parametrize(
    "change",
    [
        lambda policy: policy.bands.filter(tier="A1").update(lower=1),
        lambda policy: policy.bands.filter(tier="A1").delete(),
        lambda policy: TierBand.objects.create(policy=policy, tier="A1"),
    ],
    ids=["update", "delete", "insert"],
)
def test_the_bands_of_an_activated_policy_do_not_change(change):
    policy = TierPolicy.objects.get(version=1)
    with pytest.raises(IntegrityError) as refused:
        change(policy)
    assert refused.value.__cause__.diag.constraint_name == "tier_band_frozen_once_active"


def test_a_policy_is_never_deleted():
    draft = TierPolicyFactory()
    draft.bands.all().delete()
    with pytest.raises(DatabaseError, match="Cannot delete"):
        draft.delete()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"lower": 5, "upper": 3}, "tier_band_bounds_in_order"),
        ({"volume_word": ["enormous"]}, "tier_band_answers_known"),
        ({"tier": "E"}, "tier_band_tier_known"),
        ({"provenance": "heard"}, "tier_band_provenance_known"),
    ],
)
def test_what_a_band_may_hold(values, constraint):
    draft = TierPolicyFactory()
    with pytest.raises(IntegrityError, match=constraint):
        draft.bands.filter(tier="A1").update(**values)
