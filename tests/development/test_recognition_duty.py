"""An application is due where it lies, and those concerned are told."""

from django.utils import timezone

from development.workflow import deputy
from development.workflow import recognition as workflow
from staff import duties
from staff.models import Notice, Obligation
from tests.factories_recognition import DeputyFactory, submitted


def test_it_is_due_where_it_lies_and_those_concerned_are_told(people, account):
    duty = duties.DUTIES["development.recognition"]
    application = submitted(account, people.chen)
    at = Obligation.objects.filter(duty=duty.code)
    assert at.get(closed_on=None).person == people.li
    assert Notice.objects.get(person=people.li).verb == "recognition_waiting"
    workflow.approve(application, actor=people.li)
    assert at.get(closed_on=None).person == people.wang
    workflow.refuse(application, actor=people.wang, note="成本过高")
    assert {row.outcome for row in at.all()} == {"done"}
    assert Notice.objects.get(person=people.chen).verb == "recognition_decided"


def test_what_waits_goes_to_the_deputys_desk_and_back(people, account):
    submitted(account, people.chen)

    def desk():
        return Obligation.objects.get(duty="development.recognition", closed_on=None).person

    assert desk() == people.li
    today = timezone.localdate()
    absence = DeputyFactory.build(
        absent=people.li, deputy=people.zhao, starts_on=today, ends_on=today
    )
    deputy.name(absence, actor=people.wang)
    assert desk() == people.zhao
    deputy.end(absence, actor=people.wang)
    assert desk() == people.li
