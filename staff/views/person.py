from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from staff import workflow
from staff.forms import DeactivationForm, ProfileForm
from staff.models import User
from staff.transitions import TransitionDenied
from staff.types import StaffRequest


def in_line_order(people: list[User]) -> Iterator[tuple[User, int]]:
    """Each person with their depth, superiors before those below them.

    Whoever's superior is not among `people` stands at the left edge.
    """
    here = {person.pk for person in people}
    below: dict[int | None, list[User]] = {}
    for person in people:
        below.setdefault(person.reports_to_id if person.reports_to_id in here else None, []).append(
            person
        )

    def walk(superior: int | None, depth: int) -> Iterator[tuple[User, int]]:
        for person in below.get(superior, []):
            yield person, depth
            yield from walk(person.pk, depth + 1)

    return walk(None, 0)


@require_GET
def team(request: StaffRequest) -> HttpResponse:
    """The line below, as a tree; people who have left only when asked for, or searched."""
    visible = User.objects.visible_to(request.user)
    term = request.GET.get("person", "").strip()[:50]
    with_former = request.GET.get("former") == "1"
    shown = visible.search(term) if term else visible
    people = list((shown if with_former else shown.filter(is_active=True)).for_list())
    context = {
        "rows": list(in_line_order(people)),
        "term": term,
        "with_former": with_former,
        "former_count": visible.filter(is_active=False).count(),
        "superior": request.user.reports_to,
        "may_add": request.user.has_perm("staff.add_user"),
    }
    return render(request, "staff/team.html", context)


@require_GET
def person(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User.objects.visible_to(request.user).for_detail(), pk=pk)
    manages = not person.administration_blocker(request.user)
    context = {
        "person": person,
        "is_me": person.pk == request.user.pk,
        "below": person.direct_reports.filter(is_active=True).select_related("region"),
        "manages": manages,
        "may_edit": manages and request.user.has_perm("staff.change_user"),
        "device_count": person.sessions.live().count() if manages else None,
        "initial_password_blocker": person.initial_password_blocker(request.user),
        "deactivation_blocker": person.deactivation_blocker(request.user),
        "reactivation_blocker": person.reactivation_blocker(request.user),
        "deactivation_form": DeactivationForm(),
    }
    return render(request, "staff/person_detail.html", context)


@require_http_methods(["GET", "POST"])
def profile(request: StaffRequest) -> HttpResponse:
    """One's own contact details. Bound to a copy: a refused form must not change the top bar."""
    me = User.objects.visible_to(request.user).for_detail().get(pk=request.user.pk)
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=me)
    if form.is_valid():
        me.save(update_fields=form.Meta.fields)
        messages.success(request, gettext("Saved."))
        return redirect("staff:me")
    return render(request, "staff/profile_form.html", {"form": form, "person": me})


def visible_person(request: StaffRequest, pk: int) -> User:
    person: User = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    return person


@never_cache
@require_POST
def person_initial_password(request: StaffRequest, pk: int) -> HttpResponse:
    """Shows the password in this one answer; it is stored nowhere, not even in a message."""
    person = visible_person(request, pk)
    try:
        password = workflow.issue_initial_password(person, actor=request.user)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
        return redirect(person)
    context = {"issued": [(person, password)], "back_url": person.get_absolute_url()}
    return render(request, "staff/initial_password.html", context)


@require_POST
def person_deactivate(request: StaffRequest, pk: int) -> HttpResponse:
    person = visible_person(request, pk)
    form = DeactivationForm(request.POST)
    try:
        if not form.is_valid():
            raise TransitionDenied(gettext("Give the day as in 2026-11-23."))
        workflow.deactivate(person, actor=request.user, left_on=form.cleaned_data["left_on"])
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, gettext("%s can no longer log in.") % person)
    return redirect(person)


@require_POST
def person_reactivate(request: StaffRequest, pk: int) -> HttpResponse:
    person = visible_person(request, pk)
    try:
        workflow.reactivate(person, actor=request.user)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, gettext("%s can log in again.") % person)
    return redirect(person)


@require_POST
def person_end_sessions(request: StaffRequest, pk: int) -> HttpResponse:
    person = visible_person(request, pk)
    try:
        ended = workflow.end_sessions(person, actor=request.user)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, gettext("Devices logged out: %d.") % ended)
    return redirect(person)
