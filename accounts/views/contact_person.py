from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.contact_person import ContactPersonForm, LeftForm
from accounts.models import Account, ContactPerson, InformationGroup
from accounts.views.small_form import small_form
from accounts.workflow import contact_person as workflow
from staff.transitions import TransitionDenied
from staff.types import StaffRequest


def _person(request: StaffRequest, pk: int, person_pk: int) -> tuple[Account, ContactPerson]:
    account = get_object_or_404(Account.objects.editable_by(request.user), pk=pk)
    return account, get_object_or_404(account.contact_people.all(), pk=person_pk)


@require_http_methods(["GET", "POST"])
def contact_person_create(request: StaffRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.editable_by(request.user), pk=pk)
    form = ContactPersonForm(
        request.POST if request.method == "POST" else None, instance=ContactPerson(account=account)
    )
    return small_form(
        request,
        account,
        form,
        lambda: workflow.save(form.instance, actor=request.user),
        title=gettext("New contact person"),
        done=gettext("Contact person added."),
    )


@require_http_methods(["GET", "POST"])
def contact_person_edit(request: StaffRequest, pk: int, person_pk: int) -> HttpResponse:
    account, person = _person(request, pk, person_pk)
    form = ContactPersonForm(request.POST if request.method == "POST" else None, instance=person)
    return small_form(
        request,
        account,
        form,
        lambda: workflow.save(
            form.instance, actor=request.user, seen=form.cleaned_data["seen"] or 0
        ),
        title=gettext("Contact person"),
        done=gettext("Contact person saved."),
    )


@require_http_methods(["GET", "POST"])
def contact_person_left(request: StaffRequest, pk: int, person_pk: int) -> HttpResponse:
    account, person = _person(request, pk, person_pk)
    form = LeftForm(request.POST if request.method == "POST" else None)
    return small_form(
        request,
        account,
        form,
        lambda: workflow.leave(person, actor=request.user, left_on=form.cleaned_data["left_on"]),
        title=gettext("%(name)s has left") % {"name": person},
        done=gettext("Noted. The person stays in the history."),
        blocker=person.leave_blocker(),
    )


@require_POST
def contact_person_confirm(request: StaffRequest, pk: int, person_pk: int) -> HttpResponse:
    account, person = _person(request, pk, person_pk)
    try:
        workflow.confirm_person(person, actor=request.user)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, gettext("Confirmed: %(name)s.") % {"name": person})
    return redirect(f"{account.get_absolute_url()}#people")


@require_POST
def information_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """Confirm one group of information, or all four when none is named (S4-6.3)."""
    account = get_object_or_404(Account.objects.editable_by(request.user), pk=pk)
    group = request.POST.get("group", "")
    groups = [group] if group in InformationGroup.values else list(InformationGroup.values)
    try:
        workflow.confirm(account, actor=request.user, groups=groups)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, gettext("Information confirmed as of today."))
    return redirect(f"{account.get_absolute_url()}#information")
