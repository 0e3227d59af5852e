"""A customer's words for whoever is not told who said them: departments, the month's feedback.

Names are left out as they are known; a name that nobody has entered cannot be recognised.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext

from accounts.models import Account, Feedback
from complaints.models import CallRecord, Complaint
from staff.models import User


def names_of_call(call: CallRecord) -> list[str]:
    return _names([call.unit, call.caller, call.phone], call.account)


def names_of_complaint(complaint: Complaint) -> list[str]:
    told = [complaint.unit, complaint.complainant, complaint.phone, complaint.address]
    return _names(told, complaint.account)


def names_of_feedback(feedback: Feedback) -> list[str]:
    """The customer's and those of their people, telephone numbers among them."""
    people = feedback.account.contact_people.all()
    told = [word for person in people for word in (person.name, person.mobile, person.phone)]
    return _names(told, feedback.account)


def _names(told: Iterable[str], account: Account | None) -> list[str]:
    """The longest first: a short name stands within the whole one."""
    if account:
        told = [*told, account.name, account.short_name, *account.former_names]
    return sorted({name for name in told if len(name) > 1}, key=len, reverse=True)


def named_in(text: str, names: Iterable[str]) -> str:
    """The first of the names that the text tells; "" when it tells none."""
    return next((name for name in names if name in text), "")


def without(text: str, names: Iterable[str]) -> str:
    for name in names:
        text = text.replace(name, gettext("[customer]"))
    return text


def hide_names(said: list[Feedback], reader: User) -> list[Feedback]:
    """Feedback as `reader` may read it: who does not see the customer is not told who it is."""
    accounts = Account.objects.visible_to(reader).filter(pk__in={row.account_id for row in said})
    seen = set(accounts.values_list("pk", flat=True))
    for row in said:
        if row.account_id not in seen:
            row.text = without(row.text, names_of_feedback(row))
    return said
