"""How far the prospects of a plan are: the funnel, the board, and what needs somebody."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Standing
from development.models import PLACE, WAY, Prospect, Stage
from development.policies import CONTACT_WITHIN, STAGE_WITHIN
from development.querysets.prospect import ProspectQuerySet
from staff import policy
from staff.models import User

BOARD = (*WAY[:-1], Stage.NOT_FOCUS, Stage.SURVEY)


@dataclass(frozen=True)
class Lack:
    """What is missing for some prospects; `code` narrows their list to them."""

    code: str
    label: str | Promise
    count: int


@dataclass(frozen=True)
class Column:
    """One stage of the board with its cards."""

    stage: Stage
    cards: Sequence[Prospect]


class Progress:
    """The prospects in `rows`, which the reader may see; each property is at most one query."""

    def __init__(self, rows: ProspectQuerySet, values: policy.Values | None = None) -> None:
        self.rows = rows
        self.values = values or policy.in_force()
        self.today = timezone.localdate()

    @property
    def contact_days(self) -> int:
        return self.values[CONTACT_WITHIN]

    @property
    def stage_days(self) -> int:
        return self.values[STAGE_WITHIN]

    def narrowed(self, lack: str) -> ProspectQuerySet:
        """Those that lack something; all of them for a word that names nothing."""
        match lack:
            case "owner":
                return self.rows.without_owner()
            case "channel":
                return self.rows.without_channel()
            case "contact":
                return self.rows.quiet_since(self.today - dt.timedelta(days=self.contact_days))
            case "stage":
                return self.rows.still_since(self.today - dt.timedelta(days=self.stage_days))
        return self.rows

    @cached_property
    def lacks(self) -> list[Lack]:
        labels: dict[str, str | Promise] = {
            "owner": _("without an owner"),
            "channel": _("without a channel"),
            "contact": gettext("no contact for more than %d days") % self.contact_days,
            "stage": gettext("in one stage for more than %d days") % self.stage_days,
        }
        return [
            Lack(code, label, self.narrowed(code).order_by().count())
            for code, label in labels.items()
        ]

    @cached_property
    def _stages(self) -> list[tuple[str, str, str]]:
        rows = self.rows.order_by()
        return list(rows.values_list("stage", "dropped_from", "account__standing"))

    @cached_property
    def total(self) -> int:
        return len(self._stages)

    @cached_property
    def won(self) -> int:
        """How many have become key accounts."""
        return sum(standing == Standing.KEY for _stage, _from, standing in self._stages)

    def funnel(self) -> dict[str, Any]:
        """How many stand in each stage, and how many came at least so far."""
        here = Counter(
            stage for stage, _from, standing in self._stages if standing == Standing.PROSPECT
        )
        places = [
            len(WAY) if standing == Standing.KEY else PLACE[Stage(left or stage)]
            for stage, left, standing in self._stages
        ]
        reached = [sum(place >= number for place in places) for number in range(len(WAY) + 1)]
        beside = [Stage.NOT_FOCUS, Stage.DROPPED]
        return {
            "id": "funnel",
            "title": gettext("Prospects by stage"),
            "kind": "bar",
            "unit": gettext("prospects"),
            "axis": gettext("Stage"),
            "is_count": True,
            "labels": [
                *(str(stage.label) for stage in WAY),
                gettext("Key account"),
                *(str(stage.label) for stage in beside),
            ],
            "series": [
                {
                    "name": gettext("came so far"),
                    "values": [*reached, None, None],
                },
                {
                    "name": gettext("stand here now"),
                    "values": [
                        *(here[stage] for stage in WAY),
                        self.won,
                        *(here[stage] for stage in beside),
                    ],
                },
            ],
        }

    def board(self, most: int = 100) -> list[Column]:
        """The open prospects by stage, those that have waited longest first."""
        cards = list(self.rows.open().with_contacts().order_by("stage_since", "pk"))
        return [
            Column(stage, [card for card in cards if card.stage == stage][:most]) for stage in BOARD
        ]


@dataclass(frozen=True)
class Act:
    """The next thing to do with a prospect: the address's name, the words on its button, whether
    one click does it, and why not, if not.
    """

    address: str
    label: str | Promise
    is_post: bool = False
    blocker: str = ""


def next_act(prospect: Prospect, user: User) -> Act | None:
    """What brings a prospect one stage further; None where its way ends."""
    match prospect.stage:
        case Stage.LISTED:
            return Act(
                "development:prospect_analyse", _("Analyse"), blocker=prospect.analyse_blocker(user)
            )
        case Stage.ANALYSED:
            return Act(
                "development:prospect_report",
                _("Report upward"),
                is_post=True,
                blocker=prospect.report_blocker(user),
            )
        case Stage.REPORTED:
            return Act(
                "development:prospect_channel",
                _("Set the channel"),
                blocker=prospect.channel_blocker(user),
            )
        case Stage.CHANNEL:
            return Act(
                "development:prospect_survey", _("Survey"), blocker=prospect.survey_blocker(user)
            )
        case Stage.SURVEYED | Stage.NOT_FOCUS:
            return Act(
                "development:prospect_screen", _("Screen"), blocker=prospect.screen_blocker(user)
            )
        case Stage.FOCUS:
            return Act(
                "development:prospect_survey",
                _("Begin the survey"),
                blocker=prospect.begin_survey_blocker(user),
            )
    return None
