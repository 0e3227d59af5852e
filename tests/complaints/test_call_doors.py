"""Each step of a call through its page: who does it, who is told why not, who sees nothing."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from complaints.models import CallRecord
from tests.factories_complaints import CallRecordFactory, DepartmentFactory

SEEN, NOT_SEEN = 403, 404


def sent(people):
    """What each step is sent with."""
    return {
        "edit": {"kind": "enquiry", "question": "改过的问题", "phone": "1"},
        "assign": {"responsible": people.li.pk},
        "attempt": {"outcome": "busy"},
        "reply": {"answer": "210 度", "called_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}"},
        "ask": {"department": DepartmentFactory().pk, "text": "闪点多少?"},
        "void": {"reason": "误登"},
    }


# The service centre took it for Chen's customer: Chen sees it and may not work on it.
EXPECTED = {
    **{
        step: {"he": 302, "li": 302, "wang": 302, "chen": SEEN, "zhou": NOT_SEEN, "root": NOT_SEEN}
        for step in ("edit", "assign", "attempt", "reply", "ask")
    },
    "void": {"he": 302, "li": 302, "wang": 302, "chen": SEEN, "zhou": NOT_SEEN, "root": NOT_SEEN},
}


def test_each_step_has_one_answer_for_each_role(client, people, account):
    earlier = timezone.now() - dt.timedelta(hours=2)
    for step, words in sent(people).items():
        for who, status in EXPECTED[step].items():
            call = CallRecordFactory(account=account, taken_by=people.he, received_at=earlier)
            client.force_login(getattr(people, who))
            page = reverse(f"complaints:call_{step}", args=[call.pk])
            shown = 404 if status == NOT_SEEN else 200
            assert client.get(page).status_code == shown, (step, who)
            before = CallRecord.objects.values().get(pk=call.pk)
            assert client.post(page, words).status_code == status, (step, who)
            is_same = CallRecord.objects.values().get(pk=call.pk) == before
            has_parts = call.attempts.exists() or call.questions.exists()
            assert (is_same and not has_parts) is (status != 302), (step, who)


def test_a_call_of_nobody_known_is_put_on_a_file_by_whoever_works_on_it(client, people, account):
    for who, status in (("he", 302), ("wang", 302), ("chen", NOT_SEEN), ("root", NOT_SEEN)):
        call = CallRecordFactory(account=None, taken_by=people.he, unit=account.name)
        client.force_login(getattr(people, who))
        page = reverse("complaints:call_link", args=[call.pk])
        words = {"account": account.pk}
        if who == "he":
            (line,) = client.get(page).context["form"].found
            words = {"reference": line.reference}
        assert client.post(page, words).status_code == status, who
        call.refresh_from_db()
        assert (call.account == account) is (status == 302), who
