"""A valid row of any model, for the tests that walk the registry of models."""

import datetime as dt
import importlib
from pathlib import Path

from django.db import models
from django.utils import timezone
from factory.django import DjangoModelFactory

FILES = sorted(Path(__file__).parent.glob("factories*.py"))


def factories():
    """Every model's factory, from this folder's `factories*.py`."""
    found = {}
    for path in FILES:
        for value in vars(importlib.import_module(f"tests.{path.stem}")).values():
            is_factory = isinstance(value, type) and issubclass(value, DjangoModelFactory)
            if is_factory and (model := value._meta.model):
                found.setdefault(model, value)
    return found


def make_row(model):
    """By the model's factory; where there is none, from what its fields ask for."""
    if made := factories().get(model):
        return made()
    values = {
        field.name: value_for(field)
        for field in model._meta.concrete_fields
        if not field.primary_key and must_be_given(field)
    }
    return model.objects.create(**values)


def must_be_given(field):
    is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
    return not (field.null or field.has_default() or field.db_default is not models.NOT_PROVIDED
                ) and (is_text or not field.blank)  # fmt: skip


def value_for(field):
    if isinstance(field, models.ForeignKey):
        return make_row(field.related_model)
    if field.choices:
        return field.flatchoices[0][0]
    kinds = [
        (models.DateTimeField, timezone.now()),
        (models.DateField, dt.date(2026, 1, 5)),
        (models.CharField | models.TextField | models.FileField, f"x{field.name}"[:20]),
        (models.JSONField, {}),
        (models.UUIDField, "00000000-0000-4000-8000-000000000001"),
    ]
    return next((value for kind, value in kinds if isinstance(field, kind)), 1)
