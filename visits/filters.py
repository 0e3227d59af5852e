"""What the lists of this app can be narrowed by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.filters import CharFilter, ChoiceFilter, DateFilter
from django_filters.filterset import FilterSet

from accounts import search
from staff.filters import assignee_choices
from staff.models import Obligation
from visits.models import ContactReport, Level, Reception, ReturnVisit, Topic, Visit


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PersonFilterSet(FilterSet):
    """Choices of people are those the reader may see; nonsense finds nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["person"].extra["choices"] = assignee_choices(self.request.user)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        narrowed: QuerySet[Any] = super().filter_queryset(queryset)
        return queryset.none() if self.errors else narrowed

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.filters)


class DueFilter(PersonFilterSet):
    person = ChoiceFilter(label=_("Of whom"), field_name="person", empty_label=_("All"))
    due_until = DateFilter(
        label=_("Due until"), field_name="due_on", lookup_expr="lte", widget=day_input()
    )

    class Meta:
        model = Obligation
        fields: list[str] = []


class ReturnVisitFilter(PersonFilterSet):
    person = ChoiceFilter(
        label=_("Called by"), field_name="interaction__author", empty_label=_("All")
    )
    verdict = ChoiceFilter(
        label=_("Answers"),
        method="by_verdict",
        choices=[("dissatisfied", _("Dissatisfied"))],
        empty_label=_("All"),
    )
    topic = ChoiceFilter(
        label=_("Dissatisfied with"),
        method="by_topic",
        choices=Topic.choices,
        empty_label=_("All"),
    )
    start = DateFilter(
        label=_("from"), field_name="interaction__happened_at__date", lookup_expr="gte",
        widget=day_input(),
    )  # fmt: skip
    end = DateFilter(
        label=_("to"), field_name="interaction__happened_at__date", lookup_expr="lte",
        widget=day_input(),
    )  # fmt: skip

    class Meta:
        model = ReturnVisit
        fields: list[str] = []

    def by_verdict(self, visits: QuerySet[Any], name: str, word: str) -> QuerySet[Any]:
        return visits.filter(is_dissatisfied=True)

    def by_topic(self, visits: QuerySet[Any], name: str, topic: str) -> QuerySet[Any]:
        return visits.filter(
            answers__question__topic=topic, answers__satisfaction="dissatisfied"
        ).distinct()


class AppointmentFilter(PersonFilterSet):
    """What visits and receptions are narrowed by alike; nonsense finds nothing."""

    q = CharFilter(label=_("Customer or purpose"), method="by_word", max_length=60)
    since = DateFilter(
        label=_("from"), field_name="planned_at", lookup_expr="date__gte", widget=day_input()
    )
    until = DateFilter(
        label=_("to"), field_name="planned_at", lookup_expr="date__lte", widget=day_input()
    )

    def by_word(self, rows: QuerySet[Any], name: str, word: str) -> QuerySet[Any]:
        return rows.filter(Q(purpose__icontains=word) | search.match(word, "account__search_text"))


class VisitFilter(AppointmentFilter):
    person = ChoiceFilter(label=_("Who goes"), field_name="visitor", empty_label=_("All"))

    class Meta:
        model = Visit
        fields: list[str] = []


class ReceptionFilter(AppointmentFilter):
    person = ChoiceFilter(label=_("Host"), field_name="host", empty_label=_("All"))
    level = ChoiceFilter(label=_("Level"), choices=Level.choices, empty_label=_("All"))

    class Meta:
        model = Reception
        fields: list[str] = []


class ContactReportFilter(PersonFilterSet):
    q = CharFilter(label=_("Customer or words"), method="by_word", max_length=60)
    person = ChoiceFilter(label=_("From"), field_name="sent_by", empty_label=_("All"))

    class Meta:
        model = ContactReport
        fields: list[str] = []

    def by_word(self, rows: QuerySet[Any], name: str, word: str) -> QuerySet[Any]:
        found = search.match(word, "interaction__account__search_text")
        return rows.filter(Q(summary__icontains=word) | found)
