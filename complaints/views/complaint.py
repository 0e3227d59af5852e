from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Account, Feedback
from complaints.filters import ComplaintFilter
from complaints.forms.complaint import ComplaintForm
from complaints.models import CallRecord, Complaint, ComplaintLink
from complaints.models.complaint_steps import intake_blocker
from complaints.policies import REPEAT_MONTHS
from complaints.workflow import complaint as workflow
from config.pagination import CappedPaginator
from staff import company, policy
from staff.transitions import TransitionDenied
from staff.types import StaffRequest


def found(request: StaffRequest, pk: int) -> Complaint:
    rows = Complaint.objects.for_detail().visible_to(request.user)
    complaint: Complaint = get_object_or_404(rows, pk=pk)
    return complaint


@require_GET
def complaint_list(request: StaffRequest) -> HttpResponse:
    """What is open, late, a crisis, waits for approval; and what was closed."""
    rows = Complaint.objects.visible_to(request.user).for_list()
    rows = rows.with_repeat(policy.in_force()[REPEAT_MONTHS])
    tabs = {
        "open": (gettext("Open ones"), rows.open()),
        "late": (pgettext("complaint", "Late"), rows.late()),
        "crisis": (gettext("Crises"), rows.crises().open()),
        "to_approve": (gettext("To approve"), rows.open().filter(status="to_approve")),
        "mine": (gettext("Handled by me"), rows.open().filter(handler=request.user)),
        "unsatisfied": (gettext("Closed without satisfaction"), rows.closed_without_satisfaction()),
        "closed": (gettext("Closed ones"), rows.counting().filter(status="closed")),
        "all": (gettext("All"), rows.counting()),
        "voided": (pgettext("complaints", "Voided"), rows.exclude(voided_at=None)),
    }
    show = request.GET.get("show", "open")
    show = show if show in tabs else "open"
    filterset = ComplaintFilter(request.GET, tabs[show][1], request=request)
    context = {
        "page": CappedPaginator(filterset.qs, 25).get_page(request.GET.get("page")),
        "tabs": [(word, label, word == show) for word, (label, _rows) in tabs.items()],
        "show": show,
        "filterset": filterset,
        "intake_blocker": intake_blocker(request.user),
    }
    return render(request, "complaints/complaint_list.html", context)


@require_http_methods(["GET", "POST"])
def complaint_create(request: StaffRequest) -> HttpResponse:
    """Take a complaint: `?account=`, `?feedback=` or `?call=` say where it comes from."""
    user, blocker = request.user, intake_blocker(request.user)
    origin = _origin(request)
    complaint = Complaint(**origin)
    sent = request.POST if request.method == "POST" else None
    form = ComplaintForm(sent, instance=complaint, initial=_words_of(complaint), user=user)
    is_look_up = "find" in request.POST
    if is_look_up and not blocker:
        form.look_up()
        form = form.as_typed(instance=complaint)
    elif form.is_valid() and not blocker:
        is_told = form.cleaned_data["is_acknowledged"]
        try:
            taken = workflow.receive(form.save(commit=False), actor=user, is_acknowledged=is_told)
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, gettext("Complaint %s taken.") % taken.number)
            return redirect(taken)
    status = 200
    if sent is not None and not is_look_up:
        status = 403 if blocker else 422
    context = {"form": form, "blocker": blocker, "complaint": complaint}
    return render(request, "complaints/complaint_form.html", context, status=status)


def _origin(request: StaffRequest) -> dict[str, Any]:
    """The customer, and what they said or called about before; each only within one's scope."""
    user, asked = request.user, request.GET
    origin: dict[str, Any] = {}
    if (pk := asked.get("feedback", "")).isdigit():
        feedback = get_object_or_404(Feedback.objects.visible_to(user), pk=pk)
        origin |= {"feedback": feedback, "account": feedback.account}
    if (pk := asked.get("call", "")).isdigit():
        call = get_object_or_404(CallRecord.objects.visible_to(user), pk=pk)
        origin |= {"call": call, "account": call.account, "is_via": call.is_via}
    if (pk := asked.get("account", "")).isdigit() and not origin:
        origin["account"] = get_object_or_404(Account.objects.visible_to(user), pk=pk)
    return origin


def _words_of(complaint: Complaint) -> dict[str, Any]:
    """What is known already, to begin with; the customer's words may be completed."""
    start: dict[str, Any] = {"account": complaint.account_id}
    if feedback := complaint.feedback:
        spoken = feedback.interaction
        person = spoken.contact_person if spoken else None
        start |= {"content": feedback.text, "complainant": person.name if person else ""}
        start |= {"phone": (person.mobile or person.phone) if person else ""}
    if call := complaint.call:
        start |= {"content": call.question, "complainant": call.caller, "unit": call.unit}
        start |= {"phone": call.phone, "sample_number": call.sample_number}
        start |= {"received_at": call.received_at}
    return start


STEPS = (
    *("edit", "add", "acknowledge", "classify", "investigate", "assign", "pause", "handle"),
    *("reply", "close", "approve", "reopen", "link", "void"),
)


@require_GET
def complaint_detail(request: StaffRequest, pk: int) -> HttpResponse:
    complaint, user = found(request, pk), request.user
    months = policy.in_force()[REPEAT_MONTHS]
    visible = Complaint.objects.visible_to(user)
    account = Account.objects.visible_to(user).filter(pk=complaint.account_id or 0)
    pauses = list(complaint.pauses.select_related("started_by", "ended_by"))
    context = {
        "complaint": complaint,
        "blockers": {step: getattr(complaint, f"{step}_blocker")(user) for step in STEPS},
        "sees_account": account.exists(),
        "additions": complaint.additions.select_related("written_by"),
        "files": [
            (file, file.void_blocker(user))
            for file in complaint.files.filter(voided_at=None).select_related("uploaded_by")
        ],
        "steps": complaint.steps.select_related("actor"),
        "pauses": pauses,
        "is_paused": any(pause.ended_at is None for pause in pauses),
        "repeats": visible.repeats_of(complaint, months).order_by("-received_at")[:10],
        "repeat_months": months,
        "links": _links(complaint, visible),
    }
    return render(request, "complaints/complaint_detail.html", context)


def _links(complaint: Complaint, visible: Any) -> list[tuple[Complaint, str]]:
    """The other complaint of each link that the reader may see, and why they belong together."""
    forward = ComplaintLink.objects.of(complaint).filter(first__in=visible, second__in=visible)
    pairs = forward.select_related("first__account", "second__account")
    return [(row.second if row.first_id == complaint.pk else row.first, row.reason)
            for row in pairs]  # fmt: skip


@require_GET
def complaint_print(request: StaffRequest, pk: int) -> HttpResponse:
    """客户投诉处理单 on A4 (附表2)."""
    complaint = found(request, pk)
    context = {
        "complaint": complaint,
        "company": company.name(),
        "additions": complaint.additions.select_related("written_by"),
        "files": complaint.files.filter(voided_at=None),
        "steps": complaint.steps.select_related("actor").exclude(verb="edited"),
    }
    return render(request, "complaints/complaint_print.html", context)
