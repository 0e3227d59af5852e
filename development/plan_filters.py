"""What the lists of plans and prospects can be narrowed by."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.filters import CharFilter, ChoiceFilter
from django_filters.filterset import FilterSet

from accounts import search
from development.models import DevelopmentPlan, Prospect, Source, Stage
from staff.filters import assignee_choices

LACKS = [
    ("owner", _("without an owner")),
    ("channel", _("without a channel")),
    ("contact", _("long without contact")),
    ("stage", _("long in one stage")),
]


class Narrowing(FilterSet):
    """Nonsense finds nothing."""

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        narrowed: QuerySet[Any] = super().filter_queryset(queryset)
        return queryset.none() if self.errors else narrowed

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.filters)


class PlanFilter(Narrowing):
    q = CharFilter(label=_("Words"), method="by_word", max_length=60)
    person = ChoiceFilter(label=_("Author"), field_name="author", empty_label=_("All"))

    class Meta:
        model = DevelopmentPlan
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["person"].extra["choices"] = assignee_choices(self.request.user)

    def by_word(self, plans: QuerySet[Any], name: str, word: str) -> QuerySet[Any]:
        return plans.filter(Q(scope__icontains=word) | Q(direction__icontains=word))


class ProspectFilter(Narrowing):
    """`lack` is applied by the page, which knows the days that policy gives."""

    q = CharFilter(label=_("Customer"), method="by_word", max_length=60)
    stage = ChoiceFilter(label=_("Stage"), choices=Stage.choices, empty_label=_("All"))
    lack = ChoiceFilter(label=_("Lacking"), choices=LACKS, empty_label=_("All"), method="by_lack")
    person = ChoiceFilter(label=_("Owner"), field_name="account__owner", empty_label=_("All"))
    source = ChoiceFilter(label=_("Source"), choices=Source.choices, empty_label=_("All"))

    class Meta:
        model = Prospect
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["person"].extra["choices"] = assignee_choices(self.request.user)

    def by_word(self, rows: QuerySet[Any], name: str, word: str) -> QuerySet[Any]:
        return rows.filter(search.match(word, "account__search_text"))

    def by_lack(self, rows: QuerySet[Any], name: str, lack: str) -> QuerySet[Any]:
        from development.progress import Progress

        return Progress(rows).narrowed(lack)  # type: ignore[arg-type]
