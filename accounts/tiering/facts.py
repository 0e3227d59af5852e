"""What is known about a customer, and who says so. Unknown is never zero."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Self

from accounts.tiering.plain import as_date, as_text


@dataclass(frozen=True, slots=True)
class Source:
    """Who or what said so, and on which day."""

    label: str = ""
    on: date | None = None

    def to_json(self) -> dict[str, Any]:
        return {"label": self.label, "on": as_text(self.on)}

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Self:
        return cls(json["label"], as_date(json["on"]))


@dataclass(frozen=True, slots=True)
class Volume:
    """An annual volume with what it means: basis and period are not settled by the text (Q12)."""

    amount: Decimal
    basis: str = ""
    period_from: date | None = None
    period_to: date | None = None
    source: str = ""
    as_of: date | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "amount": as_text(self.amount),
            "basis": self.basis,
            "period_from": as_text(self.period_from),
            "period_to": as_text(self.period_to),
            "source": self.source,
            "as_of": as_text(self.as_of),
        }

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Self:
        return cls(
            Decimal(json["amount"]),
            json["basis"],
            as_date(json["period_from"]),
            as_date(json["period_to"]),
            json["source"],
            as_date(json["as_of"]),
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one customer. A missing, None or empty judgement is *not judged*."""

    volume: Volume | None = None
    judgements: Mapping[str, str | None] = field(default_factory=dict)
    judged: Mapping[str, Source] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "volume": self.volume.to_json() if self.volume else None,
            "judgements": dict(self.judgements),
            "judged": {kind: source.to_json() for kind, source in self.judged.items()},
        }

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Self:
        return cls(
            Volume.from_json(json["volume"]) if json["volume"] else None,
            json["judgements"],
            {kind: Source.from_json(source) for kind, source in json["judged"].items()},
        )
