"""What the lists of this app can be narrowed by."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.filters import CharFilter, ChoiceFilter
from django_filters.filterset import FilterSet

from accounts import search
from development.models import RecognitionApplication, Survey, SurveyKind
from staff.filters import assignee_choices


class CaseFilter(FilterSet):
    """Choices of people are those the reader may see; nonsense finds nothing."""

    q = CharFilter(label=_("Customer"), method="by_customer", max_length=60)
    person = ChoiceFilter(empty_label=_("All"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["person"].extra["choices"] = assignee_choices(self.request.user)

    def by_customer(self, rows: QuerySet[Any], name: str, term: str) -> QuerySet[Any]:
        return rows.filter(search.match(term, "account__search_text"))

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        narrowed: QuerySet[Any] = super().filter_queryset(queryset)
        return queryset.none() if self.errors else narrowed

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.filters)


class SurveyFilter(CaseFilter):
    person = ChoiceFilter(label=_("Who surveys"), field_name="lead", empty_label=_("All"))
    kind = ChoiceFilter(label=_("Kind"), choices=SurveyKind.choices, empty_label=_("All"))

    class Meta:
        model = Survey
        fields: list[str] = []


class RecognitionFilter(CaseFilter):
    person = ChoiceFilter(label=_("Applicant"), field_name="applicant", empty_label=_("All"))

    class Meta:
        model = RecognitionApplication
        fields: list[str] = []

    def by_customer(self, rows: QuerySet[Any], name: str, term: str) -> QuerySet[Any]:
        named = search.match(term, "account__search_text")
        return rows.filter(named | Q(number__icontains=term))
