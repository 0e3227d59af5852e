"""What a named person judges about a customer (S1-A3)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from accounts.models import Account, Judgement
from staff.duties import followed
from staff.models import User
from staff.transitions import TransitionDenied

from .account import locked


@followed
@transaction.atomic
def judge(account: Account, *, actor: User, answers: Mapping[str, tuple[str, str]]) -> int:
    """Keep each (answer, evidence) that differs from what stands; returns how many did.

    An emptied answer takes the judgement back: from then on the question is not judged. Earlier
    answers stay in the trail.
    """
    account = locked(account)
    if blocker := account.edit_blocker(actor):
        raise TransitionDenied(blocker)
    standing = {judgement.kind: judgement for judgement in account.judgements.all()}
    changed = 0
    for kind, (value, note) in answers.items():
        old = standing.get(kind)
        if (old.value, old.note) == (value, note) if old else not value:
            continue
        changed += 1
        if not value:
            account.judgements.filter(kind=kind).delete()
            continue
        Judgement.objects.update_or_create(
            account=account,
            kind=kind,
            defaults={
                "value": value,
                "note": note,
                "judged_by": actor,
                "judged_on": timezone.localdate(),
            },
        )
    return changed
