from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Account
from config.pagination import CappedPaginator
from development.forms.plan import (
    AnalysisForm,
    ChannelForm,
    ListForm,
    LongReasonForm,
    NewProspectForm,
    ScreenForm,
)
from development.models import DevelopmentPlan, Prospect, Survey, SurveyKind
from development.plan_filters import ProspectFilter
from development.progress import Progress, next_act
from development.views.pages import form_page, one_click
from development.workflow import prospect as workflow
from staff.models import User
from staff.transitions import TransitionDenied
from staff.types import StaffRequest

OFFERED = 100
AT_ONCE = 500


def _prospect(request: StaffRequest, pk: int) -> Prospect:
    found: Prospect = get_object_or_404(
        Prospect.objects.for_detail().with_contacts().visible_to(request.user), pk=pk
    )
    return found


def _plan(request: StaffRequest, pk: int) -> DevelopmentPlan:
    return get_object_or_404(DevelopmentPlan.objects.for_list().visible_to(request.user), pk=pk)


def _surveyed(prospect: Prospect, user: User) -> Survey | None:
    """The survey of the prospect that was judged last (S1-A15-1)."""
    surveys = Survey.objects.visible_to(user).filter(account=prospect.account_id)
    found: Survey | None = surveys.judged(SurveyKind.PROSPECT).first()
    return found


@require_GET
def prospect_list(request: StaffRequest) -> HttpResponse:
    """The prospects of all plans one sees."""
    rows = Prospect.objects.for_list().visible_to(request.user)
    filterset = ProspectFilter(request.GET, rows.with_contacts(), request=request)
    context = {
        "filterset": filterset,
        "progress": Progress(rows),
        "page": CappedPaginator(filterset.qs, 50).get_page(request.GET.get("page")),
    }
    return render(request, "development/prospect_list.html", context)


@require_GET
def prospect_detail(request: StaffRequest, pk: int) -> HttpResponse:
    prospect, user = _prospect(request, pk), request.user
    talks = prospect.account.interactions.filter(voided_at=None).select_related("author")
    context = {
        "prospect": prospect,
        "account": prospect.account,
        "act": next_act(prospect, user),
        "steps": prospect.steps.select_related("actor"),
        "talks": talks[:5],
        "surveyed": _surveyed(prospect, user),
        "surveys": Survey.objects.visible_to(user).filter(account=prospect.account),
        "analyse_blocker": prospect.analyse_blocker(user),
        "channel_blocker": prospect.channel_blocker(user),
        "screen_blocker": prospect.screen_blocker(user),
        "drop_blocker": prospect.drop_blocker(user),
        "resume_blocker": prospect.resume_blocker(user),
    }
    return render(request, "development/prospect_detail.html", context)


@require_http_methods(["GET", "POST"])
def prospect_add(request: StaffRequest, pk: int) -> HttpResponse:
    """Tick prospects among one's own that are not on the list yet, or take all that were found.

    The newest stand first: those of a ledger just imported are at the top.
    """
    plan, user = _plan(request, pk), request.user
    term = request.GET.get("customer", "").strip()
    listed = Prospect.objects.visible_to(user).filter(plan=plan).values("account")
    free = Account.objects.visible_to(user).filter(standing="prospect").exclude(pk__in=listed)
    found = free.search(term) if term else free
    offered = found.for_list().order_by("-created_at", "-pk")[:OFFERED]
    sent = request.POST.copy() if request.method == "POST" else None
    if sent is not None and "all" in sent:
        sent.setlist("accounts", [str(pk) for pk in found.values_list("pk", flat=True)[:AT_ONCE]])
    form = ListForm(sent, found=free)
    blocker = plan.list_blocker(user)
    if form.is_valid() and not blocker:
        try:
            added = workflow.add(
                plan,
                actor=user,
                customers=form.cleaned_data["accounts"],
                source=form.cleaned_data["source"],
                source_note=form.cleaned_data["source_note"],
            )
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            count = len(added)
            told = ngettext("%d prospect is on the list.", "%d prospects are on the list.", count)
            messages.success(request, told % count)
            return redirect(plan)
    context = {
        "plan": plan,
        "form": form,
        "term": term,
        "offered": offered,
        "ticked": set(request.POST.getlist("accounts")),
        "is_cut": len(offered) == OFFERED,
        "total": min(found.count(), AT_ONCE),
        "blocker": blocker,
    }
    status = (403 if blocker else 422) if request.method == "POST" else 200
    return render(request, "development/prospect_add.html", context, status=status)


@require_http_methods(["GET", "POST"])
def prospect_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Write a new customer down, after looking for one that is here already."""
    plan, user = _plan(request, pk), request.user
    form = NewProspectForm(request.POST if request.method == "POST" else None, user=user)
    blocker = plan.list_blocker(user) or Account.creation_blocker(user)
    if not blocker and form.is_valid() and not form.has_unseen_duplicates():
        try:
            prospect = workflow.add_new(
                plan,
                form.instance,
                actor=user,
                owner=form.cleaned_data.get("owner"),
                source=form.cleaned_data["source"],
                source_note=form.cleaned_data["source_note"],
            )
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, gettext("Prospect added to the list."))
            return redirect(prospect)
    context = {"plan": plan, "form": form, "blocker": blocker}
    status = (403 if blocker else 422) if form.errors or blocker else 200
    return render(request, "development/prospect_new.html", context, status=status)


def _step(
    request: StaffRequest,
    prospect: Prospect,
    form: forms.BaseForm,
    act: Callable[[], object],
    title: str,
    done: str,
    blocker: str,
    hint: str = "",
) -> HttpResponse:
    """One step of a prospect that asks for something."""
    return form_page(
        request,
        form,
        act,
        title=title,
        done=done,
        crumbs=[prospect.plan, prospect],
        back=prospect.get_absolute_url(),
        blocker=blocker,
        hint=hint,
    )


@require_http_methods(["GET", "POST"])
def prospect_analyse(request: StaffRequest, pk: int) -> HttpResponse:
    prospect = _prospect(request, pk)
    form = AnalysisForm(request.POST if request.method == "POST" else None, instance=prospect)
    return _step(
        request,
        prospect,
        form,
        lambda: workflow.analyse(prospect, actor=request.user, values=form.values),
        gettext("Background material"),
        gettext("Background material saved."),
        prospect.analyse_blocker(request.user),
    )


@require_http_methods(["GET", "POST"])
def prospect_channel(request: StaffRequest, pk: int) -> HttpResponse:
    prospect, user = _prospect(request, pk), request.user
    sent = request.POST if request.method == "POST" else None
    form = ChannelForm(sent, instance=prospect, user=user)
    return _step(
        request,
        prospect,
        form,
        lambda: workflow.set_channel(prospect, actor=user, values=form.values),
        gettext("Channel and method of contact"),
        gettext("Channel and method saved."),
        prospect.channel_blocker(user),
    )


@require_GET
def prospect_survey(request: StaffRequest, pk: int) -> HttpResponse:
    """On to the survey that is due: of the prospect, and for recognition once it is a focus."""
    prospect = _prospect(request, pk)
    kind = SurveyKind.GENERAL if prospect.is_focus else SurveyKind.PROSPECT
    surveys = Survey.objects.visible_to(request.user).filter(account=prospect.account_id)
    if under_way := surveys.filter(kind=kind, status="open").first():
        return redirect(under_way)
    start = reverse("development:survey_start", args=[prospect.account_id])
    return redirect(f"{start}?kind={kind}")


@require_http_methods(["GET", "POST"])
def prospect_screen(request: StaffRequest, pk: int) -> HttpResponse:
    prospect = _prospect(request, pk)
    survey = _surveyed(prospect, request.user)
    form = ScreenForm(request.POST if request.method == "POST" else None)
    return _step(
        request,
        prospect,
        form,
        lambda: workflow.screen(prospect, actor=request.user, **form.cleaned_data),
        gettext("Screening"),
        gettext("Verdict saved."),
        prospect.screen_blocker(request.user),
        hint=survey.findings if survey else "",
    )


@require_http_methods(["GET", "POST"])
def prospect_drop(request: StaffRequest, pk: int) -> HttpResponse:
    prospect = _prospect(request, pk)
    form = LongReasonForm(request.POST if request.method == "POST" else None)
    return _step(
        request,
        prospect,
        form,
        lambda: workflow.drop(prospect, actor=request.user, **form.cleaned_data),
        gettext("Drop this prospect"),
        gettext("Prospect dropped."),
        prospect.drop_blocker(request.user),
        hint=gettext("It stays on the list with the reason, and can be taken up again."),
    )


@require_http_methods(["GET", "POST"])
def prospect_resume(request: StaffRequest, pk: int) -> HttpResponse:
    prospect = _prospect(request, pk)
    form = LongReasonForm(request.POST if request.method == "POST" else None)
    return _step(
        request,
        prospect,
        form,
        lambda: workflow.resume(prospect, actor=request.user, **form.cleaned_data),
        gettext("Take up again"),
        gettext("The prospect is taken up again."),
        prospect.resume_blocker(request.user),
        hint=prospect.drop_reason,
    )


def _click(
    request: StaffRequest, prospect: Prospect, act: Callable[[], object], done: str
) -> HttpResponse:
    """Take a step and return to the board or to the prospect, wherever the button stood."""
    plan = prospect.plan
    is_board = request.POST.get("from") == "board"
    back = f"{plan.get_absolute_url()}board/" if is_board else prospect.get_absolute_url()
    return one_click(request, act, done, back)


@require_POST
def prospect_report(request: StaffRequest, pk: int) -> HttpResponse:
    prospect = _prospect(request, pk)
    return _click(
        request,
        prospect,
        lambda: workflow.report(prospect, actor=request.user),
        gettext("%(name)s is reported.") % {"name": prospect},
    )
