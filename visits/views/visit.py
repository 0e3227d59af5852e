from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.attachment import AttachmentForm
from accounts.forms.feedback import FeedbackForm
from accounts.forms.fields import ReasonForm
from accounts.models import Account
from staff.transitions import TransitionDenied
from staff.types import StaffRequest
from visits import agenda, voice
from visits.filters import VisitFilter
from visits.forms.visit import CheckInForm, FollowUpForm, VisitForm, VisitRecordForm
from visits.models import Visit
from visits.policies import quota_of
from visits.views.pages import form_page
from visits.workflow import visit as workflow

FOUND_AT_MOST = 20
PAGES = {
    "plan": "visits:plan",
    "record": "visits:record_new",
    "reception": "visits:reception_plan",
}


def _visit(request: StaffRequest, pk: int) -> Visit:
    found: Visit = get_object_or_404(Visit.objects.for_detail().visible_to(request.user), pk=pk)
    return found


def _account(request: StaffRequest, pk: int) -> Account:
    return get_object_or_404(Account.objects.editable_by(request.user), pk=pk)


@require_GET
def visit_list(request: StaffRequest) -> HttpResponse:
    """What is to come, what is still to be recorded, and what was."""
    rows = Visit.objects.for_list().visible_to(request.user)
    today = agenda.start_of(timezone.localdate())
    tabs = {
        "coming": (gettext("To come"), rows.filter(status="planned", planned_at__gte=today)),
        "late": (gettext("To record"), rows.filter(status="planned", planned_at__lt=today)),
        "done": (gettext("Recorded"), rows.filter(status="done").order_by("-planned_at", "-pk")),
        "all": (gettext("All"), rows.order_by("-planned_at", "-pk")),
    }
    show = request.GET.get("show", "coming")
    show = show if show in tabs else "coming"
    filterset = VisitFilter(request.GET, tabs[show][1], request=request)
    context = {
        "page": Paginator(filterset.qs, 25).get_page(request.GET.get("page")),
        "tabs": [(word, label, word == show) for word, (label, _rows) in tabs.items()],
        "show": show,
        "filterset": filterset,
        "done": agenda.visits_done(request.user, timezone.localdate()),
        "quota": quota_of(request.user),
    }
    return render(request, "visits/visit_list.html", context)


@require_GET
def account_choose(request: StaffRequest, page: str) -> HttpResponse:
    """Which customer? Found at once when only one is meant, then on to the form."""
    if page not in PAGES:
        raise Http404
    term = request.GET.get("customer", "").strip()
    visible = Account.objects.visible_to(request.user)
    hits = list(visible.search(term)[:FOUND_AT_MOST]) if term else []
    if len(hits) == 1:
        return redirect(PAGES[page], hits[0].pk)
    near = visible.filter(visits__visitor=request.user).distinct()
    mine = visible.filter(owner=request.user)
    lately = [] if term else list(near[:FOUND_AT_MOST]) or list(mine[:FOUND_AT_MOST])
    context = {
        "term": term,
        "hits": [(hit, reverse(PAGES[page], args=[hit.pk])) for hit in hits],
        "lately": [(hit, reverse(PAGES[page], args=[hit.pk])) for hit in lately],
        "page_word": page,
    }
    return render(request, "visits/account_choose.html", context)


@require_GET
def visit_detail(request: StaffRequest, pk: int) -> HttpResponse:
    visit, user = _visit(request, pk), request.user
    record = visit.interaction
    people = [visit.visitor_id, *(person.pk for person in visit.colleagues.all())]
    context = {
        "visit": visit,
        "edit_blocker": visit.edit_blocker(user),
        "record_blocker": visit.record_blocker(user),
        "check_in_blocker": visit.check_in_blocker(user),
        "cancel_blocker": visit.cancel_blocker(user),
        "clashes": agenda.clashes(visit, people) if visit.is_open else [],
        "files": record.attachments.filter(voided_at=None) if record else [],
        **voice.outcome(record, user),
        "follow_up_blocker": visit.follow_up_blocker(user),
        "step_blocker": record.next_step_blocker(user) if record else "",
    }
    return render(request, "visits/visit_detail.html", context)


@require_http_methods(["GET", "POST"])
def visit_plan(request: StaffRequest, account_pk: int) -> HttpResponse:
    account, user = _account(request, account_pk), request.user
    form = VisitForm(request.POST if request.method == "POST" else None, account=account, user=user)
    return form_page(
        request,
        account,
        form,
        lambda: workflow.plan(form.instance, actor=user, present=form.present),
        title=gettext("Plan a visit"),
        done=gettext("Visit planned."),
        back=account.get_absolute_url(),
        next_url=lambda: form.instance.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def visit_edit(request: StaffRequest, pk: int) -> HttpResponse:
    visit, user = _visit(request, pk), request.user
    sent = request.POST if request.method == "POST" else None
    form = VisitForm(sent, instance=visit, account=visit.account, user=user)
    return form_page(
        request,
        visit.account,
        form,
        lambda: workflow.edit(visit, actor=user, values=form.values, present=form.present),
        title=gettext("Change the plan"),
        done=gettext("Visit saved."),
        blocker=visit.edit_blocker(user),
        back=visit.get_absolute_url(),
    )


def _record(
    request: StaffRequest, visit: Visit, keep: Callable[..., Visit], back: str, blocker: str = ""
) -> HttpResponse:
    """The form of a record, for a planned visit and for one that nobody planned."""
    sent = request.POST if request.method == "POST" else None
    form = VisitRecordForm(sent, visit=visit, user=request.user)
    return form_page(
        request,
        visit.account,
        form,
        lambda: keep(
            visit, actor=request.user, said=form.said, values=form.values, present=form.present
        ),
        title=gettext("Record a visit"),
        done=gettext("Visit recorded."),
        blocker=blocker,
        back=back,
        next_url=lambda: visit.get_absolute_url(),
        template="visits/visit_record.html",
    )


@require_http_methods(["GET", "POST"])
def visit_record(request: StaffRequest, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    blocker = visit.record_blocker(request.user)
    return _record(request, visit, workflow.record, visit.get_absolute_url(), blocker)


@require_http_methods(["GET", "POST"])
def visit_record_new(request: StaffRequest, account_pk: int) -> HttpResponse:
    account = _account(request, account_pk)
    visit = Visit(account=account, visitor=request.user, place=account.address)
    return _record(request, visit, workflow.record_unplanned, account.get_absolute_url())


@require_http_methods(["GET", "POST"])
def visit_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return form_page(
        request,
        visit.account,
        form,
        lambda: workflow.cancel(visit, actor=request.user, reason=form.cleaned_data["reason"]),
        title=gettext("Cancel the visit"),
        done=gettext("Visit cancelled."),
        blocker=visit.cancel_blocker(request.user),
        back=visit.get_absolute_url(),
        submit=gettext("Cancel the visit"),
    )


@require_POST
def visit_check_in(request: StaffRequest, pk: int) -> HttpResponse:
    """The arrival is noted even when the place is missing or makes no sense."""
    visit = _visit(request, pk)
    try:
        workflow.check_in(visit, actor=request.user, position=CheckInForm(request.POST).position)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, gettext("Arrival noted."))
    return redirect("visits:my_day" if request.POST.get("from") == "day" else visit)


def _child_page(
    request: StaffRequest,
    visit: Visit,
    form: forms.BaseForm,
    act: Callable[[], object],
    title: str,
    done: str,
    blocker: str,
) -> HttpResponse:
    """Something added to a visit."""
    return form_page(
        request, visit.account, form, act, title=title, done=done, blocker=blocker,
        back=visit.get_absolute_url(),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def visit_follow_up(request: StaffRequest, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    form = FollowUpForm(request.POST if request.method == "POST" else None, user=request.user)
    return _child_page(
        request,
        visit,
        form,
        lambda: workflow.follow_up(visit, actor=request.user, task=form.save(commit=False)),
        gettext("Add a follow-up"),
        gettext("Follow-up added."),
        visit.follow_up_blocker(request.user),
    )


@require_http_methods(["GET", "POST"])
def visit_attach(request: StaffRequest, pk: int) -> HttpResponse:
    visit, is_sent = _visit(request, pk), request.method == "POST"
    form = AttachmentForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    return _child_page(
        request,
        visit,
        form,
        lambda: workflow.attach(
            visit,
            actor=request.user,
            upload=form.cleaned_data["file"],
            title=form.cleaned_data["title"],
        ),
        gettext("Add a photo or file"),
        gettext("File added."),
        visit.attach_blocker(request.user),
    )


@require_http_methods(["GET", "POST"])
def visit_hear(request: StaffRequest, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    sent = request.POST if request.method == "POST" else None
    form = FeedbackForm(sent, account=visit.account)
    return _child_page(
        request,
        visit,
        form,
        lambda: workflow.hear(visit, actor=request.user, feedback=form.instance),
        gettext("What the customer says"),
        gettext("Recorded. It stays open until the customer has been told."),
        visit.attach_blocker(request.user),
    )
