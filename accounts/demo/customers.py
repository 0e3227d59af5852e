"""Some 300 customers: every standing, every tier, and every case that the tiers leave open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from itertools import cycle

from accounts.demo import names
from accounts.demo.names import City
from accounts.demo.people import PEOPLE, REGIONS
from accounts.demo.story import Customer, Profile, Story
from accounts.judgements import JudgementKind as J
from accounts.models import (
    Account,
    Assignment,
    AssignmentKind,
    BusinessType,
    ContactPerson,
    ContactRole,
    Kind,
    Standing,
)
from staff.models import Region, Role, User
from staff.pinyin import full_pinyin, initials

KEY, OPEN, SMALL = Standing.KEY, Standing.UNCLASSIFIED, Standing.SMALL_MEDIUM
GOOD, FAIR = (J.PAYMENT_REPUTATION, "good"), (J.PAYMENT_REPUTATION, "fairly_good")
POOR = (J.PAYMENT_REPUTATION, "other")
GROWING, STEADY = (J.GROWTH_POTENTIAL, "larger"), (J.GROWTH_POTENTIAL, "smaller")
LARGE, FAIRLY_LARGE = (J.VOLUME_WORD, "large"), (J.VOLUME_WORD, "fairly_large")
LITTLE, LOW_SHARE = (J.VOLUME_WORD, "small"), (J.PROFIT_CONTRIBUTION, "low")
HIGH_RATE, PROMISING = (J.PROFIT_RATE, "high"), (J.DEVELOPMENT_POTENTIAL, "some")

PROFILES = (
    Profile(14, KEY, (55, 420), (GOOD, LARGE)),  # A1
    Profile(1, KEY, (50, 50), (GOOD,), is_certain=True),  # A1, at its bound
    Profile(4, KEY, (60, 90), (FAIR, LARGE), is_certain=True),  # enough for A1, credit is not
    Profile(2, KEY, (60, 80), (POOR, LARGE, LOW_SHARE), is_certain=True),  # C only
    Profile(10, KEY, (30.5, 49.5), (GOOD,)),  # between A2 and A1
    Profile(1, KEY, (30, 30), (FAIR,), is_certain=True),  # A2, at its upper bound
    Profile(22, KEY, (20.2, 29.6), (FAIR,)),  # A2
    Profile(5, KEY, (21, 29), (GOOD,)),  # A2, if good counts as fairly good
    Profile(4, KEY, (22, 28), (FAIR, FAIRLY_LARGE, LOW_SHARE), is_certain=True),  # A2 and C
    Profile(16, OPEN, (10.4, 19.6), (FAIR, GROWING)),  # between B1 and A2
    Profile(20, KEY, (5.3, 9.9), (GROWING,)),  # B1
    Profile(10, OPEN, (5.3, 9.9), (GROWING,)),
    Profile(6, OPEN, (6, 9.6), (STEADY,), is_certain=True),  # B1 fails on potential
    Profile(1, KEY, (5, 5), (GROWING,), is_certain=True),  # exactly 5: B1
    Profile(1, KEY, (5, 5), (STEADY,), is_certain=True),  # exactly 5: B2
    Profile(2, OPEN, (5, 5)),  # exactly 5, potential not judged: both possible
    Profile(12, KEY, (2.1, 4.8), (STEADY,)),  # B2
    Profile(18, OPEN, (2.1, 4.8), (STEADY,)),
    Profile(
        6, OPEN, (2.2, 4.5), (STEADY, LITTLE, HIGH_RATE, PROMISING), is_certain=True
    ),  # B2 and D
    Profile(5, OPEN, (2.4, 4.6), (GROWING,), is_certain=True),  # B2 fails on potential
    Profile(8, KEY, (0.6, 1.9), (LITTLE, HIGH_RATE, PROMISING)),  # D
    Profile(6, KEY, None, (FAIRLY_LARGE, LOW_SHARE)),  # C, volume not known
    Profile(14, OPEN, None, (FAIR,)),  # nothing can be tested
    Profile(1, OPEN, (0, 0)),
    Profile(1, OPEN, (-0.3, -0.3)),  # more sent back than bought
    Profile(46, SMALL, (0.1, 1.9)),
    Profile(40, Standing.PROSPECT, None),
    Profile(16, Standing.FORMER, (0, 0)),
)

# Number of the customer → its city and a name as long as they come.
LONG_NAMES = {
    3: ("苏州", "江苏省常熟高新技术产业开发区恒昌精密机械制造（集团）股份有限公司第二分公司"),
    41: ("泉州", "福建省泉州市南安成功科技园中联卫浴水暖洁具五金精密铸造股份有限公司"),
}
FORMS = ("有限公司", "有限公司", "有限公司", "有限公司", "股份有限公司", "（集团）有限公司", "厂")
POSITIONS = (
    ("总经理", "总经办", ContactRole.DECIDES),
    ("采购经理", "采购部", ContactRole.PURCHASING),
    ("设备部长", "设备部", ContactRole.INFLUENCES),
    ("车间主任", "生产部", ContactRole.USES),
    ("财务主管", "财务部", ContactRole.FINANCE),
    ("采购员", "采购部", ContactRole.PURCHASING),
    ("法定代表人", "", ContactRole.LEGAL_REPRESENTATIVE),
)
WISHES = (
    "每次送货前一天电话通知，附检测报告",
    "月底前开票，票随货走",
    "每季度做一次油液检测",
    "只收200升铁桶，空桶回收",
    "周末不收货",
    "需要夜班技术支持电话",
)
PAYMENT_NOTES = ("月结", "票到付款", "银行承兑", "预付三成，余款验收后付")
BANKS = ("中国工商银行", "中国农业银行", "中国建设银行", "招商银行", "交通银行", "宁波银行")
INDIVIDUALS = ("周德明", "郑凤霞", "许长林", "潘庆丰")


def add_customers(story: Story) -> None:
    brands = names.brands(story.random)
    places = {
        "east": cycle(story.random.sample(names.EASTERN, len(names.EASTERN))),
        "south": cycle(story.random.sample(names.SOUTHERN, len(names.SOUTHERN))),
    }
    profiles = [profile for profile in PROFILES for _ in range(profile.count)]
    for number, profile in enumerate(profiles):
        side = "east" if number % 9 < 5 else "south"
        city = next(places[side])
        if number in LONG_NAMES:
            city = next(c for c in names.ALL if c.name == LONG_NAMES[number][0])
        story.customers.append(_customer(story, number, profile, city, next(brands)))
    _add_individuals(story)
    _add_twins(story)
    _form_groups(story, brands)
    for customer in story.customers:
        customer.row.name_pinyin = full_pinyin(customer.row.name)
        customer.row.name_initials = initials(customer.row.name)
        _add_contacts(story, customer)
    _assign(story)


def _customer(story: Story, number: int, profile: Profile, city: City, brand: str) -> Customer:
    random = story.random
    trade = random.choice(list(names.TRADES))
    place = random.choice([*city.towns, city.name, city.name])
    name = f"{place}{brand}{trade}{random.choice(FORMS)}"
    if number in LONG_NAMES:
        place, (_, name) = city.name, LONG_NAMES[number]
    months = 36 if story.chance(0.8) else random.randrange(13, 30)
    row = Account(
        code="" if story.chance(0.1) else f"KH{number + 1:05}",
        name=name,
        short_name=f"{place}{brand}" if story.chance(0.6) else "",
        former_names=[f"{place}{brand}{trade}厂"] if story.chance(0.06) else [],
        is_end_customer=None if story.chance(0.2) else story.chance(0.85),
        industry=names.TRADES[trade],
        province=city.province,
        city=city.name,
        region=_region(story, city),
        address=names.address(random, city, place) if story.chance(0.92) else "",
        phone=names.landline(random, city) if story.chance(0.85) else "",
        standing=profile.standing,
        long_term_intention=story.chance(0.8) if story.chance(0.6) else None,
        payment_days=random.choice((30, 30, 45, 60, 60, 90)) if story.chance(0.7) else None,
        service_wishes=random.choice(WISHES) if story.chance(0.45) else "",
        extra={"老系统编号": f"L{random.randrange(10**6):06}"} if story.chance(0.15) else {},
    )
    row.created_at = story.moment(story.workday(months * 31 + random.randrange(20, 900)))
    row.updated_at = row.created_at
    customer = Customer(row, profile, city, trade, _year(story, profile), months)
    if story.chance(0.9):
        serial = f"{random.randrange(10**8):08}"
        row.credit_code = names.make_credit_code(city.division, serial)
    if profile.standing == Standing.PROSPECT:
        row.payment_days, customer.months = None, 0
        row.created_at = story.moment(story.workday(random.randrange(5, 400)))
    if profile.standing == Standing.KEY:
        _honour(story, customer)
    return customer


def _honour(story: Story, customer: Customer) -> None:
    """What a recognised key account has besides: a type, invoicing details, payment terms."""
    row, random = customer.row, story.random
    row.business_type = BusinessType.AGREEMENT if story.chance(0.8) else BusinessType.NONE
    row.is_important_agreement = story.chance(0.25)
    row.needs_two_contacts = (customer.year or 0) >= 500_000
    row.payment_note = random.choice(PAYMENT_NOTES)
    row.invoice_title, row.invoice_tax_number = row.name, row.credit_code
    row.invoice_address, row.invoice_phone = row.address, row.phone
    row.invoice_bank = f"{random.choice(BANKS)}{row.city}分行"
    row.invoice_bank_account = f"6200{random.randrange(10**15):015}"


def _year(story: Story, profile: Profile) -> Decimal | None:
    if profile.year is None:
        return None
    low, high = profile.year
    if low == high:
        return Decimal(str(low)) * 10_000
    # more small ones than large ones, to the cent
    figure = low + (high - low) * story.random.random() ** 1.6
    return (Decimal(str(figure)) * 10_000).quantize(Decimal("0.01"))


def _region(story: Story, city: City) -> Region | None:
    supervisor = "shenlihua" if city in names.EASTERN else "liangzhiming"
    return story.people[supervisor].region


def _add_individuals(story: Story) -> None:
    """Members of S1 第4条 are people: they buy for a repair shop of their own."""
    random = story.random
    profile = Profile(
        1,
        Standing.KEY,
        (6, 16),
        (
            FAIRLY_LARGE,
            (J.PURCHASE_FREQUENCY, "fairly_high"),
            (J.LOYALTY, "loyal"),
            (J.EFFECT_ON_RESULTS, "some"),
            GROWING,
        ),
        is_certain=True,
    )
    for number, name in enumerate(INDIVIDUALS):
        city = random.choice(names.EASTERN if number % 2 else names.SOUTHERN)
        row = Account(
            code=f"GR{number + 1:04}",
            name=name,
            short_name=f"{name[0]}师傅",
            kind=Kind.INDIVIDUAL,
            is_end_customer=True,
            industry="汽车维修",
            province=city.province,
            city=city.name,
            region=_region(story, city),
            address=names.address(random, city, city.name),
            phone=names.mobile(random),
            standing=Standing.KEY,
            business_type=BusinessType.MEMBER if number < 3 else BusinessType.NONE,
            long_term_intention=True,
        )
        row.created_at = row.updated_at = story.moment(story.workday(1200 + number * 90))
        story.customers.append(Customer(row, profile, city, "汽车维修", _year(story, profile), 36))


def _form_groups(story: Story, brands: Iterator[str]) -> None:
    """Three groups: a parent company and subsidiaries of the same trade name."""
    for cities, province, title, size in (
        (names.EASTERN, "江苏", "控股集团有限公司", 4),
        (names.EASTERN, "浙江", "集团股份有限公司", 3),
        (names.SOUTHERN, "广东", "实业集团有限公司", 3),
    ):
        brand = next(brands)
        members = [
            customer
            for customer in story.random.sample(story.customers[:110], 110)
            if customer.is_key and customer.city in cities and "集团" not in customer.row.name
        ]
        members.sort(key=lambda customer: customer.city.province != province)
        members = members[:size]
        parent = members[0].row
        parent.name, parent.short_name = f"{province}{brand}{title}", f"{brand}集团"
        parent.former_names = [f"{province}{brand}润滑设备总公司"]
        for member in members[1:]:
            member.row.parent = parent
            member.row.former_names = [member.row.name] if story.chance(0.5) else []
            member.row.name = f"{member.city.name}{brand}{member.trade}有限公司"
            member.row.short_name = f"{member.city.name}{brand}"
        for member in members:
            member.row.invoice_title = member.row.name


def _add_twins(story: Story) -> None:
    """Customers that somebody entered a second time, under a slightly different name."""
    profile = Profile(1, Standing.UNCLASSIFIED, None)
    originals = [
        customer
        for customer in story.customers[110:230]
        if customer.row.name.endswith("有限公司") and customer.trade + "有限" in customer.row.name
    ]
    for number, original in enumerate(story.random.sample(originals, 6)):
        old = original.row
        town = old.short_name or old.name[:4]
        name = [
            old.name.replace("有限公司", "（集团）有限公司"),
            old.name.replace("有限公司", "有限责任公司"),
            old.name.replace("有限公司", ""),
            f"{original.city.province}{old.name}",
            old.name.replace("有限公司", "股份有限公司"),
            town + original.trade + "公司",
        ][number]
        row = Account(
            name=name,
            industry=old.industry if number % 2 else "",
            province=old.province,
            city=old.city,
            region=old.region,
            address=old.address if number % 3 == 0 else "",
            phone=old.phone if number % 2 == 0 else "",
            standing=Standing.PROSPECT if number % 2 else Standing.UNCLASSIFIED,
        )
        row.created_at = row.updated_at = story.moment(story.workday(40 + number * 33))
        story.customers.append(Customer(row, profile, original.city, original.trade, None, 0))


def _add_contacts(story: Story, customer: Customer) -> None:
    random, row = story.random, customer.row
    most = 4 if customer.is_key else 2
    count = random.randrange(1, most + 1) if not story.chance(0.05) else 0
    if row.kind == Kind.INDIVIDUAL:
        count = 0
    posts = random.sample(POSITIONS[: max(2, len(POSITIONS) if most > 2 else 4)], count)
    for number, (position, department, role) in enumerate(posts):
        name = names.person_name(random)
        has_left = number > 1 and story.chance(0.2)
        customer.contacts.append(
            ContactPerson(
                account=row,
                name=name,
                name_pinyin=full_pinyin(name),
                name_initials=initials(name),
                position=position,
                department=department,
                role=role,
                is_primary=number == 0,
                mobile=names.mobile(random) if story.chance(0.9) else "",
                phone=row.phone if story.chance(0.3) else "",
                wechat=f"{full_pinyin(name)}{random.randrange(100)}" if story.chance(0.5) else "",
                confirmed_on=story.workday(random.randrange(3, 120)) if story.chance(0.6) else None,
                left_on=story.workday(random.randrange(30, 300)) if has_left else None,
            )
        )
    story.contacts += customer.contacts


def _assign(story: Story) -> None:
    """An owner for nearly all, an earlier one for some, a second contact where one is needed."""
    teams = {name: _team(story, name) for name in REGIONS}
    for number, customer in enumerate(story.customers):
        row = customer.row
        team = teams[str(row.region)]
        since = row.created_at.date() + dt.timedelta(days=1)
        if number % 23 == 20 and not customer.is_key:
            continue  # nobody looks after it: the supervisor of the region sees it
        owner = team[number % len(team)]
        if number < 3:  # the largest are the supervisor's own
            owner = story.superior(owner)
        if story.chance(0.12) and (story.today - since).days > 400:
            before = team[(number + 1) % len(team)]
            until = story.workday(story.random.randrange(60, 350))
            story.assignments.append(_assignment(story, row, before, since, until))
            since = until
        row.owner = owner
        row.created_by = owner
        story.assignments.append(_assignment(story, row, owner, since))
        if row.needs_two_contacts and number % 5:
            second = team[(number + 1) % len(team)]
            if second != owner:
                story.assignments.append(
                    _assignment(story, row, second, since, kind=AssignmentKind.SECOND)
                )


def _team(story: Story, region: str) -> list[User]:
    return [
        story.people[person.username]
        for person in PEOPLE
        if person.role == Role.SPECIALIST and person.region == region
    ]


def _assignment(
    story: Story,
    row: Account,
    user: User,
    since: dt.date,
    until: dt.date | None = None,
    kind: str = AssignmentKind.OWNER,
) -> Assignment:
    return Assignment(
        account=row,
        user=user,
        kind=kind,
        started_on=since,
        ended_on=until,
        reason="区域调整" if until else "",
        assigned_by=story.superior(user),
        ended_by=story.superior(user) if until else None,
    )
