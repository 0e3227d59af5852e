from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.fields import ReasonForm
from accounts.models import Account
from accounts.views.download import download, handed_out
from config.pagination import page_of
from development import recognition_case as case
from development.filters import RecognitionFilter
from development.forms.recognition import (
    CommentForm,
    DecisionForm,
    RecognitionForm,
    line_forms,
)
from development.models import RecognitionApplication
from development.recognition_deciders import decide_blocker, whom_text
from development.recognition_material import files_of
from development.views.case_pages import case_form, sent
from development.workflow import recognition as workflow
from staff import company
from staff.models import User
from staff.transitions import TransitionDenied
from staff.types import StaffRequest

SHOWN_DECIDED = 10


def _application(request: StaffRequest, pk: int) -> RecognitionApplication:
    rows = RecognitionApplication.objects.for_detail().visible_to(request.user)
    found: RecognitionApplication = get_object_or_404(rows, pk=pk)
    return found


def _with_deciders(rows: Any) -> list[RecognitionApplication]:
    """The rows of a page with `decider` read for all of them at once."""
    found = list(rows)
    people = User.objects.in_bulk({row.decider_id for row in found if row.decider_id})
    for row in found:
        row.decider = people.get(row.decider_id)
    return found


@require_GET
def application_list(request: StaffRequest) -> HttpResponse:
    """Applications with where they are, with whom and for how long."""
    rows = RecognitionApplication.objects.visible_to(request.user).for_list().with_decider()
    open_ones = rows.filter(status__in=("draft", "submitted", "sent_back"))
    tabs = {
        "open": (gettext("Under way"), open_ones.order_by("waiting_since", "pk")),
        "mine": (gettext("Mine"), rows.filter(applicant=request.user).order_by("-pk")),
        "decided": (
            pgettext("application", "Decided"),
            rows.filter(status__in=("approved", "refused")).order_by("-decided_at", "-pk"),
        ),
        "withdrawn": (gettext("Withdrawn"), rows.filter(status="withdrawn").order_by("-pk")),
    }
    show = request.GET.get("show", "open")
    show = show if show in tabs else "open"
    filterset = RecognitionFilter(request.GET, tabs[show][1], request=request)
    page = page_of(request, filterset.qs)
    page.object_list = _with_deciders(page.object_list)
    context = {
        "page": page,
        "tabs": [(word, label, word == show) for word, (label, _rows) in tabs.items()],
        "show": show,
        "filterset": filterset,
    }
    return render(request, "development/application_list.html", context)


def _waiting(user: User) -> QuerySet[Any]:
    """What waits for a person, the longest first."""
    rows = RecognitionApplication.objects.waiting_for(user).for_list()
    found: QuerySet[Any] = rows.order_by("waiting_since", "pk")
    return found


@require_GET
def approval_list(request: StaffRequest) -> HttpResponse:
    """My approvals: what waits for me, with its age, and what I decided lately."""
    decided = RecognitionApplication.objects.visible_to(request.user).for_list()
    mine = decided.decided_by_person(request.user)
    context = {
        "page": page_of(request, _waiting(request.user)),
        "decided": mine[:SHOWN_DECIDED],
    }
    return render(request, "development/approval_list.html", context)


def _case(
    request: StaffRequest,
    application: RecognitionApplication,
    form: DecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole case on one page, with what the reader may do."""
    user = request.user
    can_edit = not application.edit_blocker(user)
    missing = workflow.missing(application) if application.is_editable else []
    context = {
        "application": application,
        "account": application.account,
        "is_customer_visible": case.is_customer_visible(application, user),
        "material": case.shown_material(application),
        "verdict": case.explanation(application),
        "levels": case.level_lines(application),
        "whom": whom_text(application) if application.is_waiting else "",
        "answer": case.answer_step(application),
        "form": form or DecisionForm(application=application),
        "comment_form": CommentForm(),
        "decide_blocker": decide_blocker(application, user) if application.is_waiting else "",
        "principle_blocker": application.principle_blocker() if application.is_waiting else "",
        "can_edit": can_edit,
        "submit_blocker": application.submit_blocker(user),
        "withdraw_blocker": application.withdraw_blocker(user),
        "missing": missing,
        "waiting_more": _waiting(user).exclude(pk=application.pk).count(),
    }
    return render(request, "development/application_detail.html", context, status=status)


@require_GET
def application_detail(request: StaffRequest, pk: int) -> HttpResponse:
    return _case(request, _application(request, pk))


def _form_page(
    request: StaffRequest,
    application: RecognitionApplication,
    act: Callable[[RecognitionForm, Any], RecognitionApplication],
    *,
    title: str,
    back: str,
    blocker: str,
) -> HttpResponse:
    """Words and goods in one form."""
    form = RecognitionForm(sent(request), instance=application, account=application.account)
    goods = line_forms(application, sent(request))
    if form.is_valid() and goods.is_valid() and not blocker:
        try:
            made = act(form, goods)
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, gettext("Application saved."))
            return redirect(made)
    context = {
        "account": application.account,
        "form": form,
        "goods": goods,
        "title": title,
        "blocker": blocker,
        "back": back,
    }
    status = (403 if blocker else 422) if request.method == "POST" else 200
    return render(request, "development/application_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def application_start(request: StaffRequest, account_pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.editable_by(request.user), pk=account_pk)
    return _form_page(
        request,
        RecognitionApplication(account=account),
        lambda form, goods: workflow.start(form.instance, actor=request.user, lines=goods.lines),
        title=gettext("Apply for recognition"),
        back=account.get_absolute_url(),
        blocker=workflow.start_blocker(account.pk),
    )


@require_http_methods(["GET", "POST"])
def application_edit(request: StaffRequest, pk: int) -> HttpResponse:
    application = _application(request, pk)
    return _form_page(
        request,
        application,
        lambda form, goods: workflow.edit(
            application, actor=request.user, values=form.values, lines=goods.lines
        ),
        title=gettext("Change the application"),
        back=application.get_absolute_url(),
        blocker=application.edit_blocker(request.user),
    )


@require_POST
def application_submit(request: StaffRequest, pk: int) -> HttpResponse:
    application = _application(request, pk)
    try:
        application = workflow.submit(application, actor=request.user)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, gettext("Submitted. %(whom)s") % {"whom": whom_text(application)})
    return redirect(application)


@require_http_methods(["GET", "POST"])
def application_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    application = _application(request, pk)
    form = ReasonForm(sent(request))
    return case_form(
        request,
        application.account,
        form,
        lambda: workflow.withdraw(
            application, actor=request.user, reason=form.cleaned_data["reason"]
        ),
        title=gettext("Withdraw the application"),
        done=gettext("Withdrawn. It stays readable."),
        blocker=application.withdraw_blocker(request.user),
        submit=gettext("Withdraw"),
        back=application.get_absolute_url(),
    )


def _decide(
    request: StaffRequest,
    pk: int,
    act: Callable[[RecognitionApplication, DecisionForm], RecognitionApplication],
    done: str,
    *,
    needs_reason: bool,
) -> HttpResponse:
    """Take a decision and go on to the next case; whoever comes too late is told who was first."""
    application = _application(request, pk)
    form = DecisionForm(request.POST, application=application)
    if form.is_valid() and needs_reason and not form.cleaned_data["note"]:
        form.add_error("note", gettext("Give the reason."))
    if form.is_valid() and not needs_reason and form.lacks_waiver:
        form.add_error("waiver_reason", workflow.no_waiver())
    if not form.is_valid():
        return _case(request, application, form, status=422)
    try:
        act(application, form)
    except TransitionDenied as denied:
        is_late = form.cleaned_data["seen"] != _application(request, pk).seen
        if is_late or decide_blocker(application, request.user):  # somebody was faster; not theirs
            why = gettext("Your decision was not recorded. %(why)s") % {"why": denied}
            messages.error(request, why)
            return redirect(application)
        form.add_error(None, str(denied))
        return _case(request, application, form, status=422)
    messages.success(request, done % {"name": application})
    following = _waiting(request.user).first()
    return redirect(following or "development:approvals")


@require_POST
def application_approve(request: StaffRequest, pk: int) -> HttpResponse:
    return _decide(
        request,
        pk,
        lambda row, form: workflow.approve(row, actor=request.user, **form.approval),
        gettext("Approved: %(name)s"),
        needs_reason=False,
    )


@require_POST
def application_refuse(request: StaffRequest, pk: int) -> HttpResponse:
    return _decide(
        request,
        pk,
        lambda row, form: workflow.refuse(row, actor=request.user, **form.answer),
        gettext("Refused: %(name)s"),
        needs_reason=True,
    )


@require_POST
def application_send_back(request: StaffRequest, pk: int) -> HttpResponse:
    return _decide(
        request,
        pk,
        lambda row, form: workflow.send_back(row, actor=request.user, **form.answer),
        gettext("Sent back: %(name)s"),
        needs_reason=True,
    )


@require_POST
def application_comment(request: StaffRequest, pk: int) -> HttpResponse:
    application = _application(request, pk)
    form = CommentForm(request.POST)
    if form.is_valid():
        workflow.comment(application, actor=request.user, note=form.cleaned_data["note"])
        messages.success(request, gettext("Remark added."))
    else:
        messages.error(request, gettext("A remark needs words."))
    return redirect(f"{application.get_absolute_url()}#steps")


@require_GET
def application_print(request: StaffRequest, pk: int) -> HttpResponse:
    """The form 客户认定申请表 on A4."""
    application = _application(request, pk)
    context = {
        "application": application,
        "account": application.account,
        "company": company.name(),
        "material": case.shown_material(application),
        "verdict": case.explanation(application),
        "levels": case.level_lines(application),
    }
    return render(request, "development/application_print.html", context)


@download
def application_file(request: StaffRequest, pk: int, attachment_pk: int) -> HttpResponseBase:
    """A file of the frozen material, for whoever sees the case but not the customer."""
    application = _application(request, pk)
    if attachment_pk not in files_of(application.material):
        raise Http404
    rows = application.account.attachments.filter(voided_at=None)
    attachment = get_object_or_404(rows, pk=attachment_pk)
    return handed_out(attachment)
