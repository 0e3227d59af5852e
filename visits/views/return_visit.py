from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Account, Tier
from config.pagination import page_of
from staff import company
from staff.models import Obligation
from staff.record import Period
from staff.transitions import TransitionDenied
from staff.types import StaffRequest
from visits import return_visit_figures
from visits.duties import WINDOW, planned_on
from visits.forms.return_visit import AttemptForm, CallForm, QuestionSetForm
from visits.models import Attempt, QuestionSet, ReturnVisit
from visits.workflow import return_visit as workflow

DUTY = "return_visit.call"


@require_GET
def return_visit_list(request: StaffRequest) -> HttpResponse:
    """Whom to call, in the order of the days proposed; and the calls that took place."""
    today = timezone.localdate()
    show = "done" if request.GET.get("show") == "done" else "due"
    context: dict[str, object] = {"show": show, "today": today, "window": WINDOW}
    if show == "done":
        visits = ReturnVisit.objects.for_list().visible_to(request.user)
        context["page"] = page_of(request, visits)
    else:
        context["page"] = page = page_of(request, _due(request))
        context["calls"] = _calls(request, list(page))
    return render(request, "visits/return_visit_list.html", context)


def _due(request: StaffRequest) -> QuerySet[Obligation]:
    visible = Account.objects.visible_to(request.user).values("pk")
    rows = Obligation.objects.visible_to(request.user).filter(duty=DUTY, account_id__in=visible)
    return rows.open().select_related("person").order_by("due_on", "pk")


@dataclass(frozen=True)
class Call:
    """A return visit that is due: whom to call, the day proposed, and the last attempt at it."""

    account: Account
    obligation: Obligation
    planned_on: dt.date
    attempt: Attempt | None


def _calls(request: StaffRequest, obligations: list[Obligation]) -> list[Call]:
    keys = [row.account_id for row in obligations if row.account_id]
    accounts = Account.objects.visible_to(request.user).in_bulk(keys)
    attempts = Attempt.objects.visible_to(request.user).filter(account__in=keys)
    tried = {attempt.account_id: attempt for attempt in attempts.order_by("called_at")}
    calls = []
    for row in obligations:
        last = tried.get(row.account_id or 0)
        if last and timezone.localdate(last.called_at) < row.since:
            last = None  # it was for an earlier return visit
        day = last.call_again_on if last and last.call_again_on else planned_on(row)
        calls.append(Call(accounts[row.account_id or 0], row, day, last))
    return sorted(calls, key=lambda call: (call.planned_on, call.obligation.pk))


def _account(request: StaffRequest, pk: int) -> Account:
    return get_object_or_404(Account.objects.visible_to(request.user), pk=pk)


@require_http_methods(["GET", "POST"])
def return_visit_call(request: StaffRequest, pk: int) -> HttpResponse:
    """The page beside the telephone: what to say, what to ask, what was answered last time."""
    account = _account(request, pk)
    question_set = QuestionSet.objects.in_use(account, timezone.localdate())
    sent = request.POST if request.method == "POST" else None
    form = CallForm(sent, account=account, question_set=question_set)
    blocker = ReturnVisit.call_blocker(request.user)
    if not blocker and form.is_valid():
        try:
            visit = workflow.record(
                account,
                actor=request.user,
                call=form.call(),
                question_set=question_set,
                answers=form.answers,
            )
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, gettext("Return visit recorded."))
            return redirect(visit)
    context = _call_context(request, account, question_set) | {"form": form, "blocker": blocker}
    status = 422 if form.errors else 200
    return render(request, "visits/return_visit_call.html", context, status=status)


def _call_context(
    request: StaffRequest, account: Account, question_set: QuestionSet
) -> dict[str, object]:
    words = {
        "company": company.name() or "……",
        "caller": request.user.name,
        "subject": question_set.subject,
    }
    opening = question_set.opening
    for name, word in words.items():  # by hand: a stray brace in a company's text harms nobody
        opening = opening.replace(f"{{{name}}}", word)
    last = ReturnVisit.objects.for_list().visible_to(request.user).filter(account=account)
    attempts = Attempt.objects.visible_to(request.user).filter(account=account)
    return {
        "account": account,
        "question_set": question_set,
        "opening": opening,
        "people": account.contact_people.filter(left_on=None),
        "last": last.first(),
        "attempts": attempts.select_related("caller")[:5],
        "attempt_form": AttemptForm(account=account),
    }


@require_POST
def return_visit_attempt(request: StaffRequest, pk: int) -> HttpResponse:
    account = _account(request, pk)
    form = AttemptForm(request.POST, account=account)
    if form.is_valid():
        try:
            workflow.log_attempt(form.instance, actor=request.user)
        except TransitionDenied as denied:
            messages.error(request, str(denied))
        else:
            messages.success(request, gettext("Attempt logged. The return visit stays due."))
        return redirect("visits:return_visits")
    question_set = QuestionSet.objects.in_use(account, timezone.localdate())
    context = _call_context(request, account, question_set) | {
        "form": CallForm(account=account, question_set=question_set),
        "attempt_form": form,
        "blocker": "",
    }
    return render(request, "visits/return_visit_call.html", context, status=422)


@require_GET
def return_visit_detail(request: StaffRequest, pk: int) -> HttpResponse:
    visible = ReturnVisit.objects.visible_to(request.user)
    visit = get_object_or_404(
        visible.select_related("account", "caller", "interaction__contact_person"), pk=pk
    )
    answers = visit.answers.select_related("question", "feedback")
    context = {"visit": visit, "account": visit.account, "answers": answers}
    return render(request, "visits/return_visit_detail.html", context)


@require_GET
def return_visit_figures_page(request: StaffRequest) -> HttpResponse:
    """Counts by question and by month; never an average (Q49)."""
    period = Period.read(request.GET, timezone.localdate())
    tier = request.GET.get("tier", "")
    figures = return_visit_figures.of(request.user, period, tier=tier)
    context = {"figures": figures, "period": period, "tier": tier, "tiers": Tier.choices}
    return render(request, "visits/return_visit_figures.html", context)


@require_GET
def question_set_list(request: StaffRequest) -> HttpResponse:
    sets = QuestionSet.objects.select_related("made_by")
    context = {"sets": sets, "blocker": workflow.version_blocker(request.user)}
    return render(request, "visits/question_set_list.html", context)


@require_http_methods(["GET", "POST"])
def question_set_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """What one version asks, and for a manager the start of the next."""
    before = get_object_or_404(QuestionSet.objects.prefetch_related("questions"), pk=pk)
    blocker = workflow.version_blocker(request.user)
    start = {
        "account_kind": before.account_kind,
        "subject": before.subject,
        "opening": before.opening,
        "closing": before.closing,
        "begins_on": timezone.localdate(),
    }
    sent = request.POST if request.method == "POST" else None
    form = QuestionSetForm(sent, based_on=before, initial=start)
    if not blocker and form.is_valid():
        try:
            made = workflow.new_version(form.instance, form.questions(), actor=request.user)
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, gettext("The new version is kept."))
            return redirect(made)
    context = {"question_set": before, "form": form, "blocker": blocker}
    status = 422 if form.errors else 200
    return render(request, "visits/question_set.html", context, status=status)
