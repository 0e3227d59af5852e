"""What the list of complaints can be narrowed by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters.filters import CharFilter, ChoiceFilter, DateFilter
from django_filters.filterset import FilterSet

from accounts import search
from complaints.models import Cause, Complaint, Grade, Verdict
from staff.models import User


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ComplaintFilter(FilterSet):
    """`ComplaintFilter(request.GET, complaints, request=request).qs`; nonsense finds nothing."""

    q = CharFilter(label=_("Number, customer, words"), method="by_word", max_length=60)
    grade = ChoiceFilter(
        label=pgettext_lazy("complaint", "class"),
        choices=[*Grade.choices, ("none", _("not classified"))],
        method="by_grade",
        empty_label=_("All"),
    )
    cause = ChoiceFilter(
        label=_("cause"),
        choices=[*Cause.choices, ("none", _("not clear yet"))],
        method="by_cause",
        empty_label=_("All"),
    )
    verdict = ChoiceFilter(
        label=_("the customer's verdict"), choices=Verdict.choices, empty_label=_("All")
    )
    step = ChoiceFilter(
        label=_("Step taken"),
        choices=[
            ("acknowledged", _("Acknowledged")),
            ("replied", pgettext_lazy("complaint", "Replied")),
            ("closed", pgettext_lazy("complaint", "Closed")),
        ],
        method="by_step",
        empty_label=_("All"),
    )
    handler = ChoiceFilter(label=_("handled by"), field_name="handler", empty_label=_("All"))
    start = DateFilter(
        label=_("from"), field_name="received_at", lookup_expr="date__gte", widget=day_input()
    )
    end = DateFilter(
        label=_("to"), field_name="received_at", lookup_expr="date__lte", widget=day_input()
    )

    class Meta:
        model = Complaint
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = User.objects.in_house().values_list("pk", "name")
        people = [(str(pk), name) for pk, name in here]
        self.filters["handler"].extra["choices"] = people

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        narrowed: QuerySet[Any] = super().filter_queryset(queryset)
        return queryset.none() if self.errors else narrowed

    def by_word(self, rows: QuerySet[Any], name: str, word: str) -> QuerySet[Any]:
        found = (
            Q(number__icontains=word)
            | Q(unit__icontains=word)
            | Q(complainant__icontains=word)
            | Q(content__icontains=word)
            | Q(phone__contains=word)
        )
        return rows.filter(found | search.match(word, "account__search_text"))

    def by_grade(self, rows: QuerySet[Any], name: str, grade: str) -> QuerySet[Any]:
        return rows.filter(grade="" if grade == "none" else grade)

    def by_cause(self, rows: QuerySet[Any], name: str, cause: str) -> QuerySet[Any]:
        return rows.filter(cause="" if cause == "none" else cause)

    def by_step(self, rows: QuerySet[Any], name: str, step: str) -> QuerySet[Any]:
        return rows.filter(**{f"{step}_at__isnull": False})

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.filters)
