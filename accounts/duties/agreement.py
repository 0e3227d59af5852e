"""What agreements oblige us to do, and by when (S1 第4条, 第8条)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, Least
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.agreement_term import RUNWAY
from accounts.models import Account, Agreement, AgreementObligation, BusinessType, Standing
from accounts.querysets.account import in_force_on
from staff import calendar, policy
from staff.duties import Duty, register
from staff.models import Obligation
from staff.policy import Values

from .rows import SUPERIOR, Day, account_names, account_page, columns, customers

SIGN_WITHIN = policy.BusinessDays(
    "signature.after_recognition",
    _("Sign the agreement after recognition within"),
    15,
    "S1-A8",
    question=_("The text asks for the signature, without a time."),
)
TYPE_WITHIN = policy.BusinessDays(
    "type.decide_within",
    _("Decide the type when an agreement begins or ends, within"),
    5,
    "S1-A4",
    question=_("The text gives no time."),
)


# --- S1 第8条: recognised, then signed ------------------------------------------------------
def unsigned(values: Values, today: Day) -> QuerySet[Any]:
    """Key accounts recognised by an application whose agreement nobody has signed."""
    rows = Account.objects.awaiting_signature().filter(merged_into=None, voided_at=None)
    return columns(rows.exclude(owner=None), since=F("recognised_on"))


def signatures(values: Values) -> QuerySet[Any]:
    rows = Agreement.objects.filter(signed_on__isnull=False).order_by()
    return rows.values_list("account", Value("", TextField()), "signed_on")


register(
    Duty(
        code="agreement.sign",
        article="S1-A8",
        title=_("Recognised, not yet signed"),
        statement=_("After recognition both sides sign a sales agreement or a VIP agreement."),
        who=_("the customer's owner"),
        keys=[SIGN_WITHIN],
        source=unsigned,
        evidence=signatures,
        due=lambda values, since: calendar.add_business_days(since, values[SIGN_WITHIN]),
        opens_before=366,
        act=account_page,
        names=account_names,
        act_label=_("Draw up the agreement"),
    )
)


# --- S1 第8条: the term runs out --------------------------------------------------------------
AGREEMENT = Concat(Value("agreement:"), Cast("pk", TextField()), output_field=TextField())
OF_LIVING = Q(account__merged_into=None, account__voided_at=None)


def running_out(values: Values, today: Day) -> QuerySet[Any]:
    """Signed agreements on the renewal runway or past it; the clock ends with their term."""
    runway = values[RUNWAY]
    last = today + dt.timedelta(days=max(runway))
    rows = Agreement.objects.filter(OF_LIVING, status="signed", ends_on__lte=last).unsettled()
    rows = rows.exclude(account__owner=None)
    return rows.order_by().values_list("account__owner", "account", AGREEMENT, "ends_on")


def renewals(values: Values) -> QuerySet[Any]:
    """When an agreement that follows another was signed."""
    renewed = Concat(Value("agreement:"), Cast("renews", TextField()), output_field=TextField())
    rows = Agreement.objects.filter(renews__isnull=False, signed_on__isnull=False).order_by()
    return rows.values_list("account", renewed, "signed_on")


def agreement_page(obligation: Obligation) -> str:
    return reverse(
        "accounts:agreement", args=[obligation.account_id, obligation.subject.split(":")[1]]
    )


def agreement_names(obligations: Iterable[Obligation]) -> dict[int, str]:
    """Customer and number of each agreement: two queries."""
    rows = list(obligations)
    keys = {row.pk: int(row.subject.split(":")[1]) for row in rows}
    numbers = dict(Agreement.objects.filter(pk__in=keys.values()).values_list("pk", "number"))
    names = account_names(rows)
    return {pk: f"{names[pk]} {numbers.get(key, '')}" for pk, key in keys.items()}


register(
    Duty(
        code="agreement.renew",
        article="S1-A8",
        title=_("Agreements that run out"),
        statement=_("Before an agreement runs out it is renewed, or somebody decides it is not."),
        who=_("the customer's owner"),
        keys=[RUNWAY],
        source=running_out,
        evidence=renewals,
        due=lambda values, since: since,
        opens_before=100_000,  # the source opens them, by the runway
        act=agreement_page,
        names=agreement_names,
        act_label=_("Renew"),
    )
)


# --- S1-A2-SPC: what was agreed is followed and pressed for -----------------------------------
OBLIGATION = Concat(Value("obligation:"), Cast("pk", TextField()), output_field=TextField())


def obligations_open(values: Values, today: Day) -> QuerySet[Any]:
    """What either side owes by a day under a signed agreement; its clock starts and ends there."""
    of_living = Q(agreement__account__merged_into=None, agreement__account__voided_at=None)
    rows = AgreementObligation.objects.filter(
        of_living, settled_on=None, agreement__signed_on__isnull=False
    )
    person = Coalesce("responsible", "agreement__account__owner")
    asked: QuerySet[Any] = rows.annotate(person=person).exclude(person=None).order_by()
    return asked.values_list("person", "agreement__account", OBLIGATION, "due_on")


def obligations_settled(values: Values) -> QuerySet[Any]:
    rows: QuerySet[Any] = AgreementObligation.objects.filter(settled_on__isnull=False).order_by()
    return rows.values_list("agreement__account", OBLIGATION, "settled_on")


def obligation_page(obligation: Obligation) -> str:
    return reverse(
        "accounts:agreement_obligation",
        args=[obligation.account_id, obligation.subject.split(":")[1]],
    )


def obligation_names(obligations: Iterable[Obligation]) -> dict[int, str]:
    """Customer and wording of each: two queries."""
    rows = list(obligations)
    keys = {row.pk: int(row.subject.split(":")[1]) for row in rows}
    texts = dict(AgreementObligation.objects.filter(pk__in=keys.values()).values_list("pk", "text"))
    names = account_names(rows)
    return {pk: f"{names[pk]}: {texts.get(key, '')}" for pk, key in keys.items()}


register(
    Duty(
        code="agreement.obligation",
        article="S1-A2-SPC",
        title=_("Obligations under agreements"),
        statement=_("How a contract is carried out is followed, and pressed for where it is not."),
        who=_("whoever sees to it, else the customer's owner"),
        source=obligations_open,
        evidence=obligations_settled,
        due=lambda values, since: since,
        opens_before=14,
        act=obligation_page,
        names=obligation_names,
        act_label=_("Follow up"),
    )
)


# --- S1 第4条: the type follows the VIP agreement, by a person's decision ---------------------
def types_to_decide(values: Values, today: Day) -> QuerySet[Any]:
    """Agreement key accounts whose VIP agreement is over, and those that one in force makes so.

    Only where a VIP agreement is on record: an old ledger's types are left in peace.
    """
    vip = Agreement.objects.filter(account=OuterRef("pk"), kind="vip", signed_on__isnull=False)
    current = Exists(vip.filter(in_force_on(today)))
    over = vip.filter(Q(ended_on__lte=today) | Q(ends_on__lt=today)).order_by().values("account")
    over_since = over.annotate(day=Max(Least("ended_on", "ends_on"))).values("day")
    begun = vip.filter(in_force_on(today)).order_by("starts_on").values("starts_on")[:1]
    lost = Q(business_type=BusinessType.AGREEMENT) & ~current & Exists(over)
    gained = (
        current
        & Q(kind="organisation", is_end_customer=True, long_term_intention=True)
        & ~Q(business_type=BusinessType.AGREEMENT)
    )
    rows = customers().filter(lost | gained, standing=Standing.KEY).exclude(owner=None)
    since = Coalesce(Subquery(begun), Subquery(over_since))
    return columns(rows, person=SUPERIOR, since=since)


def type_page(obligation: Obligation) -> str:
    return reverse("accounts:type_decide", args=[obligation.account_id])


register(
    Duty(
        code="type.decide",
        article="S1-A4",
        title=_("Types to decide"),
        statement=_("An agreement key account has a VIP agreement in force."),
        who=_("the owner's superior"),
        keys=[TYPE_WITHIN],
        source=types_to_decide,
        due=lambda values, since: calendar.add_business_days(since, values[TYPE_WITHIN]),
        opens_before=366,
        act=type_page,
        names=account_names,
        act_label=_("Decide the type"),
    )
)
