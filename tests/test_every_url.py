"""Every address × every person: who gets in, who is refused, and who learns nothing.

The table below has one row per route; a route without a row fails. Foreign and missing objects
must give the same 404. Rows are added with the page.
"""

import re
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import SavedView, TierPolicy
from accounts.workflow import tiering
from accounts.workflow.attachment import add as attach
from accounts.workflow.tier_round import open_round
from staff.models import Task
from tests import factories
from tests.factories_accounts import (
    AgreementObligationFactory,
    AgreementTemplateFactory,
    DraftAgreementFactory,
)
from tests.factories_return_visits import CallAttemptFactory, ReturnVisitFactory
from tests.factories_visits import VisitFactory
from visits.models import QuestionSet

MISSING = 10**9
CANARY = "绝密金丝雀股份有限公司"
EVERYONE = ["nobody", "gone", "he", "root", "chen", "sun", "zhou", "li", "zhao", "wang"]
PEOPLE = {"he", "root", "chen", "sun", "zhou", "li", "zhao", "wang"}
POSTS = {"chen", "sun", "zhou", "li", "zhao", "wang"}
SUPERIORS = {"li", "zhao", "wang"}
MANAGERS = {"wang"}
# The object of the table belongs to Chen, in Li's line.
IN_SCOPE = {"chen", "li", "wang"}


@dataclass
class Route:
    """One route: who is let in, who may see the object but not do this, and with what arguments.

    `inside` get an answer other than 403 and 404; `refused` get 403 or a message; all others who
    are logged in get `outside` (404 for objects, 403 for pages of a higher post).
    """

    inside: set[str]
    args: Callable[[SimpleNamespace], dict[str, Any]] | None = None
    post: bool = False
    refused: set[str] = field(default_factory=set)
    outside: int = 404
    public: bool = False


def of(name: str) -> Callable[[SimpleNamespace], dict[str, Any]]:
    """The primary key of one object of the world."""
    return lambda world: {"pk": getattr(world, name).pk}


def both_of_pair(world: SimpleNamespace) -> dict[str, Any]:
    return {"kept_pk": world.pair.first_id, "absorbed_pk": world.pair.second_id}


def child(kwarg: str) -> Callable[[SimpleNamespace], dict[str, Any]]:
    """The account's key and that of one of its children."""
    return lambda world: {"pk": world.account.pk, kwarg: getattr(world, kwarg).pk}


def round_args(name: str) -> Callable[[SimpleNamespace], dict[str, Any]]:
    """The key of the review round, and for filling one in that of its line."""
    if name == "round_fill":
        return lambda world: {"pk": world.round.pk, "line_pk": world.round.lines.first().pk}
    return of("round")


ACCOUNT_PAGES = [
    "detail",
    "edit",
    "standing",
    "void",
    "history",
    "owner_change",
    "second_contact_add",
    "contact_person_create",
    "judgements",
    "annual_volume_enter",
    "months_enter",
    "interactions",
    "interaction_create",
    "feedback_create",
    "attachment_create",
    "tier",
    "tier_decide",
    "tier_propose",
    "type_decide",
    "agreement_create",
]
AGREEMENT_PAGES = [
    "agreement",
    "agreement_edit",
    "agreement_sign",
    "agreement_drop",
    "agreement_end",
    "agreement_leave",
    "agreement_print",
    "agreement_word",
    "agreement_file_create",
    "agreement_obligation_create",
    "agreement_note_create",
]
IMPORT_POSTS = ["sheet", "apply", "undo", "discard"]
TIER_LISTS = [
    "tiers",
    "tier_settled",
    "tier_review",
    "tier_carried_over",
    "tier_as_of",
    "tier_proposals",
]
ACCOUNT_ACTIONS = ["restore", "information_confirm"]
CHILDREN = {
    "assignment_pk": ["assignment_end"],
    "person_pk": ["contact_person_edit", "contact_person_left", "contact_person_confirm"],
    "record_pk": [
        "interaction_edit",
        "interaction_correct",
        "interaction_void",
        "interaction_step_done",
    ],
    "feedback_pk": ["feedback", "feedback_pass_on", "feedback_answer", "feedback_tell"],
    "decision_pk": ["tier_correct"],
    "agreement_pk": AGREEMENT_PAGES,
    "obligation_pk": ["agreement_obligation"],
    "attachment_pk": ["attachment_download", "attachment_void"],
}
CHILD_PAGES = {
    *AGREEMENT_PAGES,
    "tier_correct",
    "contact_person_edit",
    "interaction_edit",
    "feedback",
    "attachment_download",
}

VISIT_BEGINNINGS = ["plan", "record_new", "nearby"]
VISIT_PAGES = ["detail", "follow_up", "attach", "hear"]

ROUTES: dict[str, Route] = {
    "home": Route(PEOPLE),
    "login": Route(set(EVERYONE), public=True),
    "logout": Route(PEOPLE, post=True),
    "password_change": Route(PEOPLE),
    "set_language": Route(set(EVERYONE), post=True, public=True),
    "health-live": Route(set(EVERYONE), public=True),
    "health-ready": Route(set(EVERYONE), public=True),
    # people
    "staff:team": Route(PEOPLE),
    "staff:me": Route(PEOPLE),
    "staff:devices": Route(PEOPLE),
    "staff:end_other_devices": Route(PEOPLE, post=True),
    "staff:end_device": Route(set(), lambda world: {"handle": "unknown"}, post=True),
    "staff:lookup": Route(PEOPLE),
    "staff:person": Route({"chen", "li", "wang", "root"}, of("chen")),
    "staff:initial_password": Route({"chen", "li", "wang", "root"}, of("chen"), post=True),
    "staff:deactivate": Route({"chen", "li", "wang", "root"}, of("chen"), post=True),
    "staff:reactivate": Route({"chen", "li", "wang", "root"}, of("chen"), post=True),
    "staff:end_sessions": Route({"chen", "li", "wang", "root"}, of("chen"), post=True),
    # the rule book is everybody's to read
    "rules:list": Route(PEOPLE),
    "rules:policies": Route(PEOPLE),
    "rules:policy": Route(PEOPLE, lambda world: {"name": "information.interval"}),
    "rules:article": Route(PEOPLE, lambda world: {"code": "S1-A3"}),
    "rules:text": Route(PEOPLE, lambda world: {"code": "S1-A3"}),
    "desk:person": Route({"chen", "li", "wang", "root"}, of("chen")),
    "desk:duty": Route(PEOPLE, lambda world: {"code": "information.confirm"}),
    "desk:settle": Route(PEOPLE, lambda world: {"code": "information.confirm"}, post=True),
    "tasks:list": Route(PEOPLE),
    "tasks:create": Route(PEOPLE),
    **{
        f"tasks:{verb}": Route(IN_SCOPE, of("task"), post=verb != "detail")
        for verb in ("detail", "report", "finish", "comment", "cancel")
    },
    "desk:notices": Route(PEOPLE),
    "desk:read_all": Route(PEOPLE, post=True),
    # customers: lists show only what is in scope
    "accounts:list": Route(PEOPLE),
    "accounts:search": Route(PEOPLE),
    "accounts:lookup": Route(PEOPLE),
    "accounts:create": Route(PEOPLE),
    "accounts:interaction_choose": Route(PEOPLE),
    "accounts:columns": Route(PEOPLE, post=True),
    "accounts:saved_views": Route(PEOPLE),
    "accounts:saved_view_save": Route(PEOPLE, post=True),
    "accounts:saved_view_edit": Route({"chen"}, of("view"), post=True),
    "accounts:saved_view_delete": Route({"chen"}, of("view"), post=True),
    "accounts:duplicate_check": Route(POSTS | {"he"}, outside=403),
    "accounts:duplicates": Route(PEOPLE),
    "accounts:duplicate_dismiss": Route(IN_SCOPE, of("pair")),
    "accounts:duplicate_reopen": Route(IN_SCOPE, of("pair"), post=True),
    "accounts:merge_choose": Route(IN_SCOPE, of("account")),
    "accounts:merge_preview": Route(IN_SCOPE, both_of_pair),
    "accounts:merge_detail": Route(IN_SCOPE, of("merge")),
    "accounts:merge_undo": Route(IN_SCOPE, of("merge"), post=True),
    # ledgers: an import is its uploader's and their superiors'
    "accounts:export": Route(PEOPLE),
    "accounts:import_list": Route(PEOPLE),
    "accounts:import_template": Route(PEOPLE),
    **{
        f"accounts:import_{name}": Route(IN_SCOPE, of("ledger_import"), post=name in IMPORT_POSTS)
        for name in ["detail", "progress", "columns", "file", "refused", *IMPORT_POSTS]
    },
    # agreements: seen with their customer; templates are the company's
    "accounts:agreements": Route(PEOPLE),
    "accounts:unsigned": Route(PEOPLE),
    "accounts:agreement_templates": Route(PEOPLE),
    "accounts:agreement_template_file": Route(POSTS, lambda world: {"kind": "vip"}),
    "accounts:agreement_template_retire": Route(POSTS, of("template"), post=True),
    # tiers: everyone reads the rules; rounds and drafts are for superiors
    **{f"accounts:{name}": Route(PEOPLE) for name in TIER_LISTS},
    "accounts:rounds": Route(PEOPLE),
    **{
        f"accounts:{name}": Route(
            {"li", "wang"}, round_args(name), post=name != "round", refused=set()
        )
        for name in (
            "round",
            "round_take",
            "round_fill",
            "round_keep",
            "round_sign",
            "round_cancel",
        )
    },
    "accounts:policies": Route(PEOPLE),
    "accounts:policy": Route(PEOPLE, of("policy")),
    "accounts:policy_draft": Route(PEOPLE, of("policy"), post=True),
    "accounts:policy_edit": Route(PEOPLE, of("policy")),
    "accounts:policy_simulate": Route(PEOPLE, of("policy")),
    "accounts:policy_activate": Route(PEOPLE, of("policy")),
    **{
        f"accounts:proposal_{verb}": Route(IN_SCOPE, of("proposal"), post=True)
        for verb in ("accept", "refuse", "withdraw")
    },
    # one customer and all that belongs to it
    **{f"accounts:{name}": Route(IN_SCOPE, of("account")) for name in ACCOUNT_PAGES},
    **{f"accounts:{name}": Route(IN_SCOPE, of("account"), post=True) for name in ACCOUNT_ACTIONS},
    "accounts:assignment_end": Route(
        {"li", "wang"}, child("assignment_pk"), post=True, refused={"chen"}
    ),
    **{
        f"accounts:{name}": Route(IN_SCOPE, child(kwarg), post=name not in CHILD_PAGES)
        for kwarg, names in CHILDREN.items()
        for name in names
        if name != "assignment_end"
    },
    # return visits: lists show only what is in scope; the questions are everybody's to read
    **{
        f"visits:{name}": Route(PEOPLE)
        for name in (
            "return_visits_due",
            "return_visits",
            "return_visit_figures",
            "question_sets",
        )
    },
    "visits:question_set": Route(PEOPLE, of("question_set")),
    "visits:question_set_new": Route(PEOPLE, of("question_set")),
    "visits:return_visit": Route(IN_SCOPE, of("return_visit")),
    "visits:attempt": Route(IN_SCOPE, of("call_attempt")),
    "visits:call": Route(IN_SCOPE, of("account")),
    "visits:attempt_create": Route(IN_SCOPE, of("account"), post=True),
    # visits: whoever sees the customer sees them
    "visits:list": Route(PEOPLE),
    "visits:choose": Route(PEOPLE, lambda world: {"page": "record"}),
    "visits:my_day": Route(PEOPLE),
    "visits:calendar": Route(PEOPLE),
    "visits:feed": Route(PEOPLE),
    "visits:feed_renew": Route(PEOPLE, post=True),
    "visits:feed_revoke": Route(PEOPLE, post=True),
    "visits:ics": Route(set(), lambda world: {"token": "unknown"}, public=True),
    **{
        f"visits:{name}": Route(IN_SCOPE, lambda world: {"account_pk": world.account.pk})
        for name in VISIT_BEGINNINGS
    },
    **{
        f"visits:{name}": Route(IN_SCOPE, of("visit"), post=name not in VISIT_PAGES)
        for name in [*VISIT_PAGES, "edit", "record", "cancel", "check_in"]
    },
}
# Others' addresses, whose own tests cover them: the admin stands behind `is_staff`.
ELSEWHERE = {"admin"}


def routes(patterns=None, prefix=""):
    """(name with namespace, pattern) of every route below the resolver."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace in ELSEWHERE:
                continue
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from routes(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}"


def test_every_route_has_its_row():
    assert set(routes()) == set(ROUTES)


@pytest.fixture
def world(people, account):
    """One object of each kind, all belonging to Chen's customer, and a foreign one of Zhou's."""
    factories.AccountFactory(name=CANARY, owner=people.zhou, region=people.south)
    task = Task.objects.create(
        title="整理样品", assigner=people.li, assignee=people.chen, due_on="2026-11-23"
    )
    today = timezone.localdate()
    twin = factories.AccountFactory(owner=people.chen, region=people.east)
    round_ = open_round(actor=people.li, name="年度评审", effective_on=today)
    decision = tiering.decide(
        account, actor=people.li, tier="B1", effective_on=today, reason="潜力较大"
    )
    proposal = tiering.propose(
        account, actor=people.chen, tier="A2", effective_on=today, reason="用量增加"
    )
    agreement = DraftAgreementFactory(account=account)
    contract = SimpleUploadedFile("a.txt", "合同".encode())
    return SimpleNamespace(
        account=account,
        pair=factories.DuplicatePairFactory(first=account, second=twin),
        merge=factories.AccountMergeFactory(kept=account, merged_by=people.li),
        ledger_import=factories.LedgerImportFactory(uploaded_by=people.chen),
        round=round_,
        policy=TierPolicy.objects.in_force(),
        decision_pk=decision,
        proposal=proposal,
        chen=people.chen,
        task=task,
        visit=VisitFactory(account=account, visitor=people.chen),
        view=SavedView.objects.create(owner=people.chen, name="我的", is_shared=False),
        assignment_pk=factories.AssignmentFactory(account=account, user=people.li, kind="second"),
        person_pk=factories.ContactPersonFactory(account=account),
        record_pk=factories.InteractionFactory(account=account, author=people.chen),
        feedback_pk=factories.FeedbackFactory(account=account, raised_by=people.chen),
        agreement_pk=agreement,
        obligation_pk=AgreementObligationFactory(agreement=agreement),
        template=AgreementTemplateFactory(),
        attachment_pk=attach(account, actor=people.chen, upload=contract, title=""),
        question_set=QuestionSet.objects.in_force_for(account),
        return_visit=ReturnVisitFactory(account=account, interaction__author=people.chen),
        call_attempt=CallAttemptFactory(account=account, caller=people.chen),
    )


def knock(client, people, who, route, kwargs, post=None, **headers):
    if who != "nobody":
        client.force_login(getattr(people, who))
    address = reverse(route, kwargs=kwargs)
    post = ROUTES[route].post if post is None else post
    return client.post(address, headers=headers) if post else client.get(address, headers=headers)


@contextmanager
def undone():
    """Whatever happens inside leaves the database as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def wrong_answer(who, name, response):
    """What is wrong with this answer to this person; "" when it is as the table says."""
    route = ROUTES[name]
    status, text = response.status_code, body(response)
    if who in {"nobody", "gone"} and not route.public:
        to_login = status == 302 and response.url.startswith(reverse("login"))
        return "" if to_login else f"{status} instead of the login page"
    slow = {503} if name == "health-ready" else set()  # a busy machine is not ready
    if who in route.inside:
        if status not in {200, 204, 302, 400, 422} | slow:
            return f"{status} for someone who should get in"
        leaks = who in {"chen", "sun", "li"} and CANARY in text
        return "shows a customer outside the scope" if leaks else ""
    expected = 403 if who in route.refused else route.outside
    return "" if status == expected else f"{status} instead of {expected}"


@pytest.mark.parametrize("who", EVERYONE)
def test_who_gets_in(client, people, world, who):
    wrong = {}
    for name, route in ROUTES.items():
        with undone():
            kwargs = route.args(world) if route.args else {}
            answer = wrong_answer(who, name, knock(client, people, who, name, kwargs))
        if answer:
            wrong[name] = answer
        client.logout()
    assert not wrong


def body(response):
    """The page as text, without what differs from request to request."""
    if response.streaming:
        content = b"".join(response.streaming_content)
        for close in response._resource_closers:
            close()
    else:
        content = response.content
    text = content.decode(errors="replace")
    text = re.sub(r'(?<="csrfmiddlewaretoken" value=")[^"]+|(?<="X-CSRFToken": ")[^"]+', "", text)
    return re.sub(r"\d+", "N", text).replace("no-", "")


OBJECTS = [name for name, route in ROUTES.items() if route.args and route.outside == 404]


def test_foreign_and_missing_look_alike(client, people, world):
    different = []
    for name in OBJECTS:
        if "zhou" in ROUTES[name].inside:
            continue  # everybody's to read
        kwargs = ROUTES[name].args(world)
        foreign = knock(client, people, "zhou", name, kwargs)
        missing = knock(client, people, "zhou", name, {key: other(kwargs[key]) for key in kwargs})
        if (foreign.status_code, body(foreign)) != (missing.status_code, body(missing)):
            different.append(name)
    assert not different


def other(value):
    """The key of something that does not exist."""
    return MISSING if isinstance(value, int) else f"no-{value}"


@pytest.mark.parametrize("post", [False, True])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
@pytest.mark.parametrize("who", ["he", "sun", "zhou", "zhao"])
def test_no_door_and_no_method_leaks_a_foreign_object(client, people, world, who, headers, post):
    for name in OBJECTS:
        if who in ROUTES[name].inside:
            continue
        kwargs = ROUTES[name].args(world)
        response = knock(client, people, who, name, kwargs, post=post, **headers)
        assert response.status_code in {404, 405}, name
        assert world.account.name not in body(response), name


@pytest.mark.parametrize("kwarg", CHILDREN)
def test_a_child_is_looked_up_through_its_parent(client, people, world, kwarg):
    """A child of another customer is not found below Chen's own."""
    stranger = factories.AccountFactory(owner=people.chen)
    for name in CHILDREN[kwarg]:
        kwargs = {"pk": stranger.pk, kwarg: getattr(world, kwarg).pk}
        assert knock(client, people, "chen", f"accounts:{name}", kwargs).status_code == 404
