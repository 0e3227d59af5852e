"""The steps of a complaint: a table of what each asks and says, and the one page they share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.fields import ReasonForm
from complaints.forms import complaint as case_forms
from complaints.models import Complaint
from complaints.views.case_form import case_form
from complaints.views.complaint import found
from complaints.workflow import complaint as workflow
from staff.models import User
from staff.transitions import TransitionDenied
from staff.types import StaffRequest

View = Callable[[StaffRequest, int], HttpResponse]


def _as_given(form: Any) -> Mapping[str, Any]:
    given: Mapping[str, Any] = form.cleaned_data
    return given


@dataclass(frozen=True)
class Step:
    """One step: the form it asks, what is done with it, and its words."""

    act: Callable[..., object]  # of the workflow; gets the complaint, the actor and the values
    blocker: str
    title: Any
    done: Any
    form: Callable[[Any, Complaint, User], Any]
    submit: Any = ""
    hint: Callable[[Complaint], object] = lambda complaint: ""
    values: Callable[[Any], Mapping[str, Any]] = _as_given


def _sent(request: StaffRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _page(step: Step) -> View:
    @require_http_methods(["GET", "POST"])
    def view(request: StaffRequest, pk: int) -> HttpResponse:
        complaint, user = found(request, pk), request.user
        form = step.form(_sent(request), complaint, user)
        return case_form(
            request,
            complaint,
            form,
            lambda: step.act(complaint, actor=user, **step.values(form)),
            title=str(step.title),
            done=str(step.done),
            blocker=getattr(complaint, step.blocker)(user),
            submit=str(step.submit),
            hint=str(step.hint(complaint)),
        )

    return view


def _with_reason(act: Callable[..., object], blocker: str, title: Any, done: Any) -> View:
    """A step that needs a reason and nothing else."""
    return _page(Step(act, blocker, title, done, lambda data, complaint, user: ReasonForm(data)))


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


complaint_add = _page(
    Step(
        workflow.add,
        "add_blocker",
        _("Add to the customer's words"),
        _("Added; what stood there stays."),
        lambda data, complaint, user: case_forms.AdditionForm(data),
        hint=lambda complaint: complaint.content,
    )
)
complaint_note = _page(
    Step(
        workflow.note,
        "add_blocker",
        _("Note what happened"),
        _("Noted in the chronology."),
        lambda data, complaint, user: case_forms.NoteForm(data),
    )
)
complaint_acknowledge = _page(
    Step(
        workflow.acknowledge,
        "acknowledge_blocker",
        _("Tell the customer that we have it"),
        _("Noted: the customer knows that we have it."),
        lambda data, complaint, user: case_forms.AcknowledgeForm(data),
        submit=_("The customer has been told"),
    )
)
WHAT_THE_CLASSES_ARE = _(
    "General: doubt about a result, or the attitude of our staff. Crisis: a serious error "
    "in a result, or a fairly large loss through it (money, reputation), so that the "
    "customer is very dissatisfied. What else is major is lost from the text. A crisis is "
    "told to the service centre and the manager at once."
)
complaint_classify = _page(
    Step(
        workflow.classify,
        "classify_blocker",
        _("Classify the complaint"),
        _("Classified."),
        lambda data, complaint, user: case_forms.ClassifyForm(data, complaint=complaint),
        submit=_("Classify"),
        hint=lambda complaint: WHAT_THE_CLASSES_ARE,
        values=lambda form: {"judgement": form.judgement},
    )
)
complaint_investigate = _page(
    Step(
        workflow.investigate,
        "investigate_blocker",
        _("Begin the investigation"),
        _("The investigation has begun."),
        lambda data, complaint, user: case_forms.InvestigateForm(data, user=user),
    )
)
complaint_assign = _page(
    Step(
        workflow.assign,
        "assign_blocker",
        _("Give it to a colleague"),
        _("Given; the clock runs on."),
        lambda data, complaint, user: case_forms.AssignForm(data),
        hint=lambda complaint: _("The time to answer runs on; it does not begin anew."),
    )
)
complaint_pause = _page(
    Step(
        workflow.pause,
        "pause_blocker",
        _("Wait for the customer"),
        _("The clock stands still until the customer is heard from."),
        lambda data, complaint, user: case_forms.PauseForm(data),
        submit=_("Stop the clock"),
    )
)
complaint_handle = _page(
    Step(
        workflow.handle,
        "handle_blocker",
        _("Note how it was handled"),
        _("Noted. Now reply to the customer."),
        lambda data, complaint, user: case_forms.HandleForm(data, complaint=complaint),
        submit=_("Save"),
        values=lambda form: {"values": form.cleaned_data},
    )
)
complaint_reply = _page(
    Step(
        workflow.reply,
        "reply_blocker",
        _("Reply to the customer"),
        _("Reply noted. Ask what the customer says of it, and close."),
        lambda data, complaint, user: case_forms.ReplyForm(data, complaint=complaint),
        submit=_("The customer has been told"),
        hint=lambda complaint: complaint.measures,
    )
)
complaint_close = _page(
    Step(
        workflow.close,
        "close_blocker",
        _("Close with the customer's verdict"),
        _("Noted."),
        lambda data, complaint, user: case_forms.CloseForm(data),
        submit=_("Close the complaint"),
        hint=lambda complaint: complaint.reply,
    )
)
complaint_approve = _page(
    Step(
        workflow.approve_close,
        "approve_blocker",
        _("Agree to close it"),
        _("Closed."),
        lambda data, complaint, user: case_forms.ApproveForm(data),
        hint=lambda complaint: f"{complaint.get_verdict_display()} · {complaint.close_reason}",
    )
)
complaint_link = _page(
    Step(
        workflow.link,
        "link_blocker",
        _("Put it beside another complaint"),
        _("The two stand beside each other now."),
        lambda data, complaint, user: case_forms.LinkForm(data, user=user),
        values=lambda form: {
            "other": form.cleaned_data["number"],
            "reason": form.cleaned_data["reason"],
        },
    )
)
complaint_refuse = _with_reason(
    workflow.refuse_close,
    "approve_blocker",
    _("Do not agree to close it"),
    _("Sent back: the customer deserves more."),
)
complaint_reopen = _with_reason(
    workflow.reopen,
    "reopen_blocker",
    _("Take it up again"),
    _("It is under investigation again."),
)
complaint_void = _with_reason(
    workflow.void,
    "void_blocker",
    _("Void the complaint"),
    _("Voided; it stays readable and counts nowhere."),
)
