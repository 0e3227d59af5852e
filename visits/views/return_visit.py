from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Account
from config.pagination import CappedPaginator
from staff.models import Obligation
from staff.patience import takes_its_time
from staff.record import Period
from staff.transitions import TransitionDenied
from staff.types import StaffRequest
from visits import due_list, voice
from visits.duties import RETURN_VISITS
from visits.figures import LINES_SHOWN, Figures
from visits.filters import DueFilter, ReturnVisitFilter
from visits.forms.return_visit import AttemptForm, CallForm
from visits.models import CallAttempt, QuestionSet, ReturnVisit, Topic
from visits.script import fill_in
from visits.workflow import return_visit as workflow


@require_GET
def return_visit_due(request: StaffRequest) -> HttpResponse:
    """Whom I and the line below me have to call back, the most urgent first."""
    today = timezone.localdate()
    rows = Obligation.objects.visible_to(request.user).filter(duty=RETURN_VISITS.code).open()
    filterset = DueFilter(request.GET, rows.select_related("person"), request=request)
    page = Paginator(filterset.qs, 50).get_page(request.GET.get("page"))
    context = {
        "filterset": filterset,
        "page": page,
        "lines": due_list.lines(page.object_list, request.user, today),
        "late": rows.filter(due_on__lt=today).count(),
        "today": today,
    }
    return render(request, "visits/return_visit_due.html", context)


@require_GET
def return_visit_list(request: StaffRequest) -> HttpResponse:
    """The calls that reached the customer, the latest first."""
    rows = ReturnVisit.objects.visible_to(request.user).counting().for_list()
    filterset = ReturnVisitFilter(request.GET, rows, request=request)
    page = CappedPaginator(filterset.qs, 50).get_page(request.GET.get("page"))
    return render(request, "visits/return_visit_list.html", {"filterset": filterset, "page": page})


@require_GET
def return_visit_detail(request: StaffRequest, pk: int) -> HttpResponse:
    visits = ReturnVisit.objects.visible_to(request.user).for_list()
    visit = get_object_or_404(visits.select_related("question_set"), pk=pk)
    answers = list(visit.answers.select_related("question", "feedback"))
    raised = [answer.feedback for answer in answers if answer.feedback]
    heard = {row.feedback.pk: row for row in voice.heard_in(raised, request.user)}
    context = {
        **voice.outcome(visit.interaction, request.user),
        "visit": visit,
        "answers": [(answer, heard.get(answer.feedback_id)) for answer in answers],
    }
    return render(request, "visits/return_visit_detail.html", context)


def _account(request: StaffRequest, pk: int) -> Account:
    return get_object_or_404(Account.objects.editable_by(request.user), pk=pk)


@require_http_methods(["GET", "POST"])
def call(request: StaffRequest, pk: int) -> HttpResponse:
    """The page during the call: script, questions, and what the customer said last time."""
    account = _account(request, pk)
    sets = QuestionSet.objects.visible_to(request.user)
    asked = sets.in_force_for(account)
    if posted := request.POST.get("question_set", ""):  # a new version may have come meanwhile
        asked = sets.filter(pk=posted).first() or asked if posted.isdigit() else asked
    sent = request.POST if request.method == "POST" else None
    form = CallForm(sent, account=account, question_set=asked)
    if form.is_valid():
        try:
            visit = workflow.complete(account, actor=request.user, call=form.call)
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, gettext("Return visit kept."))
            return redirect(visit)
    return _call_page(request, account, form, AttemptForm())


def _call_page(
    request: StaffRequest, account: Account, form: CallForm, attempt_form: AttemptForm
) -> HttpResponse:
    last = ReturnVisit.objects.visible_to(request.user).last_of(account)
    said = list(last.answers.select_related("question")) if last else []
    today = timezone.localdate()
    asked = form.question_set
    context = {
        "account": account,
        "form": form,
        "attempt_form": attempt_form,
        "questions": list(form.asked(said)),
        "people": form.fields["contact_person"].queryset,  # type: ignore[attr-defined]
        "opening": fill_in(asked.opening, account, request.user, today),
        "closing": fill_in(asked.closing, account, request.user, today),
        "last": last,
        "attempts": account.call_attempts.select_related("caller")[:5],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "visits/call.html", context, status=status)


@require_POST
def attempt_create(request: StaffRequest, pk: int) -> HttpResponse:
    """A call that reached nobody."""
    account = _account(request, pk)
    form = AttemptForm(request.POST)
    if form.is_valid():
        try:
            workflow.attempt(account, actor=request.user, **form.cleaned_data)
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, gettext("Attempt noted; the call is still due."))
            return redirect("visits:return_visits_due")
    asked = QuestionSet.objects.in_force_for(account)
    return _call_page(request, account, CallForm(account=account, question_set=asked), form)


@require_GET
def attempt_open(request: StaffRequest, pk: int) -> HttpResponse:
    """From an open item to the page where the customer is called again."""
    attempt = get_object_or_404(CallAttempt.objects.visible_to(request.user), pk=pk)
    return redirect("visits:call", attempt.account_id)


@require_GET
@takes_its_time
def return_visit_figures(request: StaffRequest) -> HttpResponse:
    """Counts by month, question, tier, person and customer, in my scope."""
    period = Period.read(request.GET, timezone.localdate())
    figures = Figures(request.user, period)
    topic = request.GET.get("topic", "")
    topic = topic if topic in Topic.values else ""
    months, by_month = figures.by_customer_and_month()
    context = {
        "period": period,
        "months": months,
        "by_month": by_month[:LINES_SHOWN],
        "has_more": len(by_month) > LINES_SHOWN,
        "by_topic": figures.by_topic(),
        "by_tier": figures.by_tier(),
        "by_person": figures.by_person(),
        "by_customer": figures.by_customer(),
        "topics": Topic.choices,
        "topic": topic,
        "chart": figures.chart(topic),
    }
    return render(request, "visits/return_visit_figures.html", context)
