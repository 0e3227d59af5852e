"""What the list of agreements can be narrowed by."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_filters.filters import CharFilter, ChoiceFilter
from django_filters.filterset import FilterSet

from accounts.models import Account, Agreement, AgreementKind
from accounts.querysets.agreement import AgreementQuerySet
from accounts.search import LONGEST_TERM
from staff.models import User


class AgreementFilter(FilterSet):
    """`AgreementFilter(request.GET, agreements, request=request).qs`; nonsense finds nothing."""

    q = CharFilter(label=_("Customer or number"), method="by_word", max_length=LONGEST_TERM)
    kind = ChoiceFilter(
        label=_("Kind of agreement"), choices=AgreementKind.choices, empty_label=_("All")
    )
    owner = ChoiceFilter(label=_("Owner"), field_name="account__owner", empty_label=_("All"))

    class Meta:
        model = Agreement
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.visible_to(self.request.user).exclude(role="")
        names = people.values_list("pk", "name")
        self.filters["owner"].extra["choices"] = [(str(pk), name) for pk, name in names]

    def filter_queryset(self, queryset: AgreementQuerySet) -> AgreementQuerySet:
        narrowed: AgreementQuerySet = super().filter_queryset(queryset)
        return queryset.none() if self.errors else narrowed

    def by_word(self, agreements: AgreementQuerySet, name: str, word: str) -> AgreementQuerySet:
        customers = Account.objects.visible_to(self.request.user).search(word)
        of_customer = Q(account__in=customers.order_by().values("pk"))
        return agreements.filter(of_customer | Q(number__icontains=word))

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.filters)
