"""What the rule book leaves open about complaints and the monthly feedback."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.clock import Allowance
from staff import policy
from staff.models import Role, User


@dataclass(frozen=True, eq=False)
class OptionalDays(policy.BusinessDays):
    """Business days; 0 sets no limit."""

    least: int = 0

    def show(self, value: int) -> str:
        return super().show(value) if value else gettext("no limit")


@dataclass(frozen=True, eq=False)
class OptionalHours(policy.Hours):
    """Hours; 0 sets no limit."""

    least: int = 0

    def show(self, value: int) -> str:
        return super().show(value) if value else gettext("no limit")


def staff_choices() -> list[tuple[str, str]]:
    """Everyone with a post, and the service centre, by user name."""
    here = Q(is_active=True) & (~Q(role="") | Q(is_service_centre=True))
    return list(User.objects.filter(here).values_list("username", "name"))


def named(usernames: list[str]) -> QuerySet[User]:
    """Those of them who still work here."""
    found: QuerySet[User] = User.objects.filter(username__in=usernames, is_active=True)
    return found


@dataclass(frozen=True, eq=False)
class Person(policy.PolicyKey[str]):
    """One colleague, kept by user name; "" names nobody."""

    def field(self) -> forms.Field:
        return forms.ChoiceField(
            choices=lambda: [("", gettext("nobody named")), *staff_choices()], required=False
        )

    def show(self, value: str) -> str:
        name = dict(staff_choices()).get(value)
        return name or gettext("nobody named")


@dataclass(frozen=True, eq=False)
class People(policy.PolicyKey[list[str]]):
    """Several colleagues, kept by user name."""

    def field(self) -> forms.Field:
        return forms.MultipleChoiceField(
            choices=staff_choices, widget=forms.CheckboxSelectMultiple, required=False
        )

    def show(self, value: list[str]) -> str:
        names = dict(staff_choices())
        found = [names[word] for word in value if word in names]
        return gettext(", ").join(found) or gettext("nobody named")


NO_TIME = _("“At once”, says the text, without hours; 0 sets no limit.")
ACKNOWLEDGE_GENERAL = OptionalDays(
    "complaint.acknowledge",
    _("Acknowledge a general complaint within"),
    1,
    "S4-6.1",
    question=NO_TIME,
)
REPLY_GENERAL = OptionalDays(
    "complaint.reply", _("Reply to a general complaint within"), 5, "S4-6.1", question=NO_TIME
)
ACKNOWLEDGE_MAJOR = OptionalHours(
    "complaint.acknowledge_major",
    _("Acknowledge a major complaint within"),
    2,
    "S4-7",
    question=NO_TIME,
)
REPLY_MAJOR = OptionalHours(
    "complaint.reply_major",
    _("Reply to a major complaint within"),
    24,
    "S4-7",
    question=NO_TIME,
)
HOURS_RUN = policy.Choice(
    "complaint.hours_run",
    _("Hours of complaints run"),
    "business_days",
    "S4-6.1",
    question=_("The text does not say whether days off count."),
    options={
        "business_days": _("on business days, day and night"),
        "every_day": _("every day, day and night"),
    },
)
CLOSE_WITHIN = OptionalDays(
    "complaint.close_within",
    _("Ask for the customer's verdict after the reply within"),
    5,
    "S4-6.1",
    question=_("The text gives no time."),
)
APPROVE_WITHIN = policy.BusinessDays(
    "complaint.approve_within",
    _("Decide on closing without satisfaction within"),
    2,
    "S4-6.1",
    question=_("The text gives no time."),
)
REPEAT_MONTHS = policy.Months(
    "complaint.repeat_months",
    _("A complaint is a repeat when the same customer had the same cause within"),
    12,
    "S4-7",
    question=_("The text does not speak of repeats."),
)
CENTRE_HEAD = Person(
    "service_centre.head",
    _("Head of the service centre"),
    "",
    "S4-5",
    question=_(
        "A crisis is told to the head at once. While nobody is named, the whole service centre "
        "is told."
    ),
)
FEEDBACK_DUE = policy.BusinessDays(
    "feedback_report.due",
    _("Send the monthly feedback after the month's end within"),
    5,
    "S4-5",
    question=_("“Monthly”, says the text, without a day."),
)
FEEDBACK_RECIPIENTS = People(
    "feedback_report.recipients",
    _("Who gets the monthly feedback"),
    [],
    "S4-5",
    question=_(
        "The service department's head and the departments concerned, says the text. While nobody "
        "is named, the managers and supervisors get it."
    ),
)
CLOCKS: list[policy.PolicyKey[Any]] = [
    ACKNOWLEDGE_GENERAL,
    REPLY_GENERAL,
    ACKNOWLEDGE_MAJOR,
    REPLY_MAJOR,
    HOURS_RUN,
]


def allowances(values: policy.Values, *, is_major: bool) -> tuple[Allowance | None, ...]:
    """How long acknowledging and replying may take; None sets no limit."""
    keys = (ACKNOWLEDGE_MAJOR, REPLY_MAJOR) if is_major else (ACKNOWLEDGE_GENERAL, REPLY_GENERAL)
    return tuple(Allowance(values[key], in_hours=is_major) if values[key] else None for key in keys)


def centre_head(values: policy.Values) -> User | None:
    """The head of the service centre, where one is named and still here."""
    return named([values[CENTRE_HEAD]]).first()


def centre(values: policy.Values) -> list[User]:
    """Whom the service centre is told by: its head, or all of it."""
    head = centre_head(values)
    if head:
        return [head]
    return list(User.objects.filter(is_service_centre=True, is_active=True).order_by("pk"))


def managers() -> list[User]:
    """The managers at the top of the department."""
    top = User.objects.filter(role=Role.MANAGER, reports_to=None, is_active=True)
    return list(top.order_by("pk"))


def recipients(values: policy.Values) -> list[User]:
    """Who gets the monthly feedback."""
    chosen = named(values[FEEDBACK_RECIPIENTS])
    superiors = User.objects.filter(role__in=(Role.MANAGER, Role.SUPERVISOR), is_active=True)
    return list((chosen if chosen.exists() else superiors).order_by("pk"))
