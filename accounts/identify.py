"""Whether a customer exists already, for whoever is about to enter one.

SECURITY: `identify` is the one exception to `visible_to`. Of a customer outside the asker's scope
it tells the name, whom to ask and what matched, nothing more; each question is logged and the
number of questions in an hour is limited. Its sealed `reference` lets the asker alone, for an hour,
put a call on that customer's file without seeing it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import Q, Value
from django.utils import timezone
from django.utils.translation import gettext

from accounts import credit_code as codes
from accounts import search
from accounts.likeness import (
    ACCOUNT_KEYS,
    CODE,
    CONTACT_KEYS,
    NAME,
    OTHER_NAME,
    PHONE,
    NameCore,
    NameLikeness,
    read,
)
from accounts.models import Account, ContactPerson, DuplicateReason, Identification
from accounts.querysets.account import AccountQuerySet
from accounts.search import encode, starts
from staff.models import User

QUESTIONS_PER_HOUR = 60
SAME_QUESTION = dt.timedelta(minutes=10)
SHOWN = 5
CANDIDATES = 400  # read for their likeness at most
ALIKE = 0.5
ALIKE_OUTSIDE = 0.7  # outside one's scope only names that are nearly the same
SHORTEST_PART = 2  # of a name the service centre asks about
SHORTEST_CORE = 4  # of a name that may be asked about outside one's scope


@dataclass(frozen=True)
class Match:
    """A customer that may be the one asked about; `url` is "" outside the asker's scope."""

    name: str
    owner: str
    reasons: tuple[DuplicateReason, ...]
    url: str = ""
    pk: int | None = None
    reference: str = ""

    @property
    def reason_labels(self) -> list[str]:
        return [str(reason.label) for reason in self.reasons]

    @property
    def is_certain(self) -> bool:
        """Nothing of the same credit code is another customer."""
        return DuplicateReason.CREDIT_CODE in self.reasons


@dataclass(frozen=True)
class Findings:
    inside: tuple[Match, ...] = ()
    outside: tuple[Match, ...] = ()
    is_limited: bool = False  # asked too often: nothing was looked up outside the scope

    @property
    def matches(self) -> tuple[Match, ...]:
        return self.inside + self.outside

    def __bool__(self) -> bool:
        return bool(self.matches)


@dataclass(frozen=True)
class Question:
    name: str = ""
    credit_code: str = ""
    phone: str = ""

    def __str__(self) -> str:
        return " · ".join(filter(None, [self.name, self.credit_code, self.phone]))[:200]


def identify_blocker(user: User) -> str:
    """Why `user` may not ask about customers at all; "" if they may."""
    if user.is_active and (user.role or user.is_service_centre):
        return ""
    return gettext("Only colleagues with a post look customers up.")


def possible_duplicates(
    user: User,
    *,
    name: str = "",
    credit_code: str = "",
    phone: str = "",
    exclude: int | None = None,
) -> Findings:
    """What may be the same customer, inside the user's scope and, by `identify`, outside it.

    For the page while someone types and again when they save; `exclude` is the customer being
    edited. Five queries, each by an index.
    """
    if reason := identify_blocker(user):
        raise PermissionDenied(reason)
    question = Question(name.strip(), codes.normalise(credit_code), phone.strip())
    found, core = _find(question, exclude)
    seen = Account.objects.visible_to(user).filter(pk__in=found).select_related("owner")
    inside = tuple(
        Match(
            name=account.name,
            owner=str(account.owner or ""),
            reasons=found[account.pk][0],
            url=account.get_absolute_url(),
            pk=account.pk,
            reference=_seal(user, account.pk),
        )
        for account in sorted(seen, key=lambda account: found[account.pk][1], reverse=True)
    )
    hidden = {pk for pk in found if pk not in {match.pk for match in inside}}
    outside, is_limited = _outside(user, question, core, {pk: found[pk] for pk in hidden})
    return Findings(inside[:SHOWN], outside, is_limited)


def identify(user: User, *, name: str = "", phone: str = "", credit_code: str = "") -> Findings:
    """Who calls or writes: the same question, asked by intake.

    The service centre sees no file of its own to search in and answers everybody's calls: part of
    a name, or its pinyin, is enough there.
    """
    found = possible_duplicates(user, name=name, phone=phone, credit_code=credit_code)
    if found or not user.is_service_centre or len(name.strip()) < SHORTEST_PART:
        return found
    return _called(user, name.strip())


def _called(user: User, name: str) -> Findings:
    live = Account.objects.filter(merged_into=None, voided_at=None)
    rows = live.filter(search.match(name)).order_by("name_pinyin", "pk")
    told = list(rows.values_list("pk", "name", "owner__name")[:SHOWN])
    if not _may_ask(user, Question(name), len(told)):
        return Findings(is_limited=True)
    why = (DuplicateReason.SIMILAR_NAME,)
    return Findings(
        outside=tuple(
            Match(name=called, owner=owner or "", reasons=why, reference=_seal(user, pk))
            for pk, called, owner in told
        )
    )


SEAL = "accounts.identify"


def _seal(user: User, pk: int) -> str:
    return signing.dumps([user.pk, pk], salt=SEAL)


def identified(user: User, reference: str) -> Account | None:
    """The customer that was identified to this user within the hour; None for any other text."""
    try:
        asker, pk = signing.loads(reference, salt=SEAL, max_age=dt.timedelta(hours=1))
    except signing.BadSignature:
        return None
    if asker != user.pk or identify_blocker(user):
        return None
    return Account.objects.filter(pk=pk, merged_into=None, voided_at=None).first()


Found = dict[int, tuple[tuple[DuplicateReason, ...], float]]


def _find(question: Question, exclude: int | None) -> tuple[Found, str]:
    """Every customer that shares a key or is alike, why and how strongly; the name's core."""
    keys, core, rest = read(
        name=question.name, credit_code=question.credit_code, phone=question.phone
    )
    keys = {key for key in keys if len(key) > 3}
    wanted = keys | {OTHER_NAME + core} if len(core) > 1 else keys
    live = Account.objects.filter(merged_into=None, voided_at=None)
    if exclude:
        live = live.exclude(pk=exclude)
    reasons: dict[int, set[DuplicateReason]] = {}
    shared = live.order_by().alias(keys=ACCOUNT_KEYS).filter(keys__overlap=sorted(wanted))
    for pk, theirs in shared.annotate(theirs=ACCOUNT_KEYS).values_list("pk", "theirs"):
        reasons.setdefault(pk, set()).update(_reasons(wanted.intersection(theirs)))
    digits = sorted(key.removeprefix(PHONE) for key in keys if key.startswith(PHONE))
    people = ContactPerson.objects.alias(keys=CONTACT_KEYS).filter(keys__overlap=digits)
    for pk in people.filter(account__in=live).values_list("account", flat=True):
        reasons.setdefault(pk, set()).add(DuplicateReason.CONTACT_PHONE)
    likeness = _alike(live, core, rest) if question.name else {}
    for pk in likeness.keys() - reasons.keys():
        reasons[pk] = {DuplicateReason.SIMILAR_NAME}
    order = list(DuplicateReason)
    found = {
        pk: (
            tuple(sorted(why, key=order.index)),
            likeness.get(pk, 0) + sum(len(order) - order.index(reason) for reason in why),
        )
        for pk, why in reasons.items()
    }
    return found, core


def _reasons(shared: Iterable[str]) -> set[DuplicateReason]:
    names = {
        NAME: DuplicateReason.NAME,
        OTHER_NAME: DuplicateReason.OTHER_NAME,
        CODE: DuplicateReason.CREDIT_CODE,
        PHONE: DuplicateReason.PHONE,
    }
    return {names[key[:2]] for key in shared}


def _alike(live: AccountQuerySet, core: str, rest: str) -> dict[int, float]:
    """Customers whose name holds the trade name asked about, by the likeness of the whole name."""
    if len(rest) < 2:
        return {}
    part = encode(rest[:3])
    # Two letters or figures hold no trigram: then names that begin with them.
    candidates = live.filter(Q(search_text__contains=part) if len(part) > 2 else starts(rest))
    # Not limited in the statement: the planner would leave the index for the first few it meets.
    keys = list(candidates.order_by().values_list("pk", flat=True))[:CANDIDATES]
    scored = Account.objects.filter(pk__in=keys)
    alike = scored.annotate(
        core=NameCore("name"), likeness=NameLikeness(NameCore("name"), Value(core))
    ).values_list("pk", "core", "likeness")
    return {
        pk: likeness
        for pk, theirs, likeness in alike
        if likeness >= ALIKE or (len(core) >= SHORTEST_CORE and core in theirs)
    }


def _outside(
    user: User, question: Question, core: str, hidden: Found
) -> tuple[tuple[Match, ...], bool]:
    """Name and owner of matches outside the scope; logs the question, and refuses too many."""
    if not (len(core) >= SHORTEST_CORE or question.credit_code or question.phone):
        return (), False
    told = {
        pk: (reasons, strength)
        for pk, (reasons, strength) in hidden.items()
        if reasons != (DuplicateReason.SIMILAR_NAME,) or strength - 1 >= ALIKE_OUTSIDE
    }
    if not _may_ask(user, question, len(told)):
        return (), True
    rows = Account.objects.filter(pk__in=told).values_list("pk", "name", "owner__name")
    matches = [
        Match(name=name, owner=owner or "", reasons=told[pk][0], reference=_seal(user, pk))
        for pk, name, owner in sorted(rows, key=lambda row: told[row[0]][1], reverse=True)
    ]
    return tuple(matches[:SHOWN]), False


def _may_ask(user: User, question: Question, hits: int) -> bool:
    """Log a question beyond one's scope; False when too many were asked within the hour."""
    now = timezone.now()
    asked = Identification.objects.filter(user=user, asked_at__gt=now - dt.timedelta(hours=1))
    if asked.filter(question=str(question), asked_at__gt=now - SAME_QUESTION).exists():
        return True
    if asked.count() >= QUESTIONS_PER_HOUR:
        return False
    Identification.objects.create(user=user, question=str(question), hits=hits)
    return True
