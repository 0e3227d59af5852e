"""Two clicks at the same moment: the second finds what the first wrote."""

import pytest
from django.utils import timezone

from accounts.models import Interaction
from complaints.models import CallRecord, Complaint
from complaints.workflow import call as calls
from complaints.workflow import complaint as complaints
from tests.accounts.test_tier_races import at_once
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_clicks_at_once_keep_one_call_and_one_complaint(people):
    account = AccountFactory(owner=people.chen)
    first = CallRecord(account=account, question="几时到货?", responsible=people.chen)

    def take():
        call = CallRecord(
            account=account, question="几时到货?", responsible=people.chen, token=first.token
        )
        return calls.take(call, actor=people.chen, is_answered=False)

    def receive():
        complaint = Complaint(
            account=account, content="偏差大", received_at=timezone.now(), token=first.token
        )
        return complaints.receive(complaint, actor=people.chen)

    for click, model in ((take, CallRecord), (receive, Complaint)):
        results = at_once(click, click)
        assert results == [model.objects.get()] * 2
    assert Interaction.objects.count() == 1
