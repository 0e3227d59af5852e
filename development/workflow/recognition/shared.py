"""What every step of an application does: hold it, refuse, keep the step, tell whoever is next."""

from __future__ import annotations

from django.utils.translation import gettext

from accounts.workflow.account import locked as locked_account
from development.models import RecognitionApplication, RecognitionStep, RecognitionVerb
from development.recognition_deciders import deciders
from staff.models import User, Verb
from staff.transitions import TransitionDenied
from staff.workflow.notice import notify


def locked(application: RecognitionApplication) -> RecognitionApplication:
    """The row as it is now with its customer, both held until the transaction ends."""
    account = locked_account(application.account)
    rows = RecognitionApplication.objects.select_for_update(of=("self",))
    found: RecognitionApplication = rows.get(pk=application.pk)
    found.account = account
    return found


def record(
    application: RecognitionApplication,
    actor: User,
    verb: RecognitionVerb,
    note: str = "",
    *,
    acting_for: User | None = None,
) -> RecognitionStep:
    return RecognitionStep.objects.create(
        application=application,
        actor=actor,
        acting_for=acting_for,
        verb=verb,
        level=application.level,
        round=application.round,
        note=note,
    )


def hand_on(application: RecognitionApplication, actor: User) -> None:
    """Tell whoever may decide next."""
    for row in deciders(application):
        tell(row.user, Verb.RECOGNITION_WAITING, application, actor)


def tell(person: User, verb: Verb, application: RecognitionApplication, actor: User) -> None:
    url = application.get_absolute_url()
    notify(person, verb, actor=actor, subject=str(application), url=url)


def no_reason(reason: str) -> str:
    return "" if reason else gettext("Give the reason.")


def refuse_for(blocker: str) -> None:
    if blocker:
        raise TransitionDenied(blocker)
