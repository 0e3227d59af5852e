"""Pages of lists that may be a million rows long.

Counting stops at 1,000 and the page then says "1000+" (`exact=True` counts on). Of so many rows,
or up to 3,000 hits of a search, the page is sorted out by their keys, whatever the filter costs;
only a longer list, whose pages fill soon, is read in its order. Rows are found by their keys first,
so that a far page reads an index and not the table. Behind the counted pages the links carry the
row they start from, and the next page begins there instead of counting its way from the first row
(keyset); a far page asked for by its number alone is counted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.paginator import Page, Paginator
from django.core.signing import b64_decode, b64_encode
from django.db.models import BigIntegerField, BooleanField, Field, Func, Model, Q, QuerySet, Value
from django.http import HttpRequest

CAP = 1_000
# Times the cap: so many hits of a search are ordered in less time than an index is walked, where
# each row must be read to know whether it is one. What else a list is narrowed by, an index holds.
SORTED_OUT = 3


@dataclass(frozen=True)
class Start:
    """Where a far page starts: after the last row of the page before it, or before the first of
    the page behind it."""

    side: str  # "a" or "b"
    values: list[Any]


class OneOf(Func):
    """`rows.filter(OneOf("pk", keys))`: one parameter however many keys; `pk__in` sends each."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, key: str, keys: list[int]) -> None:
        super().__init__(key, Value(keys, output_field=ArrayField(BigIntegerField())))


class CappedPaginator(Paginator[Any]):
    """`CappedPaginator(rows, 25).get_page(request.GET.get("page"))`."""

    object_list: QuerySet[Any]
    offers_exact = False  # the page has a link that counts every row

    def __init__(
        self,
        object_list: QuerySet[Any],
        per_page: int,
        *,
        cap: int = CAP,
        exact: bool = False,
        first: Q | None = None,
        walks: bool = True,
    ) -> None:
        """`first`: these rows stand before all others, each kind in the order of the list.

        Where there are more rows than the cap and it does not walk, the page is made of those met
        first, as if there were no others: for what drops down while someone goes on typing.
        """
        super().__init__(object_list, per_page)
        self.walks = walks
        self.cap = cap
        self.exact = exact
        self.first = first

    @cached_property
    def _counted_keys(self) -> list[Any]:
        """The keys of the first rows met, in no order: one more than are sorted out at most."""
        keys = self.object_list.order_by().values_list("pk", flat=True)
        return list(keys[: self._most_sorted_out + 1])

    @property
    def _most_sorted_out(self) -> int:
        return self.cap * (SORTED_OUT if self.first is not None and self.walks else 1)

    @property
    def _knows_all_keys(self) -> bool:
        if self.exact:
            return False
        return not self.walks or len(self._counted_keys) <= self._most_sorted_out

    @cached_property
    def _counted(self) -> int:
        return self.object_list.order_by().count() if self.exact else len(self._counted_keys)

    @property
    def count(self) -> int:
        """How many rows there are; the cap when there are more."""
        return self._counted if self.exact else min(self._counted, self.cap)

    @property
    def is_capped(self) -> bool:
        """There are more rows than were counted."""
        return self._counted > self.count

    @property
    def count_text(self) -> str:
        return f"{self.count}+" if self.is_capped else f"{self.count:,}"

    def get_page(self, number: Any) -> CappedPage:
        """The page of that address; one that does not exist gives the last that was counted."""
        wanted, start = self._parse(str(number or 1))
        if not self.is_capped:
            wanted = min(wanted, self.num_pages)
        page = self._page(wanted, start if self._is_far(wanted) else None)
        return page if page.object_list or wanted == 1 else self._page(self.num_pages, None)

    def _is_far(self, number: int) -> bool:
        return number > self.cap // self.per_page

    def _page(self, number: int, start: Start | None) -> CappedPage:
        rows, first = self.object_list, (number - 1) * self.per_page
        if self._knows_all_keys:  # they met every condition, which need not be judged again
            rows = rows.all()
            rows.query.clear_where()
            rows = rows.filter(OneOf("pk", self._counted_keys))
        if start:
            rows, first = self._from(rows, start), 0
        keys = self._keys(rows, first, first + self.per_page + 1) if self._counted else []
        has_more = len(keys) > self.per_page
        keys = keys[: self.per_page]
        if start and start.side == "b":
            keys, has_more = keys[::-1], True
        found = {row.pk: row for row in self.object_list.filter(pk__in=keys).order_by()}
        return CappedPage([found[key] for key in keys if key in found], number, self, has_more)

    def _keys(self, rows: QuerySet[Any], start: int, end: int) -> list[Any]:
        keys = rows.values_list("pk", flat=True)
        if self.first is None:
            return list(keys[start:end])
        before, after = keys.filter(self.first), keys.exclude(self.first)
        return list(before[:end].union(after[:end], all=True)[start:end])

    # --- keys of far pages ----------------------------------------------------------------

    @cached_property
    def _order(self) -> list[tuple[Field[Any, Any], bool]]:
        """(field, descending) if the rows are ordered by plain fields that are never empty."""
        model: type[Model] = self.object_list.model
        order: list[tuple[Field[Any, Any], bool]] = []
        if self.first is not None:
            return order
        for name in self.object_list.query.order_by or model._meta.ordering or ():
            try:
                plain = str(name).lstrip("-")
                field = model._meta.pk if plain == "pk" else model._meta.get_field(plain)
            except FieldDoesNotExist:
                return []
            if not isinstance(name, str) or not isinstance(field, Field) or field.null:
                return []
            order.append((field, name.startswith("-")))
        return order if order and order[-1][0].primary_key else []

    def _from(self, rows: QuerySet[Any], start: Start) -> QuerySet[Any]:
        """The rows on one side of the start, nearest first."""
        backwards = start.side == "b"
        behind, equal = Q(), Q()
        for (field, descending), value in zip(self._order, start.values, strict=True):
            side = "lt" if descending != backwards else "gt"
            if not equal:  # says the same once more, so that an index can start there
                rows = rows.filter(**{f"{field.name}__{side}e": value})
            behind |= equal & Q(**{f"{field.name}__{side}": value})
            equal &= Q(**{field.name: value})
        rows = rows.filter(behind)
        return rows.reverse() if backwards else rows

    def _parse(self, address: str) -> tuple[int, Start | None]:
        """`7`, or `41.a…` for a far page that says where it starts."""
        number, _dot, token = address.partition(".")
        wanted = int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else 1
        return max(wanted, 1), self._parse_start(token)

    def _parse_start(self, token: str) -> Start | None:
        try:
            values = json.loads(b64_decode(token[1:].encode()))
            fields = [field for field, _descending in self._order]
            if token[0] not in "ab" or any("\0" in str(value) for value in values):
                return None
            pairs = zip(fields, values, strict=True)
            values = [field.to_python(value) for field, value in pairs]
        except (ValueError, TypeError, IndexError, ValidationError):
            return None
        return Start(token[0], values) if values and None not in values else None

    def address(self, number: int, side: str, row: Model) -> int | str:
        """The address of a page beside `row`: its number, with the row's key if it is far."""
        if not (self.is_capped and self._is_far(number) and self._order):
            return number
        values = [field.value_to_string(row) for field, _descending in self._order]
        return f"{number}.{side}{b64_encode(json.dumps(values).encode()).decode()}"


class CappedPage(Page[Any]):
    """A page whose neighbours' addresses may carry a key: print them, do not reckon with them."""

    paginator: CappedPaginator

    def __init__(
        self, object_list: list[Any], number: int, paginator: CappedPaginator, has_more: bool
    ) -> None:
        super().__init__(object_list, number, paginator)
        self._has_more = has_more

    def has_next(self) -> bool:
        return self._has_more

    def next_page_number(self) -> int | str:  # type: ignore[override]
        return self.paginator.address(self.number + 1, "a", self.object_list[-1])

    def previous_page_number(self) -> int | str:  # type: ignore[override]
        return self.paginator.address(self.number - 1, "b", self.object_list[0])

    def end_index(self) -> int:
        return max(self.start_index() + len(self.object_list) - 1, 0)


def page_of(
    request: HttpRequest, rows: QuerySet[Any], per_page: int = 25, first: Q | None = None
) -> CappedPage:
    """The page the address asks for; `?count=exact` counts every row."""
    exact = request.GET.get("count") == "exact"
    paginator = CappedPaginator(rows, per_page, exact=exact, first=first)
    paginator.offers_exact = True
    return paginator.get_page(request.GET.get("page"))
