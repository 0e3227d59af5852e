"""Calls for the tests: a customer reached, with the answers given."""

from django.utils import timezone

from visits.models import QuestionSet
from visits.workflow import return_visit as call


def questions(account):
    return list(QuestionSet.objects.in_force_for(account).questions.all())


def reach(account, caller, answers=None, **values):
    """`answers`: topic → (satisfaction, text); without them the customer is content with one."""
    answers = {"accuracy": ("satisfied", "")} if answers is None else answers
    asked = QuestionSet.objects.in_force_for(account)
    said = {
        question.pk: call.Said(*answers[question.topic])
        for question in asked.questions.all()
        if question.topic in answers
    }
    held = call.Call(asked, said, values.pop("happened_at", timezone.now()), **values)
    return call.complete(account, actor=caller, call=held)
