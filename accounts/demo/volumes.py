"""Three years of monthly volumes, and the annual figures that are their sums."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from accounts.demo.copying import give_keys
from accounts.demo.story import Customer, Story
from accounts.models import AnnualVolume, MonthlyVolume, Standing, VolumeBasis, VolumeSource

# The year of an industrial supplier: the spring festival, the summer stop, the year's end.
SEASON = (0.85, 0.55, 1.1, 1.05, 1.05, 1.0, 0.9, 0.9, 1.1, 1.0, 1.15, 1.3)
CENT = Decimal("0.01")


def add_volumes(story: Story) -> None:
    for customer in story.customers:
        if customer.year is not None:
            _sales(story, customer)
        elif customer.row.standing == Standing.PROSPECT and story.chance(0.5):
            _expectation(story, customer)
        elif customer.profile.judgements and story.chance(0.25):
            _declaration(story, customer)


def _sales(story: Story, customer: Customer) -> None:
    """Sales lines of up to 36 months, newest year first; the newest is the figure of the tier."""
    year = customer.year or Decimal(0)
    is_former = customer.row.standing == Standing.FORMER
    for back in range(0, customer.months, 12):
        months = [story.month(back + i) for i in range(12, 0, -1) if back + i <= customer.months]
        amounts = _spread(story, year * len(months) / 12, months)
        for month, amount in zip(months, amounts, strict=True):
            story.monthly.append(
                MonthlyVolume(
                    account=customer.row, month=month, amount=amount, source=VolumeSource.LEDGER
                )
            )
        if len(months) == 12:
            fact = _sum_up(story, customer, months, sum(amounts, Decimal(0)))
            if back == 0:
                customer.row.annual_volume_fact, customer.row.annual_volume = fact, fact.amount
        growth = Decimal(str(round(story.random.uniform(0.72, 1.18), 3)))
        year = Decimal(story.random.randrange(8_000, 90_000)) if is_former else year * growth


def _spread(story: Story, total: Decimal, months: list[dt.date]) -> list[Decimal]:
    """The total over the months by season and chance, exact to the cent; small ones buy seldom."""
    weights = [
        Decimal(str(round(SEASON[month.month - 1] * story.random.uniform(0.75, 1.25), 4)))
        for month in months
    ]
    if abs(total) < 20_000:
        kept = set(story.random.sample(range(len(months)), min(4, len(months))))
        weights = [w if i in kept else Decimal(0) for i, w in enumerate(weights)]
    share = total.quantize(CENT) / sum(weights)
    amounts = [(share * weight).quantize(CENT) for weight in weights]
    last = max(i for i, weight in enumerate(weights) if weight)
    amounts[last] += total.quantize(CENT) - sum(amounts)
    return amounts


def _sum_up(
    story: Story, customer: Customer, months: list[dt.date], amount: Decimal
) -> AnnualVolume:
    last_day = _end(months[-1])
    fact = AnnualVolume(
        account=customer.row,
        basis=VolumeBasis.SALES,
        period_from=months[0],
        period_to=last_day,
        amount=amount,
        source=VolumeSource.LEDGER,
        source_note="ERP销售明细(含税,扣退货)",
        as_of=last_day,
        entered_at=story.moment(min(last_day + dt.timedelta(days=3), story.today)),
    )
    return _keep(story, fact)


def _declaration(story: Story, customer: Customer) -> None:
    """What the customer says to use in a calendar year, from us or from others."""
    year = story.today.year - 1
    fact = AnnualVolume(
        account=customer.row,
        basis=VolumeBasis.DECLARED,
        period_from=dt.date(year, 1, 1),
        period_to=dt.date(year, 12, 31),
        amount=Decimal(story.random.randrange(4, 60)) * 5_000,
        source=VolumeSource.ENTERED,
        source_note="客户设备部口头告知",
        as_of=dt.date(year, 12, 31),
        entered_by=customer.row.owner,
        entered_at=story.moment(story.workday(story.random.randrange(20, 200))),
    )
    _keep(story, fact)
    customer.row.annual_volume_fact, customer.row.annual_volume = fact, fact.amount


def _expectation(story: Story, customer: Customer) -> None:
    """What a prospect might buy; an expectation never stands for a year that was."""
    year = story.today.year + 1
    fact = AnnualVolume(
        account=customer.row,
        basis=VolumeBasis.EXPECTED,
        period_from=dt.date(year, 1, 1),
        period_to=dt.date(year, 12, 31),
        amount=Decimal(story.random.randrange(2, 60)) * 10_000,
        source=VolumeSource.ENTERED,
        source_note="现场测算:设备台数×年换油量",
        as_of=story.today,
        entered_by=customer.row.owner,
        entered_at=customer.row.created_at,
    )
    _keep(story, fact)


def _keep(story: Story, fact: AnnualVolume) -> AnnualVolume:
    give_keys([fact])
    story.annual.append(fact)
    return fact


def _end(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
