from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.feedback import AnswerForm, FeedbackForm, PassOnForm
from accounts.models import Account, Feedback
from accounts.views.small_form import small_form
from accounts.workflow import feedback as workflow
from staff.transitions import TransitionDenied
from staff.types import StaffRequest


def _feedback(request: StaffRequest, pk: int, feedback_pk: int) -> Feedback:
    account = get_object_or_404(Account.objects.editable_by(request.user), pk=pk)
    people = ("raised_by", "passed_to", "department", "answered_by", "told_by")
    feedback: Feedback = get_object_or_404(
        account.feedback.select_related("account", *people), pk=feedback_pk
    )
    return feedback


@require_http_methods(["GET", "POST"])
def feedback_create(request: StaffRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.editable_by(request.user), pk=pk)
    form = FeedbackForm(request.POST if request.method == "POST" else None, account=account)
    return small_form(
        request,
        account,
        form,
        lambda: workflow.raise_(form.instance, actor=request.user),
        title=gettext("What the customer says"),
        done=gettext("Recorded. It stays open until the customer has been told."),
    )


@require_GET
def feedback_detail(request: StaffRequest, pk: int, feedback_pk: int) -> HttpResponse:
    feedback = _feedback(request, pk, feedback_pk)
    passed = {"to": feedback.passed_to, "department": feedback.department}
    context = {
        "account": feedback.account,
        "feedback": feedback,
        "pass_form": PassOnForm(initial=passed),
        "answer_form": AnswerForm(initial={"text": feedback.answer}),
        "pass_blocker": feedback.pass_blocker(request.user),
        "answer_blocker": feedback.answer_blocker(request.user),
        "tell_blocker": feedback.tell_blocker(request.user),
    }
    return render(request, "accounts/feedback_detail.html", context)


@require_http_methods(["GET", "POST"])
def feedback_pass_on(request: StaffRequest, pk: int, feedback_pk: int) -> HttpResponse:
    feedback = _feedback(request, pk, feedback_pk)
    form = PassOnForm(request.POST if request.method == "POST" else None)
    return small_form(
        request,
        feedback.account,
        form,
        lambda: workflow.pass_on(feedback, actor=request.user, **form.cleaned_data),
        title=gettext("Pass on"),
        done=gettext("Passed on."),
        blocker=feedback.pass_blocker(request.user),
        hint=feedback.text,
        next_url=feedback.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def feedback_answer(request: StaffRequest, pk: int, feedback_pk: int) -> HttpResponse:
    feedback = _feedback(request, pk, feedback_pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    return small_form(
        request,
        feedback.account,
        form,
        lambda: workflow.answer(feedback, actor=request.user, text=form.cleaned_data["text"]),
        title=gettext("Answer"),
        done=gettext("Answer recorded. Now tell the customer."),
        blocker=feedback.answer_blocker(request.user),
        hint=feedback.text,
        next_url=feedback.get_absolute_url(),
    )


@require_POST
def feedback_tell(request: StaffRequest, pk: int, feedback_pk: int) -> HttpResponse:
    feedback = _feedback(request, pk, feedback_pk)
    try:
        workflow.tell(feedback, actor=request.user)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, gettext("The customer has been told; this is closed."))
    return redirect(feedback)
