"""What the records of a month hold for its feedback, under the three headings of S4 第五条(5).

The words name no customer: the page shows the name to whoever may see the customer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count
from django.utils.translation import gettext

from accounts.models import Feedback, FeedbackKind, Interaction
from complaints import unnamed
from complaints.models import (
    CallKind,
    CallRecord,
    Complaint,
    MonthlyLine,
    Section,
    Verdict,
)
from complaints.months import last_of

HEADING = {
    FeedbackKind.NEED: Section.SALES_SERVICE,
    FeedbackKind.PROBLEM: Section.OUTSIDE_QUALITY,
    FeedbackKind.OPINION: Section.OPINIONS,
    FeedbackKind.SUGGESTION: Section.OPINIONS,
}


def lines_of(month: dt.date) -> list[MonthlyLine]:
    """A line per record, after a line of counts for each heading."""
    period = (month, last_of(month))
    return [*_counts(period), *_calls(period), *_complaints(period), *_feedback(period)]


def _counts(period: tuple[dt.date, dt.date]) -> Iterator[MonthlyLine]:
    talks = Interaction.objects.filter(voided_at=None, happened_at__date__range=period).count()
    calls = dict(
        CallRecord.objects.filter(voided_at=None, received_at__date__range=period)
        .order_by()
        .values_list("kind")
        .annotate(Count("pk"))
    )
    yield MonthlyLine(
        section=Section.SALES_SERVICE,
        text=gettext("%(talks)d contacts with customers; %(enquiries)d enquiries and %(look_ups)d "
                     "look-ups by telephone.")
        % {
            "talks": talks,
            "enquiries": calls.get(CallKind.ENQUIRY, 0),
            "look_ups": calls.get(CallKind.LOOK_UP, 0),
        },
    )  # fmt: skip
    complaints = Complaint.objects.counting().filter(received_at__date__range=period)
    closed = complaints.filter(status="closed")
    yield MonthlyLine(
        section=Section.OUTSIDE_QUALITY,
        text=gettext("%(n)d complaints, %(crises)d of them crises; %(closed)d are closed.")
        % {
            "n": complaints.count(),
            "crises": complaints.exclude(crisis_at=None).count(),
            "closed": closed.count(),
        },
    )
    yield MonthlyLine(
        section=Section.OPINIONS,
        text=gettext("Verdicts on our replies: %(good)d satisfied, %(bad)d dissatisfied.")
        % {
            "good": closed.filter(verdict=Verdict.SATISFIED).count(),
            "bad": closed.filter(verdict=Verdict.DISSATISFIED).count(),
        },
    )


def _calls(period: tuple[dt.date, dt.date]) -> Iterator[MonthlyLine]:
    """Every enquiry and look-up; a call that became a complaint stands there."""
    rows = CallRecord.objects.filter(voided_at=None, received_at__date__range=period)
    rows = rows.exclude(kind=CallKind.COMPLAINT).select_related("account")
    for call in rows.order_by("received_at", "pk"):
        head = gettext(", ").join([call.number, str(call.get_kind_display())])
        words = {"what": head, "state": call.get_status_display(), "said": call.question}
        text = gettext("%(what)s (%(state)s): %(said)s") % words
        if call.answer:
            text += gettext(" Answer: %s") % call.answer
        text = unnamed.without(text, unnamed.names_of_call(call))
        yield MonthlyLine(section=Section.SALES_SERVICE, call=call, text=text)


def _complaints(period: tuple[dt.date, dt.date]) -> Iterator[MonthlyLine]:
    rows = Complaint.objects.counting().filter(received_at__date__range=period)
    for complaint in rows.select_related("account").order_by("received_at", "pk"):
        parts = [
            complaint.number,
            str(complaint.get_grade_display()),
            str(complaint.get_cause_display()),
        ]
        head = gettext(", ").join(filter(None, parts))
        words = {"what": head, "state": complaint.get_status_display(), "said": complaint.content}
        text = gettext("%(what)s (%(state)s): %(said)s") % words
        if complaint.measures:
            text += gettext(" Handled: %s") % complaint.measures
        text = unnamed.without(text, unnamed.names_of_complaint(complaint))
        yield MonthlyLine(section=Section.OUTSIDE_QUALITY, complaint=complaint, text=text)


def _feedback(period: tuple[dt.date, dt.date]) -> Iterator[MonthlyLine]:
    rows = Feedback.objects.filter(
        raised_at__date__range=period, account__merged_into=None, account__voided_at=None
    )
    rows = rows.select_related("account").prefetch_related("account__contact_people")
    for feedback in rows.order_by("raised_at", "pk"):
        words = {"kind": feedback.get_kind_display(), "said": feedback.text}
        text = gettext("%(kind)s: %(said)s") % words
        if feedback.answer:
            text += gettext(" Answer: %s") % feedback.answer
        text = unnamed.without(text, unnamed.names_of_feedback(feedback))
        section = HEADING[FeedbackKind(feedback.kind)]
        yield MonthlyLine(section=section, feedback=feedback, text=text)
