from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Account
from complaints.forms.monthly import MonthlyForm
from complaints.models import CallRecord, Complaint, MonthlyFeedback, Section
from complaints.models.monthly import write_blocker
from complaints.months import months
from complaints.policies import recipients
from complaints.workflow import monthly as workflow
from staff import company, policy
from staff.transitions import TransitionDenied
from staff.types import StaffRequest


def _report(request: StaffRequest, pk: int) -> MonthlyFeedback:
    reports = MonthlyFeedback.objects.visible_to(request.user)
    report: MonthlyFeedback = get_object_or_404(
        reports.select_related("drawn_up_by", "sent_by"), pk=pk
    )
    return report


@require_GET
def monthly_list(request: StaffRequest) -> HttpResponse:
    """For whoever writes it all months with those missed; for others what was sent to them."""
    user, today, values = request.user, timezone.localdate(), policy.in_force()
    blocker = write_blocker(user)
    context = {
        "months": [] if blocker else months(today, values),
        "reports": MonthlyFeedback.objects.visible_to(user).for_list() if blocker else [],
        "write_blocker": blocker,
        "recipients": recipients(values),
    }
    return render(request, "complaints/monthly_list.html", context)


@require_POST
def monthly_draw_up(request: StaffRequest, month: str) -> HttpResponse:
    """Begin the feedback of `2026-10`."""
    try:
        first = parse_date(f"{month}-01")
    except ValueError:
        first = None
    if first is None:
        raise Http404
    try:
        report = workflow.draw_up(first, actor=request.user)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
        return redirect("complaints:monthly_feedback")
    return redirect(report) if report.is_sent else redirect("complaints:monthly_edit", report.pk)


def _shown(request: StaffRequest, report: MonthlyFeedback) -> list[tuple[Any, list[Any]]]:
    """The lines under their headings, each with what of its origin the reader may see."""
    user = request.user
    lines = list(
        report.lines.filter(is_left_out=False).select_related(
            "complaint__account", "feedback__account", "call__account"
        )
    )
    origins = [line.complaint or line.feedback or line.call for line in lines]
    accounts = {origin.account_id for origin in origins if origin and origin.account_id}
    in_scope = Account.objects.visible_to(user).filter(pk__in=accounts)
    seen = set(in_scope.values_list("pk", flat=True))
    complaints = [line.complaint_id for line in lines if line.complaint_id]
    open_to = Complaint.objects.visible_to(user).filter(pk__in=complaints)
    linked = set(open_to.values_list("pk", flat=True))
    calls = [line.call_id for line in lines if line.call_id]
    answered = CallRecord.objects.visible_to(user).filter(pk__in=calls)
    heard = set(answered.values_list("pk", flat=True))
    rows: dict[str, list[Any]] = {section: [] for section in Section.values}
    for line, origin in zip(lines, origins, strict=True):
        is_seen = bool(origin) and origin.account_id in seen
        name = origin.account.name if origin and is_seen else ""
        address = ""
        if line.complaint_id in linked and line.complaint_id:
            address = line.complaint.get_absolute_url()
        elif line.call_id in heard and line.call_id:
            address = line.call.get_absolute_url()
        elif line.feedback_id and is_seen:
            address = line.feedback.get_absolute_url()
        rows[line.section].append((line, name, address))
    return [(label, rows[section]) for section, label in Section.choices]


def _context(request: StaffRequest, report: MonthlyFeedback) -> dict[str, Any]:
    user, people = request.user, list(report.recipients.select_related("user"))
    return {
        "report": report,
        "sections": _shown(request, report),
        "recipients": people,
        "mine": next((row for row in people if row.user_id == user.pk), None),
        "edit_blocker": report.edit_blocker(user),
        "send_blocker": report.send_blocker(user, timezone.localdate()),
        "planned": [] if report.is_sent else recipients(policy.in_force()),
        "company": company.name(),
    }


@require_GET
def monthly_detail(request: StaffRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    return render(request, "complaints/monthly_detail.html", _context(request, report))


@require_GET
def monthly_print(request: StaffRequest, pk: int) -> HttpResponse:
    """每月反馈 on A4."""
    report = _report(request, pk)
    return render(request, "complaints/monthly_print.html", _context(request, report))


@require_http_methods(["GET", "POST"])
def monthly_edit(request: StaffRequest, pk: int) -> HttpResponse:
    report, user = _report(request, pk), request.user
    blocker = report.edit_blocker(user)
    sent, number = request.POST if request.method == "POST" else None, request.GET.get("page", "1")
    form = MonthlyForm(sent, report=report, number=number)
    if form.is_valid() and not blocker:
        try:
            workflow.edit(report, actor=user, **form.values)
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, gettext("Saved."))
            return _after_edit(request, report, form)
    status = 200
    if request.method == "POST":
        status = 403 if blocker else 422
    context = {"report": report, "form": form, "blocker": blocker}
    return render(request, "complaints/monthly_form.html", context, status=status)


def _after_edit(request: StaffRequest, report: MonthlyFeedback, form: MonthlyForm) -> HttpResponse:
    """To the next page of lines, or to what has been written."""
    if "next" not in request.POST or not form.page.has_next():
        return redirect(report)
    edit = reverse("complaints:monthly_edit", args=[report.pk])
    return redirect(f"{edit}?page={form.page.next_page_number()}")


def _act(
    request: StaffRequest, report: MonthlyFeedback, act: Callable[[], Any], done: Callable[..., str]
) -> HttpResponse:
    try:
        result = act()
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, done(result))
    return redirect(report)


@require_POST
def monthly_gather(request: StaffRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    return _act(
        request,
        report,
        lambda: workflow.gather_again(report, actor=request.user),
        lambda n: ngettext("%d line added.", "%d lines added.", n) % n,
    )


@require_POST
def monthly_send(request: StaffRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    return _act(
        request,
        report,
        lambda: workflow.send(report, actor=request.user),
        lambda sent: gettext("Sent; it is kept as it is."),
    )


@require_POST
def monthly_read(request: StaffRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    return _act(
        request,
        report,
        lambda: workflow.mark_read(report, actor=request.user),
        lambda nothing: gettext("Marked as read."),
    )
