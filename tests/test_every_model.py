"""Every business table is tracked, so that no change of it goes unseen."""

import pgtrigger
import pytest
from django.apps import apps
from pghistory.models import Event

OURS = {"staff", "accounts", "development", "visits", "complaints"}
# Not business rows, each with its reason.
UNTRACKED = {
    "staff.Session": "a live login; deleted when it ends",
    "staff.FormerPassword": "hashes, which a trail would keep for ever",
    "accounts.Identification": "a log itself: only ever added to",
    "staff.Obligation": "a memory computed from tracked facts",
    "accounts.StagedRow": "a preview, made again from the kept file at any time",
    "accounts.StagedImpact": "a preview, made again from the kept file at any time",
    "accounts.ImportProgress": "how far a running job is",
    "complaints.LinkKnock": "a count of tries, forgotten within hours",
    "staff.Notice": "a message, not a fact",
}


def business_models():
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in OURS and not issubclass(model, Event)
    ]


@pytest.mark.parametrize("model", business_models(), ids=lambda m: m._meta.label)
def test_every_change_of_a_business_row_is_recorded(model):
    recorded = {
        operation
        for trigger in pgtrigger.registered()
        if trigger[0] is model
        for operation in ("insert", "update", "delete")
        if trigger[1].name.startswith(f"{operation}_{operation}")
    }
    if model._meta.label in UNTRACKED:
        assert not recorded
    elif model._meta.label == "accounts.SalesLine":  # an inserted line is recorded by its import
        assert recorded == {"update", "delete"}
    else:
        assert recorded == {"insert", "update", "delete"}
