"""Contact reports: sent to the superior by whoever wrote the record, read once."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Interaction
from staff.duties import followed
from staff.models import User, Verb
from staff.transitions import TransitionDenied
from staff.workflow.notice import notify
from visits.models import ContactReport


@followed
@transaction.atomic
def send(interaction: Interaction, *, actor: User, summary: str) -> ContactReport:
    """Report a contact to one's direct superior."""
    rows = Interaction.objects.select_for_update(of=("self",)).select_related("author", "account")
    interaction = rows.get(pk=interaction.pk)
    if blocker := ContactReport.send_blocker(interaction, actor):
        raise TransitionDenied(blocker)
    if not summary:
        raise TransitionDenied(gettext("Say what your superior should know."))
    report = ContactReport(
        interaction=interaction, summary=summary, sent_by=actor, sent_to=actor.reports_to
    )
    try:
        with transaction.atomic():
            report.save()
    except IntegrityError as error:
        raise TransitionDenied(gettext("This contact has been reported already.")) from error
    _tell(report.sent_to, Verb.CONTACT_REPORTED, report, actor)
    return report


@followed
@transaction.atomic
def read(report: ContactReport, *, actor: User, remark: str = "") -> ContactReport:
    """Mark a report read, with a remark for its writer where there is one."""
    rows = ContactReport.objects.select_for_update(of=("self",))
    report = rows.select_related("interaction__account", "sent_by", "sent_to").get(pk=report.pk)
    if blocker := report.read_blocker(actor):
        raise TransitionDenied(blocker)
    report.read_at, report.remark = timezone.now(), remark
    report.save(update_fields=["read_at", "remark"])
    if remark:
        _tell(report.sent_by, Verb.REPORT_REMARKED, report, actor)
    return report


@followed
@transaction.atomic
def look(interaction: Interaction, *, actor: User, remark: str = "") -> ContactReport:
    """A superior reads a record of their line without being asked to, and may remark on it."""
    rows = Interaction.objects.select_for_update(of=("self",)).select_related("author", "account")
    interaction = rows.get(pk=interaction.pk)
    if blocker := ContactReport.look_blocker(interaction, actor):
        raise TransitionDenied(blocker)
    report: ContactReport = ContactReport.objects.create(
        interaction=interaction,
        summary=gettext("Not reported; the superior read the record."),
        sent_by=interaction.author,
        sent_to=actor,
        read_at=timezone.now(),
        remark=remark,
    )
    if remark:
        _tell(report.sent_by, Verb.REPORT_REMARKED, report, actor)
    return report


def _tell(person: User, verb: Verb, report: ContactReport, actor: User) -> None:
    subject = report.interaction.account.name
    notify(person, verb, actor=actor, subject=subject, url=report.get_absolute_url())
