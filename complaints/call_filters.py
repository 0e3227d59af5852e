"""What the lists of calls and feedback can be narrowed by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.filters import CharFilter, ChoiceFilter, DateFilter
from django_filters.filterset import FilterSet

from accounts import search
from accounts.models import Feedback, FeedbackKind
from complaints.models import CallKind, CallRecord, CallStatus
from staff.models import Department, User


class CallFilter(FilterSet):
    """`CallFilter(request.GET, calls, request=request).qs`; nonsense finds nothing."""

    q = CharFilter(label=_("Number, caller, customer, words"), method="by_word", max_length=60)
    kind = ChoiceFilter(label=_("kind"), choices=CallKind.choices, empty_label=_("All"))
    status = ChoiceFilter(label=_("state"), choices=CallStatus.choices, empty_label=_("All"))
    person = ChoiceFilter(
        label=_("Taken or called back by"), method="by_person", empty_label=_("All")
    )
    start = DateFilter(
        label=_("from"),
        field_name="received_at",
        lookup_expr="date__gte",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    class Meta:
        model = CallRecord
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.in_house().order_by("name_pinyin", "pk").values_list("pk", "name")
        self.filters["person"].extra["choices"] = [(str(pk), name) for pk, name in people]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        narrowed: QuerySet[Any] = super().filter_queryset(queryset)
        return queryset.none() if self.errors else narrowed

    def by_word(self, calls: QuerySet[Any], name: str, word: str) -> QuerySet[Any]:
        found = (
            Q(number__icontains=word)
            | Q(unit__icontains=word)
            | Q(caller__icontains=word)
            | Q(question__icontains=word)
            | Q(phone__contains=word)
        )
        return calls.filter(found | search.match(word, "account__search_text"))

    def by_person(self, calls: QuerySet[Any], name: str, person: str) -> QuerySet[Any]:
        return calls.filter(Q(taken_by=person) | Q(responsible=person))

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.filters)


class FeedbackFilter(FilterSet):
    """What customers said; nonsense finds nothing."""

    q = CharFilter(label=_("Customer or words"), method="by_word", max_length=60)
    kind = ChoiceFilter(label=_("kind"), choices=FeedbackKind.choices, empty_label=_("All"))
    department = ChoiceFilter(label=_("department"), empty_label=_("All"))
    person = ChoiceFilter(
        label=_("Raised by or passed on to"), method="by_person", empty_label=_("All")
    )

    class Meta:
        model = Feedback
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.in_house().order_by("name_pinyin", "pk").values_list("pk", "name")
        self.filters["person"].extra["choices"] = [(str(pk), name) for pk, name in people]
        departments = Department.objects.order_by("name").values_list("pk", "name")
        self.filters["department"].extra["choices"] = [(str(pk), name) for pk, name in departments]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        narrowed: QuerySet[Any] = super().filter_queryset(queryset)
        return queryset.none() if self.errors else narrowed

    def by_word(self, rows: QuerySet[Any], name: str, word: str) -> QuerySet[Any]:
        return rows.filter(Q(text__icontains=word) | search.match(word, "account__search_text"))

    def by_person(self, rows: QuerySet[Any], name: str, person: str) -> QuerySet[Any]:
        return rows.filter(Q(raised_by=person) | Q(passed_to=person))

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.filters)
