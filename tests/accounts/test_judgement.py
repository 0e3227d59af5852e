"""Judgements, each with who, when and the evidence."""

import pytest
from django.utils import timezone

from accounts.models import Judgement
from tests.factories import JudgementFactory

JudgementEvent = Judgement._meta.get_field("events").related_model
SENT = {"payment_reputation": "good", "payment_reputation_note": "三年无逾期"}


@pytest.mark.parametrize(("who", "n"), [("chen", 1), ("li", 1), ("sun", 0), ("zhao", 0)])
def test_who_may_judge(client, people, account, who, n):
    client.force_login(getattr(people, who))
    client.post(f"/accounts/{account.pk}/judgements/", SENT)
    assert account.judgements.count() == n


def test_who_judged_when_and_why(client, people, account):
    client.force_login(people.chen)
    client.post(f"/accounts/{account.pk}/judgements/", SENT)
    judgement = account.judgements.get()
    assert (judgement.judged_by, judgement.judged_on) == (people.chen, timezone.localdate())
    assert (judgement.value, judgement.note) == ("good", "三年无逾期")


def test_an_unchanged_answer_stays_with_who_gave_it(client, people, account):
    JudgementFactory(account=account, value="good", note="三年无逾期", judged_by=people.li)
    client.force_login(people.chen)
    client.post(f"/accounts/{account.pk}/judgements/", SENT | {"loyalty": "loyal"})
    by_kind = {row.kind: row.judged_by for row in account.judgements.all()}
    assert by_kind == {"payment_reputation": people.li, "loyalty": people.chen}


def test_an_emptied_answer_is_not_judged_and_the_trail_keeps_it(client, people, account):
    JudgementFactory(account=account, value="good", judged_by=people.li)
    client.force_login(people.chen)
    client.post(f"/accounts/{account.pk}/judgements/", {"payment_reputation": ""})
    assert not account.judgements.exists()
    assert JudgementEvent.objects.filter(account=account, pgh_label="delete", value="good").exists()


def test_an_answer_of_another_question_is_refused(client, people, account):
    client.force_login(people.chen)
    response = client.post(f"/accounts/{account.pk}/judgements/", {"payment_reputation": "large"})
    assert response.status_code == 422
    assert not account.judgements.exists()
