"""What the lists of this app can be narrowed by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.filters import CharFilter, ChoiceFilter, DateFilter
from django_filters.filterset import FilterSet

from staff.models import Meeting, MeetingKind, MeetingStatus, Task, TaskKind, User
from staff.querysets_rulebook import TaskQuerySet


def assignee_choices(user: User) -> list[tuple[str, str]]:
    people = User.objects.visible_to(user).exclude(role="")
    return [(str(pk), name) for pk, name in people.values_list("pk", "name")]


class TaskFilter(FilterSet):
    """`TaskFilter(request.GET, tasks, request=request).qs`; nonsense finds nothing."""

    q = CharFilter(label=_("Words or source"), method="by_word", max_length=60)
    assignee = ChoiceFilter(label=_("For"), field_name="assignee", empty_label=_("All"))
    kind = ChoiceFilter(label=_("Kind of task"), choices=TaskKind.choices, empty_label=_("All"))
    due_until = DateFilter(
        label=_("Due until"),
        field_name="due_on",
        lookup_expr="lte",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    class Meta:
        model = Task
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["assignee"].extra["choices"] = assignee_choices(self.request.user)

    def filter_queryset(self, queryset: TaskQuerySet) -> TaskQuerySet:
        narrowed: TaskQuerySet = super().filter_queryset(queryset)
        return queryset.none() if self.errors else narrowed

    def by_word(self, tasks: TaskQuerySet, name: str, word: str) -> TaskQuerySet:
        return tasks.filter(Q(title__icontains=word) | Q(source__icontains=word))

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.filters)


class MeetingFilter(FilterSet):
    """`MeetingFilter(request.GET, meetings, request=request).qs`; nonsense finds nothing."""

    q = CharFilter(label=_("Words"), method="by_word", max_length=60)
    kind = ChoiceFilter(label=_("Kind"), choices=MeetingKind.choices, empty_label=_("All"))
    status = ChoiceFilter(label=_("State"), choices=MeetingStatus.choices, empty_label=_("All"))
    since = DateFilter(
        label=_("From"),
        field_name="starts_at",
        lookup_expr="date__gte",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    class Meta:
        model = Meeting
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Meeting]) -> QuerySet[Meeting]:
        narrowed: QuerySet[Meeting] = super().filter_queryset(queryset)
        return queryset.none() if self.errors else narrowed

    def by_word(self, meetings: QuerySet[Meeting], name: str, word: str) -> QuerySet[Meeting]:
        words = Q(title__icontains=word) | Q(agenda__icontains=word) | Q(progress__icontains=word)
        return meetings.filter(words | Q(next_stage__icontains=word))

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.filters)
