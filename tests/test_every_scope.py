"""Whoever has left sees nothing, whatever they once were: every model that has a scope."""

import pytest
from django.apps import apps

from tests.rows import make_row

SCOPED = [
    model
    for model in apps.get_models()
    if hasattr(model, "objects") and hasattr(model.objects.all(), "visible_to")
]


@pytest.mark.django_db
@pytest.mark.parametrize("model", SCOPED, ids=lambda model: model._meta.label)
def test_a_login_that_ended_sees_no_row(model, people):
    make_row(model)
    for person in (people.wang, people.li, people.root):
        person.is_active = False
        assert not model.objects.visible_to(person).exists(), person
