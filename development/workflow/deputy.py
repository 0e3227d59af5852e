"""Deputies: who decides on applications while a superior is away."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from development.models import Deputy
from staff.duties import DUTIES, synchronise
from staff.models import User
from staff.transitions import TransitionDenied


@transaction.atomic
def name(deputy: Deputy, *, actor: User) -> Deputy:
    """Name somebody who decides in an absent superior's place, from a day to a day."""
    if blocker := Deputy.name_blocker(deputy.absent, actor):
        raise TransitionDenied(blocker)
    if not deputy.deputy.is_superior or not deputy.deputy.is_active:
        raise TransitionDenied(gettext("A deputy is a supervisor or a manager who works here."))
    if deputy.deputy_id == deputy.absent_id:
        raise TransitionDenied(gettext("A deputy is somebody else."))
    if deputy.ends_on < deputy.starts_on:
        raise TransitionDenied(gettext("It cannot end before it starts."))
    deputy.named_by = actor
    deputy.save()
    synchronise(DUTIES["development.recognition"])
    return deputy


@transaction.atomic
def end(deputy: Deputy, *, actor: User) -> Deputy:
    """End it before its day; what was decided meanwhile stands."""
    deputy = (
        Deputy.objects.select_for_update(of=("self",)).select_related("absent").get(pk=deputy.pk)
    )
    if blocker := deputy.end_blocker(actor):
        raise TransitionDenied(blocker)
    deputy.ended_at = timezone.now()
    deputy.save(update_fields=["ended_at"])
    synchronise(DUTIES["development.recognition"])
    return deputy
