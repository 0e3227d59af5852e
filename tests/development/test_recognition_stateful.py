"""Random sequences of steps by random people never reach a state that the table forbids."""

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from development.models import RecognitionApplication
from development.workflow import recognition as workflow
from staff.models import Role
from staff.transitions import TransitionDenied
from tests.factories import AccountFactory, UserFactory
from tests.factories_recognition import DeputyFactory, ready

ACTS = {
    "submit": lambda a, who: workflow.submit(a, actor=who),
    "edit": lambda a, who: workflow.edit(a, actor=who, values={"reasons": "改"}),
    "approve": lambda a, who: workflow.approve(a, actor=who),
    "refuse": lambda a, who: workflow.refuse(a, actor=who, note="不"),
    "send_back": lambda a, who: workflow.send_back(a, actor=who, note="补"),
    "withdraw": lambda a, who: workflow.withdraw(a, actor=who, reason="暂缓"),
    # by SQL, around the workflow: the database must refuse what the table forbids
    "force_approved": lambda a, who: RecognitionApplication.objects.filter(pk=a.pk).update(
        status="approved", post="", decided_by=who, decided_at=a.created_at
    ),
    "force_level": lambda a, who: RecognitionApplication.objects.filter(pk=a.pk).update(
        level=1, post="manager"
    ),
}
NEXT = {
    "draft": {"draft", "submitted", "withdrawn"},
    "submitted": {"submitted", "sent_back", "approved", "refused", "withdrawn"},
    "sent_back": {"sent_back", "submitted", "withdrawn"},
    "approved": {"approved"},
    "refused": {"refused"},
    "withdrawn": {"withdrawn"},
}
CAST = ["chen", "li", "wang", "zhao", "boss"]
steps = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from(CAST)), max_size=14)
# Most random steps are refused; these make it likely to come far.
likely = st.permutations(
    [("submit", "chen"), ("approve", "li"), ("approve", "wang"), ("send_back", "wang")]
)


def check(application, before):
    """What must hold after every step, whoever took it."""
    assert application.status in NEXT[before]
    every = list(application.steps.select_related("actor", "acting_for"))
    decisions = [step for step in every if step.verb in ("approved", "refused", "sent_back")]
    editors = {
        step.actor_id
        for step in every
        if step.verb == "submitted" or (step.verb == "edited" and step.round)
    }
    for step in decisions:
        earlier = [
            other.actor_id
            for other in every
            if other.pk < step.pk and (other.verb == "edited" and other.round)
        ]
        assert step.actor_id != application.applicant_id
        assert step.actor_id not in earlier
        holder = step.acting_for or step.actor
        assert holder.role == application.levels[step.level]
    assert len({(step.round, step.level) for step in decisions}) == len(decisions)
    if application.status == "approved":
        approved = {s.level: s.actor_id for s in decisions if s.verb == "approved"}
        assert sorted(approved) == list(range(len(application.levels)))
        assert len(set(approved.values())) == len(approved)
        assert not set(approved.values()) & editors
        assert application.account.standing == "key"
    else:
        assert application.account.standing != "key"


@pytest.mark.django_db
@pytest.mark.usefixtures("without_duties")
def test_no_sequence_reaches_a_forbidden_state(people):
    people.boss = UserFactory(username="boss", role=Role.MANAGER)
    DeputyFactory(absent=people.li, deputy=people.zhao)

    ready_one = ready(AccountFactory(owner=people.chen), people.chen)

    @given(likely, steps)
    @settings(
        max_examples=40, deadline=None, derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )  # fmt: skip
    def run(first, more):
        with transaction.atomic():
            application = RecognitionApplication.objects.get(pk=ready_one.pk)
            for act, who in [*first, *more]:
                before = application.status
                try:
                    with transaction.atomic():
                        ACTS[act](application, getattr(people, who))
                except (TransitionDenied, DatabaseError):
                    pass
                rows = RecognitionApplication.objects.select_related("account", "applicant")
                application = rows.get(pk=application.pk)
                check(application, before)
            transaction.set_rollback(True)

    run()
