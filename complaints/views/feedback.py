from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.feedback import AnswerForm
from accounts.models import Account, Feedback
from accounts.workflow import feedback as workflow
from complaints import unnamed
from complaints.call_filters import FeedbackFilter
from complaints.forms.feedback import FeedbackLinkForm, FeedbackTakeForm
from complaints.models import AnswerLink, CallRecord
from complaints.models.call import intake_blocker
from complaints.views.pages import form_page
from complaints.waiting import with_feedback_waits
from complaints.workflow import department_question as links
from complaints.workflow.feedback import take
from config.pagination import CappedPaginator
from staff.transitions import TransitionDenied
from staff.types import StaffRequest


@require_GET
def feedback_list(request: StaffRequest) -> HttpResponse:
    """What customers said and where it stands, the longest wait first."""
    rows = Feedback.objects.visible_to(request.user).for_list()
    waiting = rows.untold().order_by("raised_at", "pk")
    tabs = {
        "open": (gettext("Customer not told"), waiting),
        "to_pass": (gettext("To pass on"), waiting.filter(passed_at=None, answered_at=None)),
        "passed": (
            gettext("Waiting for an answer"),
            waiting.filter(passed_at__isnull=False, answered_at=None),
        ),
        "to_tell": (gettext("To tell the customer"), waiting.exclude(answered_at=None)),
        "told": (gettext("Customer told"), rows.exclude(told_at=None)),
        "all": (gettext("All"), rows),
    }
    show = request.GET.get("show", "open")
    show = show if show in tabs else "open"
    filterset = FeedbackFilter(request.GET, tabs[show][1], request=request)
    page = CappedPaginator(filterset.qs, 25).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": with_feedback_waits(page.object_list),
        "can_take": not intake_blocker(request.user),
        "tabs": [(word, label, word == show) for word, (label, _rows) in tabs.items()],
        "show": show,
        "filterset": filterset,
    }
    return render(request, "complaints/feedback_list.html", context)


@require_http_methods(["GET", "POST"])
def feedback_take(request: StaffRequest) -> HttpResponse:
    """What a customer says on the telephone or at the desk: `?call=` says in which call."""
    user = request.user
    if intake_blocker(user):
        raise PermissionDenied
    call = None
    if (pk := request.GET.get("call", "")).isdigit():
        call = get_object_or_404(CallRecord.objects.visible_to(user), pk=pk)
    form = FeedbackTakeForm(
        request.POST if request.method == "POST" else None, user=user, call=call
    )
    if "find" in request.POST:
        form.look_up()
        form = form.as_typed(call=call)
    return form_page(
        request,
        form,
        lambda: take(form.instance, actor=user),
        title=gettext("What the customer says"),
        done=gettext("Written down; whoever looks after the customer has been told."),
        back=reverse("complaints:feedback"),
        template="complaints/feedback_take.html",
        more={"call": form.call},
    )


@require_http_methods(["GET", "POST"])
def feedback_answer(request: StaffRequest, pk: int) -> HttpResponse:
    """What was passed on to me or my department: the words alone, not the customer's file."""
    asked = Feedback.objects.asked_of(request.user).filter(pk=pk).first()
    if asked is None:
        return _said(request, pk)
    feedback: Feedback = asked
    [shown] = unnamed.hide_names([asked], request.user)
    said = f"{shown.get_kind_display()}\n{shown.text}"
    initial = {"text": feedback.answer}
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=initial)
    return form_page(
        request,
        form,
        lambda: workflow.answer(feedback, actor=request.user, text=form.cleaned_data["text"]),
        title=gettext("Answer what a customer said"),
        done=gettext("Answered; whoever looks after the customer tells them."),
        back=reverse("complaints:questions"),
        blocker=feedback.answer_blocker(request.user),
        submit=gettext("Send the answer"),
        hint=said,
    )


def _said(request: StaffRequest, pk: int) -> HttpResponse:
    """How far something has come that one wrote down oneself, without the customer's file."""
    own = Feedback.objects.visible_to(request.user).filter(raised_by=request.user)
    people = ("account__owner", "raised_by", "passed_to", "department", "answered_by", "told_by")
    feedback: Feedback = get_object_or_404(own.select_related(*people), pk=pk)
    if request.method == "POST":
        raise PermissionDenied
    return render(request, "complaints/feedback_said.html", {"feedback": feedback})


def _in_scope(request: StaffRequest, pk: int) -> Feedback:
    """One of a customer whose file one sees."""
    accounts = Account.objects.editable_by(request.user)
    rows = Feedback.objects.visible_to(request.user).filter(account__in=accounts)
    feedback: Feedback = get_object_or_404(rows.select_related("account", "department"), pk=pk)
    return feedback


@require_http_methods(["GET", "POST"])
@cache_control(private=True, no_store=True)
def feedback_link(request: StaffRequest, pk: int) -> HttpResponse:
    """The words somebody without a login is asked; the new address stands on the answer alone."""
    feedback, user = _in_scope(request, pk), request.user
    form = FeedbackLinkForm(request.POST if request.method == "POST" else None, feedback=feedback)
    blocker = links.feedback_link_blocker(feedback, user)
    if form.is_valid() and not blocker:
        try:
            token = links.make_feedback_link(feedback, actor=user, text=form.cleaned_data["text"])
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            address = request.build_absolute_uri(reverse("complaints:answer", args=[token]))
            link = AnswerLink.objects.live().get(feedback=feedback)
            back = feedback.get_absolute_url()
            context = {"link": link, "address": address, "back": back, "back_text": str(feedback)}
            return render(request, "complaints/question_link.html", context)
    context = {
        "feedback": feedback,
        "form": form,
        "blocker": blocker,
        "link": AnswerLink.objects.live().filter(feedback=feedback).first(),
    }
    status = 200
    if request.method == "POST":
        status = 403 if blocker else 422
    return render(request, "complaints/feedback_link.html", context, status=status)


@require_POST
def feedback_revoke(request: StaffRequest, pk: int) -> HttpResponse:
    feedback = _in_scope(request, pk)
    links.revoke_feedback_link(feedback)
    messages.success(request, gettext("The address no longer works."))
    return redirect(feedback)
