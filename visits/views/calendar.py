from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Max, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext, override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Account
from staff import policy
from staff.models import User
from staff.types import StaffRequest
from visits import agenda, ics
from visits.models import CalendarFeed
from visits.policies import quota_of
from visits.workflow import feed as workflow

FEED_BACK, FEED_AHEAD = dt.timedelta(days=30), dt.timedelta(days=180)
NEARBY_AT_MOST = 30


def _day(request: StaffRequest) -> dt.date:
    """`?on=2026-11-23`; what is missing, wrong or beyond the calendar is today."""
    try:
        day = parse_date(request.GET.get("on", "")) or timezone.localdate()
    except ValueError:
        return timezone.localdate()
    return day if 2000 <= day.year <= 2100 else timezone.localdate()


@require_GET
def my_day(request: StaffRequest) -> HttpResponse:
    """One's own day in the order of going, for a phone."""
    day, user = _day(request), request.user
    rows = agenda.between(user, day, day, person=user)
    context = {
        "day": day,
        "is_today": day == timezone.localdate(),
        "before": day - dt.timedelta(days=1),
        "after": day + dt.timedelta(days=1),
        "rows": [row for row in rows if row.subject.status != "cancelled"],
        "done": agenda.visits_done(user, day),
        "quota": quota_of(user),
    }
    return render(request, "visits/my_day.html", context)


@require_GET
def activity(request: StaffRequest) -> HttpResponse:
    """How many visits each of us recorded, beside the quota of their post (S5-4-1)."""
    day, values = _day(request), policy.in_force()
    rows = agenda.activity(request.user, day)
    for row in rows:
        row["quota"] = quota_of(row["person"], values)
    return render(request, "visits/activity.html", {"rows": rows, "day": day})


@require_GET
def calendar(request: StaffRequest) -> HttpResponse:
    """A week or a month of one person's or of all visits that one sees."""
    day, user = _day(request), request.user
    people = User.objects.visible_to(user).colleagues()
    who = request.GET.get("who", "")
    person = user if who != "all" else None
    if who.isdecimal() and len(who) < 10:
        person = people.filter(pk=int(who)).first() or user
    is_month = request.GET.get("view") == "month"
    weeks = agenda.month_of(day) if is_month else [agenda.week_of(day)]
    first, last = weeks[0][0], weeks[-1][-1]
    rows = agenda.between(user, first, last, person=person)
    context = {
        "day": day,
        "today": timezone.localdate(),
        "is_month": is_month,
        "weeks": [agenda.by_day(week, rows) for week in weeks],
        "first": first,
        "last": last,
        "before": agenda.month_of(day)[0][0] - dt.timedelta(days=1)
        if is_month
        else first - dt.timedelta(days=7),
        "after": _next_month(day) if is_month else first + dt.timedelta(days=7),
        "people": people,
        "who": who or str(user.pk),
        "view": "month" if is_month else "week",
    }
    return render(request, "visits/calendar.html", context)


def _next_month(day: dt.date) -> dt.date:
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


@require_GET
def nearby(request: StaffRequest, account_pk: int) -> HttpResponse:
    """Whom else to see on the way: the same street or district first, then city, then region."""
    visible = Account.objects.visible_to(request.user)
    account = get_object_or_404(visible, pk=account_pk)
    place = Q(pk__in=[])
    if account.city:
        place |= Q(city=account.city)
    if account.region_id:
        place |= Q(region=account.region_id)
    last = Max("visits__interaction__happened_at", filter=Q(visits__status="done"))
    others = visible.filter(place).exclude(pk=account.pk).annotate(last_visit=last)
    found = list(others.select_related("owner").order_by("-annual_volume", "pk")[:500])
    found.sort(key=lambda other: -_closeness(account, other))
    context = {"account": account, "others": found[:NEARBY_AT_MOST]}
    return render(request, "visits/nearby.html", context)


def _closeness(one: Account, other: Account) -> int:
    """How much of the address two customers share, from its beginning; the city counts most."""
    shared = 0
    for mine, theirs in zip(one.address, other.address, strict=False):
        if mine != theirs:
            break
        shared += 1
    return shared + (100 if one.city and one.city == other.city else 0)


@require_GET
def feed(request: StaffRequest) -> HttpResponse:
    """Whether one's phone reads the calendar, and since when."""
    live = CalendarFeed.objects.live_of(request.user)
    return render(request, "visits/feed.html", {"feed": live, "address": ""})


@require_POST
def feed_renew(request: StaffRequest) -> HttpResponse:
    """The new address stands on this answer alone: it is kept nowhere."""
    token = workflow.renew(actor=request.user)
    address = request.build_absolute_uri(reverse("visits:ics", args=[token]))
    live = CalendarFeed.objects.live_of(request.user)
    response = render(request, "visits/feed.html", {"feed": live, "address": address})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def feed_revoke(request: StaffRequest) -> HttpResponse:
    workflow.revoke(actor=request.user)
    messages.success(request, gettext("The address no longer works."))
    return redirect("visits:feed")


# SECURITY: whoever knows the address reads this calendar, and nothing else; it is a secret of 256
# bits, kept as a digest, and ends when its person revokes it, leaves, or is deactivated.
@login_not_required
@require_GET
@cache_control(private=True, no_store=True)
def feed_ics(request: StaffRequest, token: str) -> HttpResponse:
    user = workflow.reader_of(token)
    if user is None:
        raise Http404
    today = timezone.localdate()
    rows = agenda.between(user, today - FEED_BACK, today + FEED_AHEAD, person=user)
    with override("zh-hans"):
        name = gettext("Visits of %s") % user
        text = ics.calendar(rows, name=name, host=request.get_host(), now=timezone.now())
    content: Any = text.encode()
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")
