from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Interaction
from staff.transitions import TransitionDenied
from staff.types import StaffRequest
from visits.filters import ContactReportFilter
from visits.forms.contact_report import ContactReportForm, ReadForm
from visits.models import ContactReport
from visits.views.pages import form_page
from visits.workflow import contact_report as workflow


def _report(request: StaffRequest, pk: int) -> ContactReport:
    rows = ContactReport.objects.for_list().visible_to(request.user)
    return get_object_or_404(rows.select_related("interaction__author"), pk=pk)


@require_GET
def contact_report_list(request: StaffRequest) -> HttpResponse:
    """What I have to read, what I sent, and all that I may see."""
    rows = ContactReport.objects.for_list().visible_to(request.user)
    mine = rows.filter(sent_to=request.user)
    tabs = {
        "to_read": (gettext("To read"), mine.unread()),
        "read": (gettext("Read by me"), mine.exclude(read_at=None)),
        "sent": (gettext("Sent by me"), rows.filter(sent_by=request.user)),
        "all": (gettext("All"), rows),
    }
    start = "to_read" if request.user.is_superior else "sent"
    show = request.GET.get("show", start)
    show = show if show in tabs else start
    filterset = ContactReportFilter(request.GET, tabs[show][1], request=request)
    context = {
        "page": Paginator(filterset.qs, 25).get_page(request.GET.get("page")),
        "tabs": [(word, label, word == show) for word, (label, _rows) in tabs.items()],
        "unread": mine.unread().count(),
        "show": show,
        "filterset": filterset,
    }
    return render(request, "visits/contact_report_list.html", context)


@require_GET
def contact_report_detail(request: StaffRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    context = {
        "report": report,
        "form": ReadForm(),
        "read_blocker": report.read_blocker(request.user),
    }
    return render(request, "visits/contact_report_detail.html", context)


@require_http_methods(["GET", "POST"])
def contact_report_send(request: StaffRequest, pk: int) -> HttpResponse:
    """Report one contact record to the superior."""
    records = Interaction.objects.visible_to(request.user).select_related("account", "author")
    record = get_object_or_404(records, pk=pk)
    form = ContactReportForm(request.POST if request.method == "POST" else None)
    account = record.account
    return form_page(
        request,
        account,
        form,
        lambda: workflow.send(record, actor=request.user, summary=form.cleaned_data["summary"]),
        title=gettext("Report a contact"),
        done=gettext("Reported."),
        back=f"{account.get_absolute_url()}#timeline",
        blocker=ContactReport.send_blocker(record, request.user),
        submit=gettext("Report upward"),
        hint=record.summary,
        next_url=lambda: f"{reverse('visits:contact_reports')}?show=sent",
    )


def _remark(request: StaffRequest) -> str:
    """The word that goes with it; one that cannot be kept is refused, not left out."""
    form = ReadForm(request.POST)
    if not form.is_valid():
        raise TransitionDenied(" ".join(map(str, form.errors["remark"])))
    remark: str = form.cleaned_data["remark"]
    return remark


@require_POST
def contact_report_look(request: StaffRequest, pk: int) -> HttpResponse:
    """A superior marks a record of their line read, from the page that shows it."""
    records = Interaction.objects.visible_to(request.user).select_related("account", "author")
    record = get_object_or_404(records, pk=pk)
    try:
        report = workflow.look(record, actor=request.user, remark=_remark(request))
    except TransitionDenied as denied:
        messages.error(request, str(denied))
        return redirect(record.account)
    messages.success(request, gettext("Marked as read."))
    return redirect(report)


@require_POST
def contact_report_read(request: StaffRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    try:
        workflow.read(report, actor=request.user, remark=_remark(request))
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, gettext("Marked as read."))
    return redirect("visits:contact_reports" if request.POST.get("from") == "list" else report)
