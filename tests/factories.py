"""One factory per model, valid by default."""

import datetime as dt
from decimal import Decimal

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts import models as accounts
from accounts.judgements import JudgementKind
from accounts.tiering import RULE_BOOK, Facts, judge
from staff import models as staff


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = staff.Region

    name = factory.Sequence(lambda n: f"大区{n}")


class UserFactory(DjangoModelFactory):
    """A specialist who may log in and need not change the password first."""

    class Meta:
        model = staff.User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"员工{n}")
    role = staff.Role.SPECIALIST
    must_change_password = False


class AccountFactory(DjangoModelFactory):
    """A customer; `owner=` also makes the open owner assignment that the copy comes from."""

    class Meta:
        model = accounts.Account
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"示例客户{n}有限公司")

    @classmethod
    def _create(cls, model_class, *args, owner=None, **kwargs):
        account = super()._create(model_class, *args, **kwargs)
        if owner:
            AssignmentFactory(account=account, user=owner)
            account.refresh_from_db()
        return account


class SavedViewFactory(DjangoModelFactory):
    class Meta:
        model = accounts.SavedView

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"视图{n}")
    query = "tier=A1"
    columns = ["tier", "owner"]


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = accounts.Assignment

    account = factory.SubFactory(AccountFactory)
    user = factory.SubFactory(UserFactory)
    kind = accounts.AssignmentKind.OWNER
    started_on = factory.LazyFunction(lambda: timezone.localdate() - dt.timedelta(days=100))


class ContactPersonFactory(DjangoModelFactory):
    class Meta:
        model = accounts.ContactPerson

    account = factory.SubFactory(AccountFactory)
    name = factory.Sequence(lambda n: f"联系人{n}")


class JudgementFactory(DjangoModelFactory):
    class Meta:
        model = accounts.Judgement

    account = factory.SubFactory(AccountFactory)
    kind = JudgementKind.PAYMENT_REPUTATION
    value = "good"
    judged_by = factory.SubFactory(UserFactory)
    judged_on = factory.LazyFunction(timezone.localdate)


class ConfirmationFactory(DjangoModelFactory):
    class Meta:
        model = accounts.Confirmation

    account = factory.SubFactory(AccountFactory)
    group = accounts.InformationGroup.PHONE
    confirmed_on = factory.LazyFunction(timezone.localdate)
    confirmed_by = factory.SubFactory(UserFactory)


class AnnualVolumeFactory(DjangoModelFactory):
    class Meta:
        model = accounts.AnnualVolume

    account = factory.SubFactory(AccountFactory)
    basis = accounts.VolumeBasis.DECLARED
    period_from = dt.date(2025, 1, 1)
    period_to = dt.date(2025, 12, 31)
    amount = Decimal("250000")
    source = accounts.VolumeSource.ENTERED
    as_of = dt.date(2025, 12, 31)


class MonthlyVolumeFactory(DjangoModelFactory):
    class Meta:
        model = accounts.MonthlyVolume

    account = factory.SubFactory(AccountFactory)
    month = dt.date(2025, 1, 1)
    amount = Decimal("20000")
    source = accounts.VolumeSource.ENTERED


class InteractionFactory(DjangoModelFactory):
    class Meta:
        model = accounts.Interaction

    account = factory.SubFactory(AccountFactory)
    author = factory.SubFactory(UserFactory)
    summary = "谈了下季度的用量"


class FeedbackFactory(DjangoModelFactory):
    class Meta:
        model = accounts.Feedback

    account = factory.SubFactory(AccountFactory)
    kind = accounts.FeedbackKind.PROBLEM
    text = "交货晚了两天"
    raised_by = factory.SubFactory(UserFactory)


class CorrectionFactory(DjangoModelFactory):
    class Meta:
        model = accounts.Correction

    interaction = factory.SubFactory(InteractionFactory)
    author = factory.SubFactory(UserFactory)
    text = "应为两百件"


class TierPolicyFactory(DjangoModelFactory):
    """A draft with the rule book's bands."""

    class Meta:
        model = accounts.TierPolicy
        skip_postgeneration_save = True

    version = factory.Sequence(lambda n: n + 100)
    name = "草案"

    @factory.post_generation
    def bands(self, create, extracted, **kwargs):
        for band in accounts.TierPolicy.objects.get(version=1).bands.all():
            band.pk = None
            band.policy = self
            band.save(force_insert=True)


class TierBandFactory(DjangoModelFactory):
    """One of the bands of a draft."""

    class Meta:
        model = accounts.TierBand

    @classmethod
    def _create(cls, model_class, *args, policy=None, **kwargs):
        band = (policy or TierPolicyFactory()).bands.first()
        for name, value in kwargs.items():
            setattr(band, name, value)
        band.save()
        return band


class TierDecisionFactory(DjangoModelFactory):
    """A decision with a reason; `account.tier` is left alone (the workflow keeps it)."""

    class Meta:
        model = accounts.TierDecision

    account = factory.SubFactory(AccountFactory)
    tier = "A2"
    effective_on = factory.LazyFunction(timezone.localdate)
    decided_by = factory.SubFactory(UserFactory, role=staff.Role.SUPERVISOR)
    origin = accounts.DecisionOrigin.DECIDED
    reason = "近一年用量稳定"
    policy = factory.LazyFunction(lambda: accounts.TierPolicy.objects.get(version=1))
    facts = factory.LazyFunction(lambda: Facts().to_json())
    verdict = factory.LazyFunction(lambda: judge(RULE_BOOK, Facts()).to_json())


class TierProposalFactory(DjangoModelFactory):
    class Meta:
        model = accounts.TierProposal

    account = factory.SubFactory(AccountFactory)
    tier = "A2"
    effective_on = factory.LazyFunction(timezone.localdate)
    reason = "客户扩建，用量将上升"
    proposed_by = factory.SubFactory(UserFactory)


class TierRoundFactory(DjangoModelFactory):
    class Meta:
        model = accounts.TierRound

    name = "年度评审"
    effective_on = factory.LazyFunction(timezone.localdate)
    opened_by = factory.SubFactory(UserFactory, role=staff.Role.SUPERVISOR)


class TierRoundLineFactory(DjangoModelFactory):
    class Meta:
        model = accounts.TierRoundLine

    round = factory.SubFactory(TierRoundFactory)
    account = factory.SubFactory(AccountFactory)


class LedgerImportFactory(DjangoModelFactory):
    """An uploaded csv of one customer that nobody has read yet."""

    class Meta:
        model = accounts.LedgerImport

    kind = "customers"
    name = "台账.csv"
    file = factory.LazyFunction(lambda: ContentFile("客户名称\n甲公司\n".encode(), "台账.csv"))
    size = 20
    sha256 = "0" * 64
    uploaded_by = factory.SubFactory(UserFactory)


class DuplicatePairFactory(DjangoModelFactory):
    class Meta:
        model = accounts.DuplicatePair

    first = factory.SubFactory(AccountFactory)
    second = factory.SubFactory(AccountFactory)
    reasons = ["name"]


class AccountMergeFactory(DjangoModelFactory):
    """The record alone: nothing moved."""

    class Meta:
        model = accounts.AccountMerge

    kept = factory.SubFactory(AccountFactory)
    absorbed = factory.SubFactory(AccountFactory)
    merged_by = factory.SubFactory(UserFactory)
