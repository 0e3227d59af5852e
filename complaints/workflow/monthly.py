"""The monthly feedback (S4 第五条(5)): put together from records, edited, sent, read, kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from complaints import gathering
from complaints.duties.monthly import FEEDBACK
from complaints.models import (
    MonthlyFeedback,
    MonthlyLine,
    MonthlyRecipient,
    MonthlyStatus,
    Section,
)
from complaints.models.monthly import write_blocker
from complaints.months import first_of
from complaints.policies import recipients
from staff import policy
from staff.duties import synchronise
from staff.models import User, Verb
from staff.transitions import TransitionDenied
from staff.workflow.notice import notify


@transaction.atomic
def draw_up(month: dt.date, *, actor: User) -> MonthlyFeedback:
    """Begin a month's feedback with what the records hold; one that exists is taken up again."""
    if blocker := write_blocker(actor):
        raise TransitionDenied(blocker)
    if month > timezone.localdate():
        raise TransitionDenied(gettext("This month is still to come."))
    report, is_new = MonthlyFeedback.objects.get_or_create(
        month=first_of(month), defaults={"drawn_up_by": actor}
    )
    if is_new:
        _gather(report)
    return report


@transaction.atomic
def gather_again(report: MonthlyFeedback, *, actor: User) -> int:
    """Add what was recorded since; lines that are there stay as they were edited. How many."""
    return _gather(_judged(report, actor))


def _gather(report: MonthlyFeedback) -> int:
    known = set(report.lines.values_list("section", "complaint", "feedback", "call"))
    new = [
        line
        for line in gathering.lines_of(report.month)
        if (line.section, line.complaint_id, line.feedback_id, line.call_id) not in known
        or not (line.complaint_id or line.feedback_id or line.call_id)
    ]
    if known:  # the counts of the month are written once, when it is begun
        new = [line for line in new if line.complaint_id or line.feedback_id or line.call_id]
    for place, line in enumerate(new, start=len(known)):
        line.report, line.position = report, place
    MonthlyLine.objects.bulk_create(new)
    return len(new)


@transaction.atomic
def edit(
    report: MonthlyFeedback,
    *,
    actor: User,
    summary: str,
    lines: Mapping[int, tuple[str, bool]],
    added: Mapping[str, str],
    are_calls_out: bool | None = None,
) -> MonthlyFeedback:
    """Keep the words: `lines` by key as (text, left out), `added` a further line by heading.

    `are_calls_out` leaves all calls out, or takes them all in: hundreds are not ticked one by one.
    """
    report = _judged(report, actor)
    report.summary = summary
    report.save(update_fields=["summary"])
    changed = []
    for line in report.lines.filter(pk__in=lines):
        text, is_left_out = lines[line.pk]
        if (text or line.text, is_left_out) != (line.text, line.is_left_out):
            line.text, line.is_left_out = text or line.text, is_left_out
            changed.append(line)
    MonthlyLine.objects.bulk_update(changed, ["text", "is_left_out"])
    if are_calls_out is not None:
        report.lines.exclude(call=None).update(is_left_out=are_calls_out)
    place = report.lines.count()
    for section, text in added.items():
        if text and section in Section.values:
            report.lines.create(section=section, text=text, position=place)
            place += 1
    return report


@transaction.atomic
def send(report: MonthlyFeedback, *, actor: User) -> MonthlyFeedback:
    """Send it to the recipients of the policy, by notice and mail; from now on it is frozen."""
    report = _judged(report, actor)
    if blocker := report.send_blocker(actor, timezone.localdate()):
        raise TransitionDenied(blocker)
    people = recipients(policy.in_force())
    if not people:
        raise TransitionDenied(gettext("Nobody gets it: name the recipients in the policy."))
    report.status = MonthlyStatus.SENT
    report.sent_by, report.sent_at = actor, timezone.now()
    report.save(update_fields=["status", "sent_by", "sent_at"])
    MonthlyRecipient.objects.bulk_create(
        MonthlyRecipient(report=report, user=person) for person in people
    )
    for person in people:
        url = report.get_absolute_url()
        notify(person, Verb.FEEDBACK_SENT, actor=actor, subject=str(report), url=url)
    synchronise(FEEDBACK)
    addresses = [person.email for person in people if person.email and person != actor]
    transaction.on_commit(lambda: _mail(report, addresses))
    return report


def _mail(report: MonthlyFeedback, addresses: list[str]) -> None:
    """One mail each; what customers said stays in the product."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = f"{gettext('Dakehu')}: {report}"
        text = "\n\n".join(
            filter(None, [str(report), report.summary, gettext("Read it in Dakehu.")])
        )
    mails = [EmailMessage(subject, text, to=[address]) for address in addresses]
    get_connection(fail_silently=True).send_messages(mails)


@transaction.atomic
def mark_read(report: MonthlyFeedback, *, actor: User) -> None:
    """A recipient has read it; the first time counts."""
    mine = report.recipients.filter(user=actor)
    if not mine.exists():
        raise TransitionDenied(gettext("It was not sent to you."))
    mine.filter(read_at=None).update(read_at=timezone.now())


def _judged(report: MonthlyFeedback, actor: User) -> MonthlyFeedback:
    found: MonthlyFeedback = MonthlyFeedback.objects.select_for_update().get(pk=report.pk)
    if blocker := found.edit_blocker(actor):
        raise TransitionDenied(blocker)
    return found
