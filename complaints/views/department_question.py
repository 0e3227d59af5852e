from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.fields import ReasonForm
from accounts.models import Feedback
from complaints import unnamed
from complaints.forms.department_question import (
    AskForm,
    DepartmentAnswerForm,
    LinkAnswerForm,
    SpokenAnswerForm,
)
from complaints.models import AnswerLink, DepartmentQuestion
from complaints.views.call import found
from complaints.views.pages import form_page
from complaints.workflow import department_question as workflow
from staff import company
from staff.devices import client_ip
from staff.transitions import TransitionDenied
from staff.types import StaffRequest


def _asked(request: StaffRequest, pk: int) -> DepartmentQuestion:
    """A question of a call in one's scope."""
    rows = DepartmentQuestion.objects.visible_to(request.user).for_list()
    question: DepartmentQuestion = get_object_or_404(
        rows.select_related("call__account", "call__responsible"), pk=pk
    )
    return question


@require_GET
def question_list(request: StaffRequest) -> HttpResponse:
    """What the departments I answer for are asked; no customer is named."""
    rows = DepartmentQuestion.objects.asked_of(request.user).for_list()
    answered = rows.exclude(answered_at=None).order_by("-answered_at", "-pk")
    said = Feedback.objects.asked_of(request.user).filter(answered_at=None, told_at=None)
    said = said.select_related("account").prefetch_related("account__contact_people")
    context = {
        "departments": request.user.departments.all(),
        "open": rows.open(),
        "feedback": unnamed.hide_names(list(said), request.user),
        "page": Paginator(answered, 25).get_page(request.GET.get("page")),
    }
    return render(request, "complaints/question_list.html", context)


@require_http_methods(["GET", "POST"])
def question(request: StaffRequest, pk: int) -> HttpResponse:
    """One question to my department, and its answer."""
    asked: DepartmentQuestion = get_object_or_404(
        DepartmentQuestion.objects.asked_of(request.user).for_list(), pk=pk
    )
    form = DepartmentAnswerForm(request.POST if request.method == "POST" else None)
    return form_page(
        request,
        form,
        lambda: workflow.answer(asked, actor=request.user, text=form.cleaned_data["text"]),
        title=gettext("Question to %s") % asked.department,
        done=gettext("Answered; whoever asked has been told."),
        back=reverse("complaints:questions"),
        blocker=asked.answer_blocker(request.user),
        submit=gettext("Send the answer"),
        hint=asked.text,
    )


@require_http_methods(["GET", "POST"])
def call_ask(request: StaffRequest, pk: int) -> HttpResponse:
    call = found(request, pk)
    form = AskForm(request.POST if request.method == "POST" else None, call=call)
    return form_page(
        request,
        form,
        lambda: workflow.ask(call, actor=request.user, **form.cleaned_data),
        title=gettext("Ask a department"),
        done=gettext("The department has been asked."),
        back=call.get_absolute_url(),
        blocker=call.work_blocker(request.user),
        submit=pgettext("department", "Ask"),
    )


@require_http_methods(["GET", "POST"])
def question_note(request: StaffRequest, pk: int) -> HttpResponse:
    asked = _asked(request, pk)
    form = SpokenAnswerForm(request.POST if request.method == "POST" else None)
    return form_page(
        request,
        form,
        lambda: workflow.note_answer(asked, actor=request.user, **form.cleaned_data),
        title=gettext("Note the department's answer"),
        done=gettext("Answer noted."),
        back=asked.call.get_absolute_url(),
        blocker=asked.link_blocker(request.user),
        hint=asked.text,
    )


@require_http_methods(["GET", "POST"])
def question_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    asked = _asked(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return form_page(
        request,
        form,
        lambda: workflow.withdraw(asked, actor=request.user, reason=form.cleaned_data["reason"]),
        title=gettext("Withdraw the question"),
        done=gettext("Question withdrawn."),
        back=asked.call.get_absolute_url(),
        blocker=asked.link_blocker(request.user),
        hint=asked.text,
    )


@require_POST
def question_link(request: StaffRequest, pk: int) -> HttpResponse:
    """The new address stands on this answer alone: it is kept nowhere."""
    asked = _asked(request, pk)
    try:
        token = workflow.make_link(asked, actor=request.user)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
        return redirect(asked.call)
    address = request.build_absolute_uri(reverse("complaints:answer", args=[token]))
    link = AnswerLink.objects.live().get(question=asked)
    back = asked.call.get_absolute_url()
    context = {"link": link, "address": address, "back": back, "back_text": asked.call.number}
    response = render(request, "complaints/question_link.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def question_revoke(request: StaffRequest, pk: int) -> HttpResponse:
    asked = _asked(request, pk)
    try:
        workflow.revoke_link(asked, actor=request.user)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, gettext("The address no longer works."))
    return redirect(asked.call)


def _gone(request: StaffRequest) -> HttpResponse:
    """The one page of every address that does not work: it tells none of the reasons apart."""
    return render(request, "complaints/answer_gone.html", status=404)


# SECURITY: whoever knows the address reads one question, which names no customer, and may answer it
# once; it is a secret of 256 bits, kept as a digest. Wrong, expired, revoked and used addresses all
# give the same 404, and so does any address after too many of them.
@login_not_required
@require_http_methods(["GET", "POST"])
@cache_control(private=True, no_store=True)
def answer(request: StaffRequest, token: str) -> HttpResponse:
    address = client_ip(request) or "0.0.0.0"  # noqa: S104 (told by nobody, bound to nothing)
    link = None if workflow.is_limited(address) else workflow.link_of(token)
    if link is None:
        workflow.knock(address)
        return _gone(request)
    form = LinkAnswerForm(request.POST if request.method == "POST" else None)
    context = {"link": link, "form": form, "company": company.name(), "is_sent": False}
    if form.is_valid():
        if not workflow.answer_by_link(token, **form.cleaned_data):
            return _gone(request)
        context["is_sent"] = True
    status = 422 if form.errors else 200
    response = render(request, "complaints/answer.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    # Nothing leaves this site; "no-referrer" would send the form without an origin, to be refused.
    response["Referrer-Policy"] = "same-origin"
    return response
