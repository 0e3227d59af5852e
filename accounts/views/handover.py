"""Customers who change hands: the list, one handover, and its steps (S1 第14条)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts import panels
from accounts.forms.fields import ReasonForm
from accounts.forms.handover import FirstContactForm, ToldForm
from accounts.handover import CONTACT_WITHIN, NOTIFY_WITHIN
from accounts.models import HandoverLine
from accounts.querysets.handover import HandoverQuerySet
from accounts.views.small_form import small_form
from accounts.workflow import handover as workflow
from config.pagination import page_of
from staff import calendar, policy
from staff.types import StaffRequest


def _shown(rows: HandoverQuerySet) -> dict[str, tuple[str, HandoverQuerySet]]:
    """The lists by their word: label and rows, the oldest open ones first."""
    return {
        "open": (pgettext("handover", "Open"), rows.open()),
        "untold": (gettext("Customer not told"), rows.untold()),
        "no-successor": (gettext("Without a successor"), rows.open().filter(successor=None)),
        "done": (
            gettext("Done"),
            rows.filter(done_at__isnull=False).order_by("-done_at", "-pk"),
        ),
    }


@require_GET
def handover_list(request: StaffRequest) -> HttpResponse:
    """Who has not been told, who has no successor, and how many business days it has taken."""
    shown = _shown(HandoverLine.objects.visible_to(request.user).for_list())
    show = request.GET.get("show", "")
    show = show if show in shown else "open"
    page = page_of(request, shown[show][1])
    values = policy.in_force()
    for line in page.object_list:
        line.is_late = is_late(line, values)
    tabs = [(word, label, word == show) for word, (label, _rows) in shown.items()]
    context = {"page": page, "tabs": tabs, "show": show}
    return render(request, "accounts/handover_list.html", context)


def is_late(line: HandoverLine, values: policy.Values) -> bool:
    """Whether one of the two days has passed without its step."""
    today = timezone.localdate()
    steps = (
        (line.told_on, values[NOTIFY_WITHIN]),
        (line.first_contact_id, values[CONTACT_WITHIN]),
    )
    return line.is_open and any(
        not done and calendar.add_business_days(line.opened_on, days) < today
        for done, days in steps
    )


def _line(request: StaffRequest, pk: int) -> HandoverLine:
    rows = HandoverLine.objects.visible_to(request.user).for_list()
    people = ("opened_by", "first_contact__author")
    line: HandoverLine = get_object_or_404(rows.select_related(*people), pk=pk)
    return line


@require_GET
def handover_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One handover: its three steps, and what is still open for the customer."""
    line = _line(request, pk)
    values = policy.in_force()
    items = panels.open_items(line.account, request.user)
    context = {
        "account": line.account,
        "line": line,
        "told_form": ToldForm(),
        "contact_form": FirstContactForm(line=line),
        "has_contacts": line.successor_id and workflow.contacts_of(line).exists(),
        "tell_blocker": line.tell_blocker(request.user),
        "contact_blocker": line.contact_blocker(request.user),
        "owner_blocker": line.account.superior_blocker(request.user),
        "void_blocker": line.void_blocker(request.user),
        "tell_by": calendar.add_business_days(line.opened_on, values[NOTIFY_WITHIN]),
        "contact_by": calendar.add_business_days(line.opened_on, values[CONTACT_WITHIN]),
        "is_late": is_late(line, values),
        "elapsed": NOTIFY_WITHIN.show(line.business_days),
        "items": [item for item in items if item.address != line.get_absolute_url()],
    }
    return render(request, "accounts/handover_detail.html", context)


@require_http_methods(["GET", "POST"])
def handover_tell(request: StaffRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    form = ToldForm(request.POST if request.method == "POST" else None)
    return small_form(
        request,
        line.account,
        form,
        lambda: workflow.tell(line, actor=request.user, **form.cleaned_data),
        title=gettext("Customer told"),
        done=gettext("Noted: the customer knows who looks after them now."),
        blocker=line.tell_blocker(request.user),
        next_url=line.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def handover_contact(request: StaffRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    form = FirstContactForm(request.POST if request.method == "POST" else None, line=line)
    return small_form(
        request,
        line.account,
        form,
        lambda: workflow.link_contact(line, actor=request.user, **form.cleaned_data),
        title=gettext("First contact of the successor"),
        done=gettext("First contact noted."),
        blocker=line.contact_blocker(request.user),
        next_url=line.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def handover_void(request: StaffRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return small_form(
        request,
        line.account,
        form,
        lambda: workflow.void(line, actor=request.user, reason=form.cleaned_data["reason"]),
        title=gettext("Void this handover"),
        done=gettext("Handover voided."),
        blocker=line.void_blocker(request.user),
        hint=gettext("For a handover opened by mistake, or one that did not take place."),
        next_url=line.get_absolute_url(),
    )
