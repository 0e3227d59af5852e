"""The addresses of calls, of what departments answer, and of feedback passed on."""

from tests.factories import FeedbackFactory
from tests.factories_complaints import (
    CallRecordFactory,
    DepartmentPersonFactory,
    DepartmentQuestionFactory,
)
from tests.routes.route import IN_SCOPE, PEOPLE, POSTS, Route, of

WHO_HEARS = IN_SCOPE | {"he"}  # the service centre sees all calls

ROUTES = {
    "complaints:home": Route(PEOPLE),
    "complaints:intake": Route(POSTS | {"he"}, outside=403),
    "complaints:whose_call": Route(POSTS | {"he"}, post=True, outside=403),
    **{
        f"complaints:{name}": Route(WHO_HEARS, of("call"))
        for name in (
            "call",
            "call_print",
            "call_edit",
            "call_assign",
            "call_attempt",
            "call_reply",
            "call_link",
            "call_void",
            "call_ask",
        )
    },
    # the departments' names are no secret; who keeps them is told why not
    "complaints:departments": Route(PEOPLE),
    "complaints:department_create": Route(PEOPLE),
    "complaints:department_edit": Route(PEOPLE, of("department")),
    # Sun answers for the department and sees the question, not the call
    "complaints:questions": Route(PEOPLE),
    "complaints:question": Route({"sun"}, of("question")),
    **{
        f"complaints:question_{name}": Route(
            WHO_HEARS, of("question"), post=name in ("link", "revoke")
        )
        for name in ("note", "withdraw", "link", "revoke")
    },
    "complaints:feedback": Route(PEOPLE),
    "complaints:feedback_answer": Route({"sun"}, of("passed_on")),
    "complaints:feedback_take": Route(POSTS | {"he"}, outside=403),
    "complaints:feedback_link": Route(IN_SCOPE, of("passed_on")),
    "complaints:feedback_revoke": Route(IN_SCOPE, of("passed_on"), post=True),
    "complaints:answer": Route(set(), lambda world: {"token": "unknown"}, public=True),
}


def furnish(world, people):
    """A call of Chen's customer."""
    world.call = CallRecordFactory(account=world.account, taken_by=people.chen)
    world.question = DepartmentQuestionFactory(call=world.call, asked_by=people.chen)
    world.department = world.question.department
    world.passed_on = FeedbackFactory(account=world.account, department=world.department)
    DepartmentPersonFactory(department=world.department, user=people.sun)
