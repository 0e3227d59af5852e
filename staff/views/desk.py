from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from staff import desk
from staff.articles import get_article
from staff.duties import DUTIES
from staff.models import Notice, Obligation, Task, User
from staff.types import StaffRequest
from staff.workflow.notice import read_all


@require_GET
def desk_home(request: StaffRequest) -> HttpResponse:
    """What awaits me, and for a superior what awaits the team."""
    today = timezone.localdate()
    user = request.user
    groups = desk.groups_of(user, today)
    context = {
        "groups": groups,
        "count": sum(group.count for group in groups),
        "late": sum(group.late for group in groups),
        "tasks": Task.objects.open().filter(assignee=user).select_related("assigner")[:10],
        "climbed": desk.climbed_to(user, today) if user.is_superior else [],
        "team": desk.team_of(user, today) if user.is_superior else [],
        "today": today,
    }
    return render(request, "staff/desk.html", context)


@require_GET
def desk_duty(request: StaffRequest, code: str) -> HttpResponse:
    """Everything of one duty that awaits me (or, with ?person=, someone of my line)."""
    duty = DUTIES.get(code)
    if duty is None:
        raise Http404
    person = request.user
    if number := request.GET.get("person"):
        person = get_object_or_404(User.objects.visible_to(request.user), pk=number)
    rows = Obligation.objects.visible_to(request.user).filter(duty=code, person=person).open()
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    today = timezone.localdate()
    items = [desk.as_item(row, name, today) for row, name in desk.named(list(page))]
    context = {"duty": duty, "article": get_article(duty.article), "page": page, "items": items}
    return render(request, "staff/desk_duty.html", {**context, "person": person, "today": today})


@require_GET
def desk_person(request: StaffRequest, pk: int) -> HttpResponse:
    """The desk of someone in my line, to read."""
    person = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    today = timezone.localdate()
    groups = desk.groups_of(person, today)
    tasks = Task.objects.open().filter(assignee=person).select_related("assigner")
    context = {"person": person, "groups": groups, "tasks": tasks[:20], "today": today}
    return render(request, "staff/desk_person.html", context)


@require_POST
def desk_settle(request: StaffRequest, code: str) -> HttpResponse:
    """Settle the chosen obligations of one duty at one click; a second click finds none."""
    duty = DUTIES.get(code)
    if duty is None or duty.settle is None:
        raise Http404
    chosen = [int(pk) for pk in request.POST.getlist("obligation") if pk.isdigit()]
    rows = list(Obligation.objects.open().filter(person=request.user, duty=code, pk__in=chosen))
    duty.settle(rows, request.user)
    text = ngettext("%d thing settled.", "%d things settled.", len(rows)) % len(rows)
    messages.success(request, text)
    return redirect("home")


@require_GET
def notice_list(request: StaffRequest) -> HttpResponse:
    """What colleagues did that concerns me; opening the page does not mark anything read."""
    rows = Notice.objects.visible_to(request.user)
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    unread = Notice.objects.unread_of(request.user).exists()
    return render(request, "staff/notice_list.html", {"page": page, "unread": unread})


@require_POST
def notice_read_all(request: StaffRequest) -> HttpResponse:
    read_all(request.user)
    return redirect("desk:notices")
