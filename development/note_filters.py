"""What the list of market notes can be narrowed by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.filters import CharFilter, ChoiceFilter, DateFilter

from accounts.models import Account
from development.models import MarketNote, NoteAccount, NoteKind
from development.plan_filters import Narrowing
from staff.filters import assignee_choices


class MarketNoteFilter(Narrowing):
    q = CharFilter(label=_("Words"), method="by_word", max_length=60)
    kind = ChoiceFilter(label=_("Kind"), choices=NoteKind.choices, empty_label=_("All"))
    person = ChoiceFilter(label=_("From"), field_name="author", empty_label=_("All"))
    customer = CharFilter(label=_("About the customer"), method="by_customer", max_length=60)
    since = DateFilter(
        label=_("Written since"),
        field_name="written_at",
        lookup_expr="date__gte",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    class Meta:
        model = MarketNote
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["person"].extra["choices"] = assignee_choices(self.request.user)

    def by_word(self, notes: QuerySet[Any], name: str, words: str) -> QuerySet[Any]:
        return notes.search(words)  # type: ignore[attr-defined, no-any-return]

    def by_customer(self, notes: QuerySet[Any], name: str, word: str) -> QuerySet[Any]:
        """About a customer of the reader's own."""
        found = Account.objects.visible_to(self.request.user).search(word)
        return notes.filter(Exists(NoteAccount.objects.about(found).filter(note=OuterRef("pk"))))
