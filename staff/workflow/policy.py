"""Changing what the regulation leaves to the company."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext

from staff import duties, policy
from staff.articles import ARTICLES
from staff.models import ArticleText, PolicyValue, User
from staff.transitions import TransitionDenied


def set_blocker(user: User) -> str:
    """Why `user` may not change a policy value or a text; "" if they may."""
    if user.is_active and user.is_manager:
        return ""
    return gettext("Only the key account manager sets what the regulation leaves open.")


@transaction.atomic
def set_value(
    key: policy.PolicyKey[Any], value: Any, *, actor: User, effective_from: dt.date, reason: str
) -> PolicyValue:
    """Decide one value from a day on; what it makes due is synchronised when that day comes.

    A repeated click writes nothing new. Raises TransitionDenied.
    """
    if blocker := set_blocker(actor):
        raise TransitionDenied(blocker)
    if effective_from < timezone.localdate():
        raise TransitionDenied(gettext("A policy value cannot be changed for days gone by."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"policy:{key.key}"])
    last = PolicyValue.objects.filter(key=key.key, effective_from=effective_from).first()
    if last and last.value == value:
        return last
    row = PolicyValue.objects.create(
        key=key.key, value=value, effective_from=effective_from, set_by=actor, reason=reason
    )
    if effective_from == timezone.localdate():
        for duty in duties.depending_on(key):
            duties.synchronise(duty)
    return row


@dataclass
class Effect:
    """What a change of one value would make of one duty: things asked for, and late, by person."""

    duty: duties.Duty
    now: int
    now_late: int
    then: int
    then_late: int


def preview(key: policy.PolicyKey[Any], value: Any, day: dt.date) -> list[Effect]:
    """What each duty that rests on `key` asks for now and would ask for with `value`."""
    values = policy.in_force(day)
    effects = []
    for duty in duties.depending_on(key):
        counts = []
        for chosen in (values, values.with_change(key, value)):
            asked = duties.would_ask(duty, chosen, day)
            late = Counter(due_on < day for _person, due_on in asked)
            counts += [len(asked), late[True]]
        effects.append(Effect(duty, *counts))
    return effects


@transaction.atomic
def load_text(article: str, text: str, *, actor: User, source: str) -> ArticleText:
    """Keep the company's own wording of an article as its next version.

    The same text again is not a new version. Raises TransitionDenied, and KeyError for an
    unknown article.
    """
    if blocker := set_blocker(actor):
        raise TransitionDenied(blocker)
    code = ARTICLES[article].code
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"article:{code}"])
    last = ArticleText.objects.filter(article=code).first()
    if last and last.text == text:
        return last
    return ArticleText.objects.create(
        article=code,
        version=last.version + 1 if last else 1,
        text=text,
        source=source,
        loaded_by=actor,
    )
