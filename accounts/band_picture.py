"""The bands of a policy as a picture: geometry for an SVG, computed here, drawn by the template.

Every stretch between two bounds is drawn equally wide, so that 2–5万 can be seen beside 30–50万;
a point that bands share is a line of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from accounts.tiering import Band, Policy, Span, lint

LEFT, RIGHT, TOP, ROW = 56, 24, 34, 34
STRETCH = 96


@dataclass(frozen=True)
class Bar:
    tier: str
    x: int
    y: int
    width: int
    open_left: bool  # the bound itself is not included
    open_right: bool

    @property
    def end(self) -> int:
        return self.x + self.width

    @property
    def middle_y(self) -> int:
        return self.y + 12


@dataclass(frozen=True)
class Mark:
    """A hole or an overlap: a stretch over the whole height, or one line where it is a point."""

    x: int
    width: int

    @property
    def middle(self) -> int:
        return self.x + self.width // 2


@dataclass(frozen=True)
class Tick:
    x: int
    value: Decimal


@dataclass(frozen=True)
class Row:
    tier: str
    y: int
    is_by_judgement: bool

    @property
    def text_y(self) -> int:
        return self.y + 21

    @property
    def line_y(self) -> int:
        return self.y + 34


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    axis_y: int
    plot_left: int
    plot_right: int
    rows: tuple[Row, ...]
    bars: tuple[Bar, ...]
    holes: tuple[Mark, ...]
    overlaps: tuple[Mark, ...]
    ticks: tuple[Tick, ...]

    @property
    def plot_height(self) -> int:
        return self.axis_y - 26

    @property
    def middle(self) -> int:
        return (self.plot_left + self.plot_right) // 2

    @property
    def tick_y(self) -> int:
        return self.axis_y + 4

    @property
    def label_y(self) -> int:
        return self.axis_y + 20


def draw(policy: Policy) -> Picture:
    bounds = policy.axis.bounds
    right = LEFT + STRETCH * (len(bounds) + 1)
    axis_y = TOP + ROW * len(policy.bands) + 6

    def at(bound: Decimal | None, edge: int) -> int:
        return edge if bound is None else LEFT + STRETCH * (bounds.index(bound) + 1)

    def mark(span: Span) -> Mark:
        x, end = at(span.lower, LEFT), at(span.upper, right)
        return Mark(x - 4, 8) if x == end else Mark(x, end - x)

    found = lint(policy)
    rows = tuple(
        Row(band.tier, TOP + ROW * i, not _is_drawn(band)) for i, band in enumerate(policy.bands)
    )
    bars = tuple(
        Bar(
            band.tier,
            at(band.span.lower, LEFT),
            TOP + ROW * i + 5,
            at(band.span.upper, right) - at(band.span.lower, LEFT),
            not band.span.lower_inclusive,
            not band.span.upper_inclusive,
        )
        for i, band in enumerate(policy.bands)
        if _is_drawn(band)
    )
    return Picture(
        width=right + RIGHT,
        height=axis_y + 28,
        axis_y=axis_y,
        plot_left=LEFT,
        plot_right=right,
        rows=rows,
        bars=bars,
        holes=tuple(mark(hole.span) for hole in found.holes),
        overlaps=tuple(mark(overlap.span) for overlap in found.overlaps),
        ticks=tuple(Tick(LEFT + STRETCH * (i + 1), b) for i, b in enumerate(bounds)),
    )


def _is_drawn(band: Band) -> bool:
    return band.span.is_bounded and not band.span.is_empty
