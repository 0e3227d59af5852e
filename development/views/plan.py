from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.fields import ReasonForm
from development.forms.plan import AnswerForm, LongReasonForm, PlanForm
from development.models import DevelopmentPlan, Prospect
from development.plan_filters import PlanFilter, ProspectFilter
from development.progress import Progress, next_act
from development.views.pages import form_page, one_click
from development.workflow import plan as workflow
from staff.types import StaffRequest

HOME = "development:home"


def _plan(request: StaffRequest, pk: int) -> DevelopmentPlan:
    return get_object_or_404(DevelopmentPlan.objects.for_list().visible_to(request.user), pk=pk)


@require_GET
def plan_list(request: StaffRequest) -> HttpResponse:
    """The plans one sees: those in hand, those waiting for one's answer, the voided."""
    rows = DevelopmentPlan.objects.for_list().visible_to(request.user)
    living = rows.living()
    waiting = living.filter(status="reported", reported_to=request.user)
    tabs = {
        "all": (gettext("All"), living),
        "mine": (gettext("Mine"), living.filter(author=request.user)),
        "waiting": (gettext("Waiting for my answer"), waiting),
        "void": (gettext("Voided"), rows.exclude(voided_at=None)),
    }
    show = request.GET.get("show", "all")
    show = show if show in tabs else "all"
    filterset = PlanFilter(request.GET, tabs[show][1], request=request)
    page = Paginator(filterset.qs, 25).get_page(request.GET.get("page"))
    listed = Prospect.objects.visible_to(request.user).filter(plan__in=list(page.object_list))
    counts = dict(listed.order_by().values_list("plan").annotate(n=Count("pk")))
    context = {
        "page": page,
        "lines": [(plan, counts.get(plan.pk, 0)) for plan in page.object_list],
        "waiting": waiting.count(),
        "tabs": [(word, label, word == show) for word, (label, _rows) in tabs.items()],
        "show": show,
        "filterset": filterset,
    }
    return render(request, "development/plan_list.html", context)


@require_GET
def plan_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """A plan at a glance: scope, funnel, what lacks, its list, its way."""
    plan, user = _plan(request, pk), request.user
    rows = Prospect.objects.for_list().visible_to(user).filter(plan=plan)
    progress = Progress(rows)
    filterset = ProspectFilter(request.GET, rows.with_contacts(), request=request)
    page = Paginator(filterset.qs, 50).get_page(request.GET.get("page"))
    context = {
        "plan": plan,
        "progress": progress,
        "chart": progress.funnel(),
        "filterset": filterset,
        "page": page,
        "steps": plan.steps.select_related("actor"),
        "answer_form": AnswerForm(),
        "edit_blocker": plan.edit_blocker(user),
        "report_blocker": plan.report_blocker(user),
        "take_back_blocker": plan.take_back_blocker(user),
        "note_blocker": plan.note_blocker(user),
        "decide_blocker": plan.decide_blocker(user),
        "void_blocker": plan.void_blocker(user),
    }
    return render(request, "development/plan_detail.html", context)


@require_GET
def plan_board(request: StaffRequest, pk: int) -> HttpResponse:
    """The open prospects of a plan by stage, each with its next step."""
    plan, user = _plan(request, pk), request.user
    rows = Prospect.objects.for_list().visible_to(user).filter(plan=plan)
    progress = Progress(rows)
    columns = [
        (column.stage, [(card, next_act(card, user)) for card in column.cards])
        for column in progress.board()
    ]
    context = {"plan": plan, "columns": columns, "progress": progress}
    return render(request, "development/plan_board.html", context)


@require_http_methods(["GET", "POST"])
def plan_create(request: StaffRequest) -> HttpResponse:
    form = PlanForm(request.POST if request.method == "POST" else None)
    return form_page(
        request,
        form,
        lambda: workflow.write(form.instance, actor=request.user),
        title=gettext("New development plan"),
        done=gettext("Plan saved. Now put prospects on its list."),
        crumbs=[],
        back=reverse(HOME),
        blocker="" if request.user.role else gettext("Only someone with a post writes a plan."),
        next_url=lambda: form.instance.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def plan_edit(request: StaffRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    form = PlanForm(request.POST if request.method == "POST" else None, instance=plan)
    return form_page(
        request,
        form,
        lambda: workflow.edit(plan, actor=request.user, values=form.values),
        title=gettext("Change the plan"),
        done=gettext("Plan saved."),
        crumbs=[plan],
        back=plan.get_absolute_url(),
        blocker=plan.edit_blocker(request.user),
    )


@require_POST
def plan_report(request: StaffRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    return one_click(
        request,
        lambda: workflow.report(plan, actor=request.user),
        gettext("Reported to %(name)s.") % {"name": plan.receiver},
        plan.get_absolute_url(),
    )


@require_POST
def plan_take_back(request: StaffRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    return one_click(
        request,
        lambda: workflow.take_back(plan, actor=request.user),
        gettext("The plan is a draft again."),
        plan.get_absolute_url(),
    )


@require_POST
def plan_note(request: StaffRequest, pk: int) -> HttpResponse:
    plan, form = _plan(request, pk), AnswerForm(request.POST)
    remark = form.cleaned_data["remark"] if form.is_valid() else ""
    return one_click(
        request,
        lambda: workflow.note(plan, actor=request.user, remark=remark),
        gettext("The plan is noted."),
        plan.get_absolute_url(),
    )


@require_POST
def plan_approve(request: StaffRequest, pk: int) -> HttpResponse:
    plan, form = _plan(request, pk), AnswerForm(request.POST)
    remark = form.cleaned_data["remark"] if form.is_valid() else ""
    return one_click(
        request,
        lambda: workflow.approve(plan, actor=request.user, remark=remark),
        gettext("The plan is approved."),
        plan.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def plan_send_back(request: StaffRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    form = LongReasonForm(request.POST if request.method == "POST" else None)
    return form_page(
        request,
        form,
        lambda: workflow.send_back(plan, actor=request.user, reason=form.cleaned_data["reason"]),
        title=gettext("Send the plan back"),
        done=gettext("Sent back to %(name)s.") % {"name": plan.author},
        crumbs=[plan],
        back=plan.get_absolute_url(),
        blocker=plan.decide_blocker(request.user),
        submit=gettext("Send back"),
    )


@require_http_methods(["GET", "POST"])
def plan_void(request: StaffRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return form_page(
        request,
        form,
        lambda: workflow.void(plan, actor=request.user, reason=form.cleaned_data["reason"]),
        title=gettext("Void this plan"),
        done=gettext("Plan voided."),
        crumbs=[plan],
        back=plan.get_absolute_url(),
        blocker=plan.void_blocker(request.user),
        submit=gettext("Void"),
        next_url=lambda: reverse(HOME),
    )
