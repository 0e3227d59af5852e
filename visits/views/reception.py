from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.attachment import AttachmentForm
from accounts.forms.feedback import FeedbackForm
from accounts.forms.fields import ReasonForm
from accounts.models import Account, Attachment, FeedbackKind
from staff import company, policy
from staff.transitions import TransitionDenied
from staff.types import StaffRequest
from visits import agenda, reception_rank, voice
from visits.filters import ReceptionFilter
from visits.forms.reception import (
    ItemForm,
    ReceptionForm,
    ReceptionRecordForm,
    ThanksForm,
    VisitorFormSet,
    party_of,
)
from visits.models import Reception, ReceptionMeasures
from visits.policies import MEASURES
from visits.views.pages import form_page
from visits.workflow import reception as workflow


def reception_of(request: StaffRequest, pk: int) -> Reception:
    rows = Reception.objects.for_detail().visible_to(request.user)
    found: Reception = get_object_or_404(rows, pk=pk)
    return found


@require_GET
def reception_list(request: StaffRequest) -> HttpResponse:
    """Who comes, what is still to be recorded, whom to thank, and who was here."""
    rows = Reception.objects.for_list().visible_to(request.user)
    today = agenda.start_of(timezone.localdate())
    done = rows.filter(status="done").order_by("-planned_at", "-pk")
    tabs = {
        "coming": (gettext("To come"), rows.filter(status="planned", planned_at__gte=today)),
        "late": (gettext("To record"), rows.filter(status="planned", planned_at__lt=today)),
        "thank": (gettext("To thank"), done.filter(thanked_at=None)),
        "done": (gettext("Recorded"), done),
        "all": (gettext("All"), rows.order_by("-planned_at", "-pk")),
    }
    show = request.GET.get("show", "coming")
    show = show if show in tabs else "coming"
    filterset = ReceptionFilter(request.GET, tabs[show][1], request=request)
    context = {
        "page": Paginator(filterset.qs, 25).get_page(request.GET.get("page")),
        "tabs": [(word, label, word == show) for word, (label, _rows) in tabs.items()],
        "show": show,
        "filterset": filterset,
    }
    return render(request, "visits/reception_list.html", context)


@require_GET
def reception_detail(request: StaffRequest, pk: int) -> HttpResponse:
    reception, user = reception_of(request, pk), request.user
    record = reception.interaction
    catering = list(reception.catering.select_related("requested_by", "decided_by"))
    people = [reception.host_id, *(person.pk for person in reception.colleagues.all())]
    context = {
        "reception": reception,
        "edit_blocker": reception.edit_blocker(user),
        "record_blocker": reception.record_blocker(user),
        "cancel_blocker": reception.cancel_blocker(user),
        "thank_blocker": reception.thank_blocker(user),
        "catering_blocker": reception.catering_blocker(user),
        "catering": [
            (asked, asked.decision_blocker(user), asked.cost_blocker(user)) for asked in catering
        ],
        "clashes": agenda.clashes(reception, people) if reception.is_open else [],
        "rank_warning": reception_rank.warning(reception) if reception.is_open else "",
        "item_form": ItemForm(),
        "files": _files_of(reception),
        "attach_blocker": reception.attach_blocker(user),
        "step_blocker": record.next_step_blocker(user) if record else "",
        **voice.outcome(record, user),
    }
    return render(request, "visits/reception_detail.html", context)


def _files_of(reception: Reception) -> QuerySet[Attachment]:
    """Those added to the reception, and those of its contact record."""
    mine = Q(reception_file__reception=reception)
    if reception.interaction_id:
        mine |= Q(interaction=reception.interaction_id)
    files: QuerySet[Attachment] = reception.account.attachments.filter(mine, voided_at=None)
    return files


@require_GET
def reception_print(request: StaffRequest, pk: int) -> HttpResponse:
    """The plan on one sheet, for the front desk and for whoever accompanies the visitors."""
    reception = reception_of(request, pk)
    context = {
        "reception": reception,
        "catering": reception.catering.exclude(status="refused").first(),
        "company": company.name(),
    }
    return render(request, "visits/reception_print.html", context)


def _plan_page(
    request: StaffRequest,
    reception: Reception,
    act: Callable[[ReceptionForm, Any], object],
    *,
    title: str,
    done: str,
    back: str,
    blocker: str = "",
) -> HttpResponse:
    """The form of a plan with its lines of visitors; a refusal keeps what was typed."""
    account = reception.account
    sent = request.POST if request.method == "POST" else None
    form = ReceptionForm(sent, instance=reception, account=account, user=request.user)
    lines: list[dict[str, Any]] = []
    if reception.pk:
        fields = ("name", "position", "unit", "importance")
        lines = list(reception.visitors.values(*fields))
    visitors = VisitorFormSet(sent, initial=lines, prefix="visitors")
    if sent is not None and not blocker and form.is_valid() and visitors.is_valid():
        try:
            act(form, visitors)
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, done)
            return redirect(form.instance)
    context = {
        "account": account,
        "form": form,
        "visitors": visitors,
        "known": account.contact_people.filter(left_on=None),
        "title": title,
        "blocker": blocker,
        "back": back,
        "measures": ReceptionMeasures.objects.in_force(request.user),
        "measures_kept_at": policy.in_force()[MEASURES],
    }
    status = 200 if sent is None else 403 if blocker else 422
    return render(request, "visits/reception_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def reception_plan(request: StaffRequest, account_pk: int) -> HttpResponse:
    user = request.user
    account = get_object_or_404(Account.objects.editable_by(user), pk=account_pk)
    return _plan_page(
        request,
        Reception(account=account),
        lambda form, visitors: workflow.plan(
            form.instance, actor=user, party=party_of(form, visitors, account)
        ),
        title=gettext("Plan a reception"),
        done=gettext("Reception planned."),
        back=account.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def reception_edit(request: StaffRequest, pk: int) -> HttpResponse:
    reception, user = reception_of(request, pk), request.user
    return _plan_page(
        request,
        reception,
        lambda form, visitors: workflow.edit(
            reception,
            actor=user,
            values=form.values,
            party=party_of(form, visitors, reception.account),
        ),
        title=gettext("Change the plan"),
        done=gettext("Reception saved."),
        back=reception.get_absolute_url(),
        blocker=reception.edit_blocker(user),
    )


@require_http_methods(["GET", "POST"])
def reception_record(request: StaffRequest, pk: int) -> HttpResponse:
    reception = reception_of(request, pk)
    sent = request.POST if request.method == "POST" else None
    form = ReceptionRecordForm(sent, reception=reception)
    return form_page(
        request,
        reception.account,
        form,
        lambda: workflow.record(reception, actor=request.user, said=form.said, values={}),
        title=gettext("Record a reception"),
        done=gettext("Reception recorded. Note the problems raised, and thank the visitors."),
        blocker=reception.record_blocker(request.user),
        back=reception.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def reception_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    reception = reception_of(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return form_page(
        request,
        reception.account,
        form,
        lambda: workflow.cancel(reception, actor=request.user, reason=form.cleaned_data["reason"]),
        title=gettext("Cancel the reception"),
        done=gettext("Reception cancelled."),
        blocker=reception.cancel_blocker(request.user),
        back=reception.get_absolute_url(),
        submit=gettext("Cancel the reception"),
    )


@require_http_methods(["GET", "POST"])
def reception_thank(request: StaffRequest, pk: int) -> HttpResponse:
    reception = reception_of(request, pk)
    form = ThanksForm(request.POST if request.method == "POST" else None)
    return form_page(
        request,
        reception.account,
        form,
        lambda: workflow.thank(reception, actor=request.user, how=form.cleaned_data["how"]),
        title=gettext("Thank the visitors"),
        done=gettext("Thanks noted."),
        blocker=reception.thank_blocker(request.user),
        back=reception.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def reception_hear(request: StaffRequest, pk: int) -> HttpResponse:
    """A problem raised by a visitor: passed on, answered, and the customer told (S4 6.4(2))."""
    reception = reception_of(request, pk)
    sent = request.POST if request.method == "POST" else None
    start = {"kind": FeedbackKind.PROBLEM}
    form = FeedbackForm(sent, account=reception.account, initial=start)
    return form_page(
        request,
        reception.account,
        form,
        lambda: workflow.hear(reception, actor=request.user, feedback=form.instance),
        title=gettext("What the visitors raised"),
        done=gettext("Recorded. It stays open until the customer has been told."),
        blocker=reception.problem_blocker(request.user),
        back=reception.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def reception_attach(request: StaffRequest, pk: int) -> HttpResponse:
    reception, is_sent = reception_of(request, pk), request.method == "POST"
    form = AttachmentForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    return form_page(
        request,
        reception.account,
        form,
        lambda: workflow.attach(
            reception,
            actor=request.user,
            upload=form.cleaned_data["file"],
            title=form.cleaned_data["title"],
        ),
        title=gettext("Add a photo or file"),
        done=gettext("File added."),
        blocker=reception.attach_blocker(request.user),
        back=reception.get_absolute_url(),
    )


def _tick(request: StaffRequest, pk: int, item_pk: int, *, is_done: bool) -> HttpResponse:
    reception = reception_of(request, pk)
    item = get_object_or_404(reception.items, pk=item_pk)
    try:
        workflow.tick(reception, actor=request.user, item=item, is_done=is_done)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    return redirect(f"{reception.get_absolute_url()}#preparation")


@require_POST
def reception_tick(request: StaffRequest, pk: int, item_pk: int) -> HttpResponse:
    return _tick(request, pk, item_pk, is_done=True)


@require_POST
def reception_untick(request: StaffRequest, pk: int, item_pk: int) -> HttpResponse:
    return _tick(request, pk, item_pk, is_done=False)


@require_POST
def reception_item_add(request: StaffRequest, pk: int) -> HttpResponse:
    reception = reception_of(request, pk)
    form: forms.Form = ItemForm(request.POST)
    if form.is_valid():
        try:
            workflow.add_item(reception, actor=request.user, text=form.cleaned_data["text"])
        except TransitionDenied as denied:
            messages.error(request, str(denied))
    else:
        messages.error(request, gettext("Say in a few words what is to be prepared."))
    return redirect(f"{reception.get_absolute_url()}#preparation")
