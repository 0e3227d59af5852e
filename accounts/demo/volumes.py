"""Three years of sales lines, and what customers say or are expected to use in a year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from accounts.demo.copying import give_keys
from accounts.demo.ledgers import Sale
from accounts.demo.story import Customer, Story
from accounts.models import Account, AnnualVolume, Standing, VolumeBasis, VolumeSource
from accounts.workflow import volume

# The year of an industrial supplier: the spring festival, the summer stop, the year's end.
SEASON = (0.85, 0.55, 1.1, 1.05, 1.05, 1.0, 0.9, 0.9, 1.1, 1.0, 1.15, 1.3)
CENT = Decimal("0.01")
# Code, name and price (yuan) of what the company sells, as its sales ledger has them.
GOODS = (
    ("HM46-200", "抗磨液压油HM46 200L", Decimal(2180)),
    ("CKD220-200", "齿轮油CKD220 200L", Decimal(2650)),
    ("FD10-018", "主轴油FD10 18L", Decimal(395)),
    ("G68-200", "导轨油G68 200L", Decimal(2420)),
    ("DAB150-018", "空压机油DAB150 18L", Decimal(520)),
    ("HZ30-200", "切削液HZ-30 200L", Decimal(2960)),
    ("LT-004", "高温链条油 4L", Decimal(286)),
    ("ZL2-015", "2号锂基脂 15kg", Decimal(318)),
    ("QB300-200", "导热油L-QB300 200L", Decimal(2240)),
)


def add_volumes(story: Story) -> None:
    for place, customer in enumerate(story.customers):
        if customer.year is not None:
            _sales(story, customer, place)
        elif customer.row.standing == Standing.PROSPECT and story.chance(0.5):
            _expectation(story, customer)
        elif customer.profile.judgements and story.chance(0.25):
            _declaration(story, customer)


def _sales(story: Story, customer: Customer, place: int) -> None:
    """Sales lines of up to 36 months, newest year first; the newest is the figure of the tier."""
    year = customer.year or Decimal(0)
    is_former = customer.row.standing == Standing.FORMER
    if not year and not is_former:  # one free sample, long ago: bought nothing, and we know it
        story.sales.append(_line(customer, place, story.month(customer.months), 1, Decimal(0)))
    for back in range(0, customer.months, 12):
        months = [story.month(back + i) for i in range(12, 0, -1) if back + i <= customer.months]
        amounts = _spread(story, year * len(months) / 12, months)
        for month, amount in zip(months, amounts, strict=True):
            story.sales += _invoice(customer, place, month, amount)
        growth = Decimal(str(round(story.random.uniform(0.72, 1.18), 3)))
        year = Decimal(story.random.randrange(8_000, 90_000)) if is_former else year * growth


def _invoice(customer: Customer, place: int, month: dt.date, amount: Decimal) -> Iterator[Sale]:
    """A month's purchases: one product, or two where it is worth a second pallet."""
    first = (amount * 2 / 3).quantize(CENT) if amount > 20_000 else amount
    for number, part in enumerate(filter(None, (first, amount - first)), 1):
        yield _line(customer, place, month, number, part)


def _line(customer: Customer, place: int, month: dt.date, number: int, amount: Decimal) -> Sale:
    code, product, price = GOODS[(len(customer.row.name) + number) % len(GOODS)]
    # on a day of its own, and the largest on the last one: so the month is known to its end
    days = (_end(month) - month).days
    return Sale(
        day=_end(month) if place == 0 else month + dt.timedelta(days=place * 7 % days),
        document=f"XS{month:%Y%m}{place + 1:04}",
        line=number,
        account=customer.row,
        product_code=code,
        product=product,
        quantity=(amount / price).quantize(Decimal(1)) or Decimal(1),
        amount=amount,
        cost=(amount * Decimal(70 + place % 16) / 100).quantize(CENT),
    )


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
        entered_at=story.moment(story.workday(story.random.randrange(20, 100))),
    )
    _keep(story, fact)


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
        source_note="现场测算：设备台数×年换油量",
        as_of=story.today,
        entered_by=customer.row.owner,
        entered_at=customer.row.created_at,
    )
    _keep(story, fact)


def choose(story: Story) -> None:
    """Give the customers without sales the figure that their tier is judged on."""
    stated = [f.account_id for f in story.annual if f.basis == VolumeBasis.DECLARED]
    volume.choose(Account.objects.filter(pk__in=stated))


def _keep(story: Story, fact: AnnualVolume) -> AnnualVolume:
    give_keys([fact])
    story.annual.append(fact)
    return fact


def _end(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
