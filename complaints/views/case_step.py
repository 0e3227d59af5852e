"""The steps of a complaint: one small form each, and the page it goes back to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.fields import ReasonForm
from complaints.forms import complaint as case_forms
from complaints.models import Complaint
from complaints.views.case_form import case_form
from complaints.views.complaint import found
from complaints.workflow import complaint as workflow
from staff.transitions import TransitionDenied
from staff.types import StaffRequest


def _sent(request: StaffRequest) -> Any:
    return request.POST if request.method == "POST" else None


@require_http_methods(["GET", "POST"])
def complaint_edit(request: StaffRequest, pk: int) -> HttpResponse:
    complaint, user = found(request, pk), request.user
    form = case_forms.ParticularsForm(_sent(request), instance=complaint, user=user)
    if "find" in request.POST:
        form.look_up()
        form = form.as_typed(instance=complaint)
    return case_form(
        request,
        complaint,
        form,
        lambda: workflow.edit(complaint, actor=user, values=form.values),
        title=gettext("Correct the particulars"),
        done=gettext("Saved. The customer's words stay as they were."),
        blocker=complaint.edit_blocker(user),
        submit=gettext("Save"),
        template="complaints/complaint_edit.html",
    )


@require_http_methods(["GET", "POST"])
def complaint_add(request: StaffRequest, pk: int) -> HttpResponse:
    complaint, user = found(request, pk), request.user
    form = case_forms.AdditionForm(_sent(request))
    return case_form(
        request,
        complaint,
        form,
        lambda: workflow.add(complaint, actor=user, text=form.cleaned_data["text"]),
        title=gettext("Add to the customer's words"),
        done=gettext("Added; what stood there stays."),
        blocker=complaint.add_blocker(user),
        hint=complaint.content,
    )


@require_http_methods(["GET", "POST"])
def complaint_note(request: StaffRequest, pk: int) -> HttpResponse:
    complaint, user = found(request, pk), request.user
    form = case_forms.NoteForm(_sent(request))
    return case_form(
        request,
        complaint,
        form,
        lambda: workflow.note(complaint, actor=user, **form.cleaned_data),
        title=gettext("Note what happened"),
        done=gettext("Noted in the chronology."),
        blocker=complaint.add_blocker(user),
    )


@require_http_methods(["GET", "POST"])
def complaint_acknowledge(request: StaffRequest, pk: int) -> HttpResponse:
    complaint, user = found(request, pk), request.user
    form = case_forms.AcknowledgeForm(_sent(request))
    return case_form(
        request,
        complaint,
        form,
        lambda: workflow.acknowledge(complaint, actor=user, **form.cleaned_data),
        title=gettext("Tell the customer that we have it"),
        done=gettext("Noted: the customer knows that we have it."),
        blocker=complaint.acknowledge_blocker(user),
        submit=gettext("The customer has been told"),
    )


@require_http_methods(["GET", "POST"])
def complaint_classify(request: StaffRequest, pk: int) -> HttpResponse:
    complaint, user = found(request, pk), request.user
    form = case_forms.ClassifyForm(_sent(request), complaint=complaint)
    return case_form(
        request,
        complaint,
        form,
        lambda: workflow.classify(complaint, actor=user, judgement=form.judgement),
        title=gettext("Classify the complaint"),
        done=gettext("Classified."),
        blocker=complaint.classify_blocker(user),
        submit=gettext("Classify"),
        hint=gettext(
            "General: doubt about a result, or the attitude of our staff. Crisis: a serious error "
            "in a result, or a fairly large loss through it (money, reputation), so that the "
            "customer is very dissatisfied. What else is major is lost from the text. A crisis is "
            "told to the service centre and the manager at once."
        ),
    )


@require_http_methods(["GET", "POST"])
def complaint_investigate(request: StaffRequest, pk: int) -> HttpResponse:
    complaint, user = found(request, pk), request.user
    form = case_forms.InvestigateForm(_sent(request), user=user)
    return case_form(
        request,
        complaint,
        form,
        lambda: workflow.investigate(complaint, actor=user, **form.cleaned_data),
        title=gettext("Begin the investigation"),
        done=gettext("The investigation has begun."),
        blocker=complaint.investigate_blocker(user),
    )


@require_http_methods(["GET", "POST"])
def complaint_assign(request: StaffRequest, pk: int) -> HttpResponse:
    complaint, user = found(request, pk), request.user
    form = case_forms.AssignForm(_sent(request))
    return case_form(
        request,
        complaint,
        form,
        lambda: workflow.assign(complaint, actor=user, **form.cleaned_data),
        title=gettext("Give it to a colleague"),
        done=gettext("Given; the clock runs on."),
        blocker=complaint.assign_blocker(user),
        hint=gettext("The time to answer runs on; it does not begin anew."),
    )


@require_http_methods(["GET", "POST"])
def complaint_pause(request: StaffRequest, pk: int) -> HttpResponse:
    complaint, user = found(request, pk), request.user
    form = case_forms.PauseForm(_sent(request))
    return case_form(
        request,
        complaint,
        form,
        lambda: workflow.pause(complaint, actor=user, **form.cleaned_data),
        title=gettext("Wait for the customer"),
        done=gettext("The clock stands still until the customer is heard from."),
        blocker=complaint.pause_blocker(user),
        submit=gettext("Stop the clock"),
    )


@require_POST
def complaint_resume(request: StaffRequest, pk: int) -> HttpResponse:
    complaint = found(request, pk)
    try:
        workflow.resume(complaint, actor=request.user)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, gettext("The clock is running again."))
    return redirect(complaint)


@require_http_methods(["GET", "POST"])
def complaint_handle(request: StaffRequest, pk: int) -> HttpResponse:
    complaint, user = found(request, pk), request.user
    form = case_forms.HandleForm(_sent(request), complaint=complaint)
    return case_form(
        request,
        complaint,
        form,
        lambda: workflow.handle(complaint, actor=user, values=form.cleaned_data),
        title=gettext("Note how it was handled"),
        done=gettext("Noted. Now reply to the customer."),
        blocker=complaint.handle_blocker(user),
        submit=gettext("Save"),
    )


@require_http_methods(["GET", "POST"])
def complaint_reply(request: StaffRequest, pk: int) -> HttpResponse:
    complaint, user = found(request, pk), request.user
    form = case_forms.ReplyForm(_sent(request), complaint=complaint)
    return case_form(
        request,
        complaint,
        form,
        lambda: workflow.reply(complaint, actor=user, **form.cleaned_data),
        title=gettext("Reply to the customer"),
        done=gettext("Reply noted. Ask what the customer says of it, and close."),
        blocker=complaint.reply_blocker(user),
        submit=gettext("The customer has been told"),
        hint=complaint.measures,
    )


@require_http_methods(["GET", "POST"])
def complaint_close(request: StaffRequest, pk: int) -> HttpResponse:
    complaint, user = found(request, pk), request.user
    form = case_forms.CloseForm(_sent(request))
    return case_form(
        request,
        complaint,
        form,
        lambda: workflow.close(complaint, actor=user, **form.cleaned_data),
        title=gettext("Close with the customer's verdict"),
        done=gettext("Noted."),
        blocker=complaint.close_blocker(user),
        submit=gettext("Close the complaint"),
        hint=complaint.reply,
    )


@require_http_methods(["GET", "POST"])
def complaint_approve(request: StaffRequest, pk: int) -> HttpResponse:
    complaint, user = found(request, pk), request.user
    form = case_forms.ApproveForm(_sent(request))
    return case_form(
        request,
        complaint,
        form,
        lambda: workflow.approve_close(complaint, actor=user, **form.cleaned_data),
        title=gettext("Agree to close it"),
        done=gettext("Closed."),
        blocker=complaint.approve_blocker(user),
        hint=f"{complaint.get_verdict_display()} · {complaint.close_reason}",
    )


def _with_reason(
    request: StaffRequest, complaint: Complaint, step: Any, blocker: str, title: str, done: str
) -> HttpResponse:
    """A step that needs a reason and nothing else."""
    form: forms.Form = ReasonForm(_sent(request))
    return case_form(
        request,
        complaint,
        form,
        lambda: step(complaint, actor=request.user, reason=form.cleaned_data["reason"]),
        title=title,
        done=done,
        blocker=blocker,
    )


@require_http_methods(["GET", "POST"])
def complaint_refuse(request: StaffRequest, pk: int) -> HttpResponse:
    complaint = found(request, pk)
    return _with_reason(
        request,
        complaint,
        workflow.refuse_close,
        complaint.approve_blocker(request.user),
        gettext("Do not agree to close it"),
        gettext("Sent back: the customer deserves more."),
    )


@require_http_methods(["GET", "POST"])
def complaint_reopen(request: StaffRequest, pk: int) -> HttpResponse:
    complaint = found(request, pk)
    return _with_reason(
        request,
        complaint,
        workflow.reopen,
        complaint.reopen_blocker(request.user),
        gettext("Take it up again"),
        gettext("It is under investigation again."),
    )


@require_http_methods(["GET", "POST"])
def complaint_void(request: StaffRequest, pk: int) -> HttpResponse:
    complaint = found(request, pk)
    return _with_reason(
        request,
        complaint,
        workflow.void,
        complaint.void_blocker(request.user),
        gettext("Void the complaint"),
        gettext("Voided; it stays readable and counts nowhere."),
    )


@require_http_methods(["GET", "POST"])
def complaint_link(request: StaffRequest, pk: int) -> HttpResponse:
    complaint, user = found(request, pk), request.user
    form = case_forms.LinkForm(_sent(request), user=user)
    return case_form(
        request,
        complaint,
        form,
        lambda: workflow.link(
            complaint,
            actor=user,
            other=form.cleaned_data["number"],
            reason=form.cleaned_data["reason"],
        ),
        title=gettext("Put it beside another complaint"),
        done=gettext("The two stand beside each other now."),
        blocker=complaint.link_blocker(user),
    )
