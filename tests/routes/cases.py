"""The addresses of complaints and of the monthly feedback."""

from tests.factories_cases import (
    ComplaintFactory,
    ComplaintFileFactory,
    MonthlyFeedbackFactory,
    MonthlyRecipientFactory,
    SentFeedbackFactory,
)
from tests.routes.route import IN_SCOPE, PEOPLE, Route, of

WHO_HEARS = IN_SCOPE | {"he"}  # the service centre sees all complaints
STEPS = [
    *("edit", "add", "note", "acknowledge", "classify", "investigate", "assign", "pause"),
    *("handle", "reply", "close", "approve", "refuse", "reopen", "link", "void", "print"),
]


def evidence(world):
    return {"pk": world.complaint.pk, "file_pk": world.evidence.pk}


ROUTES = {
    "complaints:complaints": Route(PEOPLE),
    "complaints:complaint_create": Route(PEOPLE),
    "complaints:figures": Route(PEOPLE),
    "complaints:complaint": Route(WHO_HEARS, of("complaint")),
    **{f"complaints:complaint_{step}": Route(WHO_HEARS, of("complaint")) for step in STEPS},
    "complaints:complaint_attach": Route(WHO_HEARS, of("complaint")),
    **{
        f"complaints:complaint_{name}": Route(WHO_HEARS, evidence) for name in ("file", "file_void")
    },
    "complaints:complaint_resume": Route(WHO_HEARS, of("complaint"), post=True),
    # the monthly feedback: the service centre's, the top manager's, and whom it was sent to
    "complaints:monthly_feedback": Route(PEOPLE),
    "complaints:monthly_draw_up": Route(PEOPLE, lambda world: {"month": "2026-10"}, post=True),
    **{
        f"complaints:monthly{name}": Route({"he", "wang", "chen"}, of("sent_feedback"))
        for name in ("", "_print", "_edit")
    },
    "complaints:monthly_gather": Route({"he", "wang"}, of("draft_feedback"), post=True),
    "complaints:monthly_send": Route({"he", "wang"}, of("draft_feedback"), post=True),
    "complaints:monthly_read": Route({"he", "wang", "chen"}, of("sent_feedback"), post=True),
}


def furnish(world, people):
    """A complaint of Chen's customer, and two months' feedback."""
    world.complaint = ComplaintFactory(account=world.account, received_by=people.chen)
    world.evidence = ComplaintFileFactory(complaint=world.complaint)
    world.sent_feedback = SentFeedbackFactory(drawn_up_by=people.he)
    MonthlyRecipientFactory(report=world.sent_feedback, user=people.chen)
    world.draft_feedback = MonthlyFeedbackFactory(drawn_up_by=people.he)
