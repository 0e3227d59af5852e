"""A complaint of Chen's customer in each state, as the workflow would have left it."""

import datetime as dt

from django.utils import timezone

from complaints.models import ComplaintStatus as S
from tests.factories_cases import ComplaintFactory


def filled(people, when):
    """What each state has that the one before had not."""
    return {
        S.RECEIVED: {},
        S.ACKNOWLEDGED: {"acknowledged_at": when},
        S.CLASSIFIED: {
            "grade": "general",
            "cause": "doubt",
            "grade_reason": "对结果有怀疑",
            "classified_at": when,
            "classified_by": people.chen,
        },
        S.INVESTIGATING: {"handler": people.chen, "investigated_at": when},
        S.HANDLED: {"findings": "留样复测一致", "measures": "解释方法差异", "handled_at": when},
        S.REPLIED: {"reply": "已电话说明", "replied_at": when, "replied_by": people.chen},
        S.TO_APPROVE: {
            "verdict": "dissatisfied",
            "close_reason": "客户坚持退款，合同不支持",
            "close_asked_at": when,
            "close_asked_by": people.chen,
        },
        S.CLOSED: {"closed_at": when, "closed_by": people.li},
    }


def in_state(state, people, account, **extra):
    when = timezone.now() - dt.timedelta(hours=1)
    values = {"received_at": when}
    for known, more in filled(people, when).items():
        values |= more
        if known == state:
            break
    values |= {"status": state, "account": account, "received_by": people.chen, **extra}
    return ComplaintFactory(**values)
