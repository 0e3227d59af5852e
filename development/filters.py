"""What the lists of this app can be narrowed by."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.filters import CharFilter, ChoiceFilter
from django_filters.filterset import FilterSet

from accounts import search
from development.models import Survey, SurveyKind
from staff.filters import assignee_choices


class SurveyFilter(FilterSet):
    """Choices of people are those the reader may see; nonsense finds nothing."""

    q = CharFilter(label=_("Customer"), method="by_customer", max_length=60)
    kind = ChoiceFilter(label=_("Kind"), choices=SurveyKind.choices, empty_label=_("All"))
    lead = ChoiceFilter(label=_("Who surveys"), empty_label=_("All"))

    class Meta:
        model = Survey
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["lead"].extra["choices"] = assignee_choices(self.request.user)

    def by_customer(self, rows: QuerySet[Any], name: str, term: str) -> QuerySet[Any]:
        return rows.filter(search.match(term, "account__search_text"))

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        narrowed: QuerySet[Any] = super().filter_queryset(queryset)
        return queryset.none() if self.errors else narrowed

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.filters)
