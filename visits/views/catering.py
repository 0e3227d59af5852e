from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from staff.transitions import TransitionDenied
from staff.types import StaffRequest
from visits.catering_policy import leader_of
from visits.forms.reception import CateringForm, CostForm, DecisionForm
from visits.models import CateringRequest
from visits.views.pages import form_page
from visits.views.reception import reception_of
from visits.workflow import catering as workflow


def _request(request: StaffRequest, pk: int) -> CateringRequest:
    rows = CateringRequest.objects.for_detail().visible_to(request.user)
    found: CateringRequest = get_object_or_404(rows, pk=pk)
    return found


@require_GET
def catering_list(request: StaffRequest) -> HttpResponse:
    """What waits for the leader, what is to be accounted for, and what was spent."""
    rows = CateringRequest.objects.for_list().visible_to(request.user)
    tabs = {
        "waiting": (gettext("To decide"), rows.filter(status="submitted")),
        "cost": (gettext("Cost to enter"), rows.filter(status="approved", actual_cost=None)),
        "all": (gettext("All"), rows),
    }
    show = request.GET.get("show", "waiting")
    show = show if show in tabs else "waiting"
    found = tabs[show][1]
    context = {
        "page": Paginator(found, 25).get_page(request.GET.get("page")),
        "tabs": [(word, label, word == show) for word, (label, _rows) in tabs.items()],
        "show": show,
        "sums": found.order_by().aggregate(amount=Sum("amount"), cost=Sum("actual_cost")),
    }
    return render(request, "visits/catering_list.html", context)


@require_http_methods(["GET", "POST"])
def catering_ask(request: StaffRequest, pk: int) -> HttpResponse:
    reception, user = reception_of(request, pk), request.user
    form = CateringForm(request.POST if request.method == "POST" else None, reception=reception)
    leader = leader_of(user)
    hint = gettext("Decided by %(name)s; never by whoever asks.") % {"name": leader}
    if leader is None:
        hint = gettext("Nobody stands above you to decide on it; a manager names someone.")
    return form_page(
        request,
        reception.account,
        form,
        lambda: workflow.ask(form.instance, actor=user),
        title=gettext("Ask for catering"),
        done=gettext("Catering asked for."),
        blocker=reception.catering_blocker(user),
        back=f"{reception.get_absolute_url()}#catering",
        submit=gettext("Ask for it"),
        hint=hint,
    )


@require_GET
def catering_decide(request: StaffRequest, pk: int) -> HttpResponse:
    asked = _request(request, pk)
    return _decision_page(request, asked, DecisionForm())


def _decision_page(
    request: StaffRequest, asked: CateringRequest, form: DecisionForm, status: int = 200
) -> HttpResponse:
    context = {"asked": asked, "form": form, "blocker": asked.decision_blocker(request.user)}
    return render(request, "visits/catering_decide.html", context, status=status)


def _decide(request: StaffRequest, pk: int, *, is_approved: bool) -> HttpResponse:
    asked, form = _request(request, pk), DecisionForm(request.POST)
    if blocker := asked.decision_blocker(request.user):
        messages.error(request, blocker)
        return redirect(asked)
    if form.is_valid():
        try:
            workflow.decide(
                asked,
                actor=request.user,
                is_approved=is_approved,
                note=form.cleaned_data["note"],
            )
        except TransitionDenied as denied:
            form.add_error("note", str(denied))
        else:
            done = gettext("Catering approved.") if is_approved else gettext("Catering refused.")
            messages.success(request, done)
            return redirect(asked)
    return _decision_page(request, asked, form, 422)


@require_POST
def catering_approve(request: StaffRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, is_approved=True)


@require_POST
def catering_refuse(request: StaffRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, is_approved=False)


@require_http_methods(["GET", "POST"])
def catering_cost(request: StaffRequest, pk: int) -> HttpResponse:
    asked = _request(request, pk)
    known = {"cost": asked.actual_cost, "note": asked.actual_note}
    sent = request.POST if request.method == "POST" else None
    form = CostForm(sent, initial=known, approved=asked.amount)
    return form_page(
        request,
        asked.reception.account,
        form,
        lambda: workflow.enter_cost(
            asked,
            actor=request.user,
            cost=form.cleaned_data["cost"],
            note=form.cleaned_data["note"],
        ),
        title=gettext("Actual cost of the catering"),
        done=gettext("Cost entered."),
        blocker=asked.cost_blocker(request.user),
        back=asked.get_absolute_url(),
    )
