"""What the rule book obliges us to do for every customer, and by when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import (
    Count,
    DateField,
    Exists,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat, TruncDate
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    Account,
    Assignment,
    Confirmation,
    DuplicatePair,
    InformationGroup,
    Interaction,
    Standing,
)
from accounts.workflow.contact_person import confirm
from staff import calendar, policy
from staff.duties import Duty, register
from staff.models import Obligation, Provenance, Role, User
from staff.policy import Values

from .rows import (
    ADDED_ON,
    Day,
    account_names,
    account_page,
    columns,
    customers,
    in_policy_scope,
    not_before_recognition,
)

SCOPES = {
    "key": _("key accounts"),
    "important": _("important agreement customers"),
}
INFORMATION_INTERVAL = policy.Months(
    "information.interval",
    _("Confirm customer information every"),
    1,
    "S4-6.3",
    Provenance.UNCERTAIN,
    _("The text says “once a month?”, with a question mark. Is it monthly?"),
)
INFORMATION_SCOPE = policy.Choices(
    "information.scope",
    _("Whose information is confirmed"),
    ["key", "important"],
    "S4-6.3",
    question=_("The text does not say for which customers."),
    options=SCOPES,
)
MINIMUM_CONTACTS = policy.Number(
    "contacts.minimum_for_flagged",
    _("Colleagues who look after a flagged customer, at least"),
    2,
    "S1-A13",
    Provenance.STATED,
)
SECOND_CONTACT_WITHIN = policy.BusinessDays(
    "contacts.complete_within",
    _("Name a missing second contact within"),
    5,
    "S1-A13",
    question=_("The text gives no time."),
)
OWNER_WITHIN = policy.BusinessDays(
    "accounts.owner_within",
    _("Name an owner within"),
    3,
    "S1-A14",
    question=_("“Quickly”, says the text, without a number."),
)
DUPLICATE_WITHIN = policy.BusinessDays(
    "accounts.duplicate_within",
    _("Settle a possible duplicate within"),
    10,
    "S1-A2-MGR",
    question=_("The text asks for well-kept files, without a time."),
)


# --- S4 6.3: information confirmed in time -------------------------------------------------
def to_confirm(values: Values, today: Day) -> QuerySet[Any]:
    """Each customer in scope, from the day its oldest group was confirmed (or it came in)."""
    confirmed = (
        Confirmation.objects.filter(account=OuterRef("pk"))
        .order_by()
        .values("account")
        .annotate(groups=Count("pk"), oldest=Min("confirmed_on"))
        .filter(groups=len(InformationGroup))
        .values("oldest")
    )
    rows = customers().filter(in_policy_scope(values[INFORMATION_SCOPE])).exclude(owner=None)
    since = Coalesce(Subquery(confirmed, DateField()), ADDED_ON)
    return columns(rows, since=not_before_recognition(since))


def confirmations(values: Values) -> QuerySet[Any]:
    """When the last of a customer's groups was confirmed."""
    rows: QuerySet[Any] = (
        Confirmation.objects.order_by()
        .values("account")
        .annotate(subject=Value("", TextField()), groups=Count("pk"), done_on=Min("confirmed_on"))
        .filter(groups=len(InformationGroup))
        .values_list("account", "subject", "done_on")
    )
    return rows


def confirm_all(obligations: Sequence[Obligation], actor: User) -> None:
    """Somebody checked all four groups of these customers' information today."""
    visible = Account.objects.visible_to(actor)
    for account in visible.filter(pk__in=[row.account_id or 0 for row in obligations]):
        confirm(account, actor=actor, groups=list(InformationGroup.values))


register(
    Duty(
        code="information.confirm",
        article="S4-6.3",
        title=_("Customer information to confirm"),
        statement=_("Contact persons, phone, address and service wishes are kept up to date."),
        who=_("the customer's owner"),
        keys=[INFORMATION_INTERVAL, INFORMATION_SCOPE],
        source=to_confirm,
        evidence=confirmations,
        due=lambda values, since: calendar.on_or_after(
            calendar.add_months(since, values[INFORMATION_INTERVAL])
        ),
        opens_before=7,
        act=account_page,
        names=account_names,
        act_label=_("Confirm"),
        settle=confirm_all,
    )
)


# --- S1 第13条: two contacts --------------------------------------------------------------
def too_few_contacts(values: Values, today: Day) -> QuerySet[Any]:
    """Flagged customers with too few colleagues, from the day the last one stopped."""
    assigned = Assignment.objects.filter(account=OuterRef("pk")).order_by().values("account")
    current = assigned.filter(ended_on=None).annotate(n=Count("pk")).values("n")
    ended = assigned.annotate(last=Max("ended_on")).values("last")
    rows = customers().filter(needs_two_contacts=True)
    rows = rows.annotate(colleagues=Coalesce(Subquery(current, IntegerField()), 0))
    return columns(
        rows.filter(colleagues__lt=values[MINIMUM_CONTACTS]),
        person=Coalesce("owner__reports_to", "owner"),
        since=Coalesce(Subquery(ended, DateField()), ADDED_ON),
    )


register(
    Duty(
        code="contacts.two",
        article="S1-A13",
        title=_("A second contact is missing"),
        statement=_("A more important, promising customer is looked after by at least two people."),
        who=_("the owner's superior"),
        keys=[MINIMUM_CONTACTS, SECOND_CONTACT_WITHIN],
        source=too_few_contacts,
        due=lambda values, since: calendar.add_business_days(since, values[SECOND_CONTACT_WITHIN]),
        opens_before=366,
        act=account_page,
        names=account_names,
        act_label=_("Name a second contact"),
    )
)


# --- S1 第1条: what was agreed as the next step --------------------------------------------
NEXT_STEP = Concat(Value("interaction:"), Cast("pk", TextField()), output_field=TextField())


def next_steps(values: Values, today: Day) -> QuerySet[Any]:
    """Every agreed next step that is not done; its clock starts and ends on the agreed day."""
    steps = Interaction.objects.filter(
        next_step_on__isnull=False,
        next_step_done_at=None,
        voided_at=None,
        account__merged_into=None,
        account__voided_at=None,
    )
    return steps.order_by().values_list(
        Coalesce("account__owner", "author"), "account", NEXT_STEP, "next_step_on"
    )


def next_steps_done(values: Values) -> QuerySet[Any]:
    done = Interaction.objects.filter(next_step_done_at__isnull=False)
    return done.order_by().values_list("account", NEXT_STEP, TruncDate("next_step_done_at"))


register(
    Duty(
        code="interaction.next_step",
        article="S1-A1",
        title=_("Next steps agreed with customers"),
        statement=_("What was agreed with a customer is done on the day agreed."),
        who=_("the customer's owner, else whoever agreed it"),
        source=next_steps,
        evidence=next_steps_done,
        due=lambda values, since: since,
        opens_before=7,
        act=account_page,
        names=account_names,
        act_label=_("Open the next step"),
    )
)


# --- S1 第14条: nobody is without an owner -------------------------------------------------
def without_owner(values: Values, today: Day) -> QuerySet[Any]:
    """Customers that nobody owns, from the day the last owner stopped (or they were added)."""
    supervisor = (
        User.objects.filter(role=Role.SUPERVISOR, is_active=True, region=OuterRef("region"))
        .order_by("pk")
        .values("pk")[:1]
    )
    manager = (
        User.objects.filter(role=Role.MANAGER, is_active=True, reports_to=None)
        .order_by("pk")
        .values("pk")[:1]
    )
    ended = (
        Assignment.objects.filter(account=OuterRef("pk"), kind="owner")
        .order_by()
        .values("account")
        .annotate(last=Max("ended_on"))
        .values("last")
    )
    rows = customers().filter(owner=None).exclude(standing=Standing.FORMER)
    return columns(
        rows,
        person=Coalesce(Subquery(supervisor), Subquery(manager)),
        since=Coalesce(Subquery(ended, DateField()), ADDED_ON),
    )


register(
    Duty(
        code="account.owner",
        article="S1-A14",
        title=_("Customers without an owner"),
        statement=_(
            "Another colleague quickly makes contact when one leaves; nobody is forgotten."
        ),
        who=_("the region's supervisor, else the manager"),
        keys=[OWNER_WITHIN],
        source=without_owner,
        due=lambda values, since: calendar.add_business_days(since, values[OWNER_WITHIN]),
        opens_before=366,
        act=account_page,
        names=account_names,
        act_label=_("Name an owner"),
    )
)


# --- S1 第2条: one customer, one file ------------------------------------------------------
PAIR = Concat(Value("pair:"), Cast("pk", TextField()), output_field=TextField())


def possible_duplicates(values: Values, today: Day) -> QuerySet[Any]:
    """Pairs that nobody has merged or dismissed."""
    living = Q(merged_into=None, voided_at=None)
    pairs = DuplicatePair.objects.filter(
        Exists(Account.objects.filter(living, pk=OuterRef("first"))),
        Exists(Account.objects.filter(living, pk=OuterRef("second"))),
        dismissed_at=None,
    )
    return pairs.order_by().values_list(
        Coalesce("first__owner__reports_to", "first__owner", "second__owner"),
        "first",
        PAIR,
        "found_on",
    )


def duplicates_settled(values: Values) -> QuerySet[Any]:
    settled = DuplicatePair.objects.filter(dismissed_at__isnull=False)
    return settled.order_by().values_list("first", PAIR, TruncDate("dismissed_at"))


register(
    Duty(
        code="account.duplicate",
        article="S1-A2-MGR",
        title=_("Possible duplicates to settle"),
        statement=_("One customer has one file."),
        who=_("the owner's superior"),
        keys=[DUPLICATE_WITHIN],
        source=possible_duplicates,
        evidence=duplicates_settled,
        due=lambda values, since: calendar.add_business_days(since, values[DUPLICATE_WITHIN]),
        opens_before=366,
        act=account_page,
        names=account_names,
        act_label=_("Compare"),
    )
)
