"""What the customer list can be narrowed by, ordered by and shown with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import F, OrderBy, Q, Value
from django.db.models.functions import NullIf
from django.http import QueryDict
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_filters.filters import CharFilter, ChoiceFilter, MultipleChoiceFilter, NumberFilter
from django_filters.filterset import FilterSet

from accounts.judgements import ANSWERS, JudgementKind
from accounts.models import Account, BusinessType, Standing, Tier
from accounts.querysets.account import AccountQuerySet
from accounts.search import LONGEST_TERM, starts
from staff.models import Region, User

WAN = Decimal(10_000)
MOST_VALUES = 20
UNDECIDED, ME, NOBODY, UNANSWERED = "undecided", "me", "nobody", "unanswered"


@dataclass(frozen=True)
class Column:
    """A column of the list: `order` is what its heading sorts by, `first` the first direction."""

    key: str
    label: Any
    order: str = ""
    first: str = ""
    is_number: bool = False


COLUMNS = {
    column.key: column
    for column in (
        Column("name", _("Name"), "name"),
        Column("code", _("Code"), "code"),
        Column("tier", _("Tier"), "tier"),
        Column("standing", _("Standing")),
        Column("business_type", _("Type")),
        Column("annual_volume", _("Annual volume"), "volume", "-", is_number=True),
        Column("owner", _("Owner"), "owner"),
        Column("region", _("Region"), "region"),
        Column("short_name", _("Short name")),
        Column("industry", _("Industry")),
        Column("city", _("City")),
        Column("phone", _("Phone")),
        Column("contact", _("First to call")),
        Column("credit_code", _("Credit code")),
        Column("created_at", _("Added"), "created", "-"),
        Column("updated_at", pgettext_lazy("column", "Changed"), "changed", "-"),
    )
}
# The name is always shown, first.
CHOSEN_AT_FIRST = ["tier", "standing", "business_type", "annual_volume", "owner", "region"]


def chosen_columns(keys: Sequence[str]) -> list[Column]:
    """Those columns in the order of the list; the usual ones if none is known."""
    known = [key for key in COLUMNS if key in keys and key != "name"]
    return [COLUMNS["name"], *(COLUMNS[key] for key in known or CHOSEN_AT_FIRST)]


# By key in the end, so that pages are stable. Unknown volumes come last, whichever way round. Name,
# code, tier, volume and age are read from an index (accounts/models/account.py); the others sort
# what is found.
ORDERS: dict[str, list[str | OrderBy]] = {
    "name": ["name_pinyin", "pk"],
    "-name": ["-name_pinyin", "-pk"],
    "code": [NullIf("code", Value("")).asc(nulls_last=True), "pk"],
    "-code": [NullIf("code", Value("")).desc(nulls_first=True), "-pk"],
    "tier": [NullIf("tier", Value("")).asc(nulls_last=True), "name_pinyin", "pk"],
    "-tier": [NullIf("tier", Value("")).desc(nulls_first=True), "-name_pinyin", "-pk"],
    "volume": [F("annual_volume").asc(nulls_last=True), "pk"],
    "-volume": [F("annual_volume").desc(nulls_last=True), "-pk"],
    "owner": [F("owner__name_pinyin").asc(nulls_last=True), "name_pinyin", "pk"],
    "-owner": [F("owner__name_pinyin").desc(nulls_last=True), "name_pinyin", "pk"],
    "region": [F("region__name").asc(nulls_last=True), "name_pinyin", "pk"],
    "-region": [F("region__name").desc(nulls_last=True), "name_pinyin", "pk"],
    "created": ["pk"],
    "-created": ["-pk"],
    "changed": ["updated_at", "pk"],
    "-changed": ["-updated_at", "-pk"],
}


@dataclass(frozen=True)
class Menu:
    """A filter of several answers as a menu of boxes: the one chosen in words, or how many."""

    field: forms.BoundField
    word: str
    chosen: int


@dataclass(frozen=True)
class Heading:
    """A column's heading: which order it offers next, and how the list is ordered by it now."""

    column: Column
    order: str
    direction: str  # "ascending", "descending" or ""


@dataclass(frozen=True)
class Chip:
    """One thing that narrows the list, and the query string that no longer does."""

    label: str
    word: str
    rest: str


def owner_choices(user: User) -> list[tuple[str, Any]]:
    """Me, nobody, and the people in my line."""
    people = User.objects.visible_to(user).exclude(role="").exclude(pk=user.pk)
    return [
        (ME, pgettext_lazy("owner", "Me")),
        (NOBODY, pgettext_lazy("owner", "Nobody")),
        *((str(pk), name) for pk, name in people.values_list("pk", "name")),
    ]


def region_choices() -> list[tuple[str, Any]]:
    regions = Region.objects.order_by("name").values_list("pk", "name")
    return [*((str(pk), name) for pk, name in regions), (NOBODY, pgettext("region", "None"))]


def judgement_choices() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """`payment_reputation:good` and so on, under the question they answer."""
    return [
        (
            kind.label,
            [
                *((f"{kind}:{code}", f"{kind.label}: {label}") for code, label in answers.items()),
                (f"{kind}:{UNANSWERED}", f"{kind.label}: {gettext('not judged')}"),
            ],
        )
        for kind in JudgementKind
        if (answers := ANSWERS[kind])
    ]


class AccountFilter(FilterSet):
    """The customer list: `AccountFilter(request.GET, accounts, request=request).qs`.

    Addresses from elsewhere may hold anything: what cannot be understood finds nothing and says
    so, rather than showing everything as if it had been narrowed.
    """

    q = CharFilter(label=_("Search"), method="by_term", max_length=LONGEST_TERM)
    tier = MultipleChoiceFilter(
        label=_("Tier"),
        choices=[*Tier.choices, (UNDECIDED, _("No tier"))],
        widget=forms.CheckboxSelectMultiple,
        method="by_tier",
        distinct=False,
    )
    standing = MultipleChoiceFilter(
        label=_("Standing"),
        choices=Standing.choices,
        widget=forms.CheckboxSelectMultiple,
        distinct=False,
    )
    type = MultipleChoiceFilter(
        label=_("Type"),
        field_name="business_type",
        choices=BusinessType.choices,
        widget=forms.CheckboxSelectMultiple,
        distinct=False,
    )
    owner = ChoiceFilter(label=_("Owner"), method="by_owner", empty_label=_("All"))
    region = ChoiceFilter(label=_("Region"), method="by_region", empty_label=_("All"))
    volume_from = NumberFilter(
        label=_("Annual volume from (10,000 yuan)"), method="by_volume", max_digits=16
    )
    volume_to = NumberFilter(label=_("to (10,000 yuan)"), method="by_volume", max_digits=16)
    judgement = ChoiceFilter(
        label=_("Judgement"),
        choices=judgement_choices,
        method="by_judgement",
        empty_label=_("All"),
    )
    sort = ChoiceFilter(
        choices=[(key, key) for key in ORDERS], method="by_order", widget=forms.HiddenInput
    )

    class Meta:
        model = Account
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["owner"].extra["choices"] = owner_choices(self.request.user)
        self.filters["region"].extra["choices"] = region_choices()

    def filter_queryset(self, queryset: AccountQuerySet) -> AccountQuerySet:
        narrowed: AccountQuerySet = super().filter_queryset(queryset)
        return queryset.none() if self.errors else narrowed

    def by_term(self, accounts: AccountQuerySet, name: str, term: str) -> AccountQuerySet:
        return accounts.search(term)

    def by_tier(
        self, accounts: AccountQuerySet, name: str, tiers: Sequence[str]
    ) -> AccountQuerySet:
        return accounts.filter(tier__in=["" if tier == UNDECIDED else tier for tier in tiers])

    def by_owner(self, accounts: AccountQuerySet, name: str, owner: str) -> AccountQuerySet:
        if owner == NOBODY:
            return accounts.filter(owner=None)
        return accounts.filter(owner=self.request.user.pk if owner == ME else int(owner))

    def by_region(self, accounts: AccountQuerySet, name: str, region: str) -> AccountQuerySet:
        return accounts.filter(region=None if region == NOBODY else int(region))

    def by_volume(self, accounts: AccountQuerySet, name: str, amount: Decimal) -> AccountQuerySet:
        side = "gte" if name == "volume_from" else "lte"
        return accounts.filter(**{f"annual_volume__{side}": amount * WAN})

    def by_judgement(self, accounts: AccountQuerySet, name: str, wanted: str) -> AccountQuerySet:
        kind, _colon, answer = wanted.partition(":")
        return accounts.judged(kind, None if answer == UNANSWERED else answer)

    def by_order(self, accounts: AccountQuerySet, name: str, order: str) -> AccountQuerySet:
        return accounts.order_by(*ORDERS[order])

    # --- for the page -----------------------------------------------------------------------

    @property
    def address(self) -> QueryDict:
        """The filters and the order alone, as the address writes them."""
        kept = QueryDict(mutable=True)
        for key in self.filters:
            values = [value for value in self.data.getlist(key) if value.strip()]
            if values:
                kept.setlist(key, values[:MOST_VALUES])
        return kept

    @property
    def first(self) -> Q | None:
        """While searching, in no order of one's own: names that begin with the term come first."""
        data = self.form.cleaned_data
        return starts(data["q"]) if data.get("q") and not data.get("sort") else None

    @property
    def chips(self) -> list[Chip]:
        """What narrows the list now, each with the address without it."""
        address = self.address
        return [
            Chip(str(self.form.fields[key].label), self._word(key, value), without(address, key, n))
            for key in address
            if key != "sort"
            for n, value in enumerate(address.getlist(key))
        ]

    def words(self, query: str) -> str:
        """A query string that was kept, as the list's page says it."""
        address, fields = QueryDict(query), self.form.fields
        return gettext("; ").join(
            f"{fields[key].label}{gettext(': ')}{self._word(key, value)}"
            for key in address
            if key in fields and key != "sort"
            for value in address.getlist(key)
        )

    @property
    def menus(self) -> list[Menu]:
        """The filters that take several answers, and what is chosen of each."""
        menus = []
        for key in ("tier", "standing", "type"):
            chosen = self.address.getlist(key)
            word = self._word(key, chosen[0]) if len(chosen) == 1 else ""
            menus.append(Menu(self.form[key], word, len(chosen)))
        return menus

    def headings(self, columns: Sequence[Column]) -> list[Heading]:
        sort = str(self.data.get("sort", ""))
        now = sort if sort in ORDERS else "name"
        return [heading(column, now) for column in columns]

    def _word(self, key: str, value: str) -> str:
        """The value as the page's choices call it."""
        for code, label in getattr(self.form.fields[key], "choices", ()):
            for inner, word in label if isinstance(label, list) else [(code, label)]:
                if str(inner) == value:
                    return str(word)
        return value


def heading(column: Column, now: str) -> Heading:
    """A click sorts by the column, a second one the other way round."""
    if not column.order:
        return Heading(column, "", "")
    if now.lstrip("-") != column.order:
        return Heading(column, column.first + column.order, "")
    if now.startswith("-"):
        return Heading(column, column.order, "descending")
    return Heading(column, f"-{column.order}", "ascending")


def without(address: QueryDict, key: str, place: int) -> str:
    """The query string without one of the values of a key."""
    rest = address.copy()
    values = rest.getlist(key)
    rest.setlist(key, values[:place] + values[place + 1 :])
    return rest.urlencode()
