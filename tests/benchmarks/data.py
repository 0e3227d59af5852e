# ruff: noqa: SIM905 (words are read more easily in a line)
"""Databases of made-up customers for the benchmarks: 1,000 and 1,000,000 of the same kind.

Names are put together from the words of real Chinese company names, each as frequent as such words
are (a few very common, a long tail), so that terms of every frequency can be searched. Written by
COPY in minutes; kept under `.data/benchmarks/` and used again while the tables stay as they are.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import os
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from config.postgres import OWNER_ROLE, LocalServer

FOLDER = Path(__file__).resolve().parents[2] / ".data" / "benchmarks"
SMALL, LARGE = 1_000, 1_000_000
YEAR = 2025

PLACES = (
    "上海 深圳 北京 广州 江苏 浙江 苏州 杭州 广东 山东 成都 东莞 武汉 南京 天津 重庆 宁波 青岛 "
    "无锡 佛山 厦门 长沙 郑州 合肥 福建 西安 济南 河北 大连 沈阳 常州 温州 "
    "四川 湖北 安徽 昆明 哈尔滨 河南 福州 石家庄 南通 嘉兴 泉州 "
    "烟台 珠海 中山 惠州 南昌 长春 贵阳 绍兴 台州 金华 扬州 镇江 "
    "湖南 江西 陕西 辽宁 云南 广西 南宁 太原 乌鲁木齐 兰州 海口 呼和浩特 银川 西宁 拉萨 芜湖 徐州 "
    "潍坊 洛阳 襄阳 宜昌"
).split()
TRADES = (
    "科技 贸易 电子 机械 实业 建材 商贸 化工 汽车配件 食品 电气 机械设备 精密制造 塑料制品 "
    "医疗器械 物流 包装 新材料 自动化设备 五金制品 纺织 服装 金属材料 能源 环保科技 农业发展 "
    "家具 印刷 光电 橡胶 仪器仪表 钢铁 水泥 玻璃 造纸 生物医药 半导体 "
    "新能源汽车 轨道交通 船舶重工 航空航天 "
    "石油化工 煤炭 冷链 酒业 茶叶 陶瓷 电缆 轴承 模具 阀门 泵业 涂料 电梯 暖通设备 焊接材料 液压 "
    "变压器 传感器 机器人"
).split()
FORMS = ["有限公司"] * 90 + ["股份有限公司"] * 5 + ["集团有限公司"] * 3 + ["厂", "经营部"]
BRAND_CHARACTERS = (
    "华鑫盛隆泰恒达兴源瑞宏丰金永安德信诚利昌顺祥福荣佳美新东方大成海天龙凯宇博远航星光明亿万通联创智慧云"
    "飞腾卓越杰锐捷豪嘉康宁和平正元亨贞吉庆辉煌耀日月江河山川林森木石玉珠宝银铜铁钢水火土春夏秋冬梅兰竹菊"
    "松柏桂桐槐柳杨枫霖霏霆震巽坎离艮坤乾晟昊旭昕晨曦晖暄朗皓皎洁净清澈湛渊雅颂韵律音歌舞翔翱鹏鹰雁鸿鹤"
    "麒麟骏骥驰骋驭驾峰岳岭岩峻崇嵘巍尧舜禹汤文武周秦汉唐宋明尚尊敬仁义礼智忠孝廉勇毅坚韧强健伟壮雄威胜"
    "拓展开发建造作品质量优良精细致密深邃奥妙神奇特异彩虹霓裳羽毛皮革丝绸缎锦绣织布麻棉纱线"
)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国志玉兰婷雪倩浩宇晨阳梓涵欣怡子轩思远"
# Needles of known frequency among a million. Among a thousand as many, but at most a sixth of all,
# so that a page of hits has the same lines at both sizes and the ratio is that of finding them.
NEEDLES = {"蓬莱仙阁": 20, "昆仑玉虚": 500, "罗浮紫云": 5_000}


class Characters(dict[int, str]):
    """Pinyin of single characters, looked up once each: a million names in seconds."""

    def __init__(self, *, first: bool) -> None:
        super().__init__()
        from pypinyin import Style, lazy_pinyin

        self.read = lambda c: "".join(
            lazy_pinyin(c, style=Style.FIRST_LETTER if first else Style.NORMAL)
        )

    def __missing__(self, key: int) -> str:
        self[key] = self.read(chr(key)).lower()
        return self[key]


def zipf(words: Sequence[str]) -> tuple[Sequence[str], list[float]]:
    return words, list(itertools.accumulate(1 / (rank + 2) for rank in range(len(words))))


def server() -> LocalServer:
    return LocalServer(FOLDER, durable=False)


def fingerprint() -> str:
    """Changes whenever this file does; the tables themselves are migrated each time."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


def set_up(postgres: LocalServer) -> None:
    """Django on the benchmark server; call `use(size)` before the first query."""
    os.environ |= {
        "SECRET_KEY": "only-for-benchmarks-and-long-enough-to-be-a-key",
        "DATABASE_URL": postgres.url(OWNER_ROLE),
        "HTTPS": "off",
        "STATIC_MANIFEST": "off",
        "LOG_LEVEL": "ERROR",
        "ALLOWED_HOSTS": "testserver",
        "PYTHONWARNINGS": "ignore",
    }
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()


def use(size: int) -> None:
    """Points Django at the database of that many customers, filling it first if need be."""
    from django.core.management import call_command
    from django.db import connection

    name = f"customers_{size}"
    connection.close()
    connection.settings_dict["NAME"] = "dakehu"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        )
        found = cursor.fetchone()
        if not found or found[0] != fingerprint():
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
            found = None
    connection.close()
    connection.settings_dict["NAME"] = name
    call_command("migrate", verbosity=0)
    if found:
        return
    started = time.monotonic()
    fill(size)
    with connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON DATABASE \"{name}\" IS '{fingerprint()}'")
    print(f"made {size:,} customers in {time.monotonic() - started:.0f} s", flush=True)


def people() -> dict[str, Any]:
    """A manager, two supervisors with a region each and six specialists, as in the demo."""
    from staff.models import Region, Role, User

    regions = [Region.objects.create(name=name) for name in ("华东", "华南")]
    shared = {"must_change_password": False}
    boss = User.objects.create(username="boss", name="王建国", role=Role.MANAGER, **shared)
    supervisors = [
        User.objects.create(
            username=f"supervisor{n}",
            name=name,
            role=Role.SUPERVISOR,
            reports_to=boss,
            region=regions[n],
            **shared,
        )
        for n, name in enumerate(("李慧敏", "赵志强"))
    ]
    specialists = [
        User.objects.create(
            username=f"specialist{n}",
            name=name,
            role=Role.SPECIALIST,
            reports_to=supervisors[n % 2],
            region=regions[n % 2],
            **shared,
        )
        for n, name in enumerate(("陈晓", "周凯", "孙婷", "吴刚", "郑洁", "冯雷"))
    ]
    return {"regions": regions, "specialists": specialists, "supervisors": supervisors}


def fill(size: int) -> None:
    """`size` customers with owners, second contacts, contact persons, judgements and volumes."""
    from django.db import connection, transaction

    chance = random.Random(20251123)
    who = people()
    tables = (
        "accounts_account",
        "accounts_assignment",
        "accounts_contactperson",
        "accounts_judgement",
        "accounts_annualvolume",
        "accounts_monthlyvolume",
        "accounts_interaction",
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgname LIKE '%%fill_search_text%%'"
            " AND tgrelid = 'accounts_account'::regclass"
        )
        cursor.execute(f"ALTER TABLE accounts_account ENABLE TRIGGER {cursor.fetchone()[0]}")
        indexes = drop_indexes(cursor)
        copy(cursor, "accounts_contactperson", PERSON_COLUMNS, contact_people(size, chance))
        cursor.execute("ANALYZE accounts_contactperson")
        copy(cursor, "accounts_account", ACCOUNT_COLUMNS, accounts(size, chance, who))
        fill_from_accounts(cursor, who["specialists"])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in indexes:
            cursor.execute(statement)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            if table != "accounts_monthlyvolume":
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
                )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def drop_indexes(cursor: Any) -> list[str]:
    """Takes the plain indexes away while filling; returns what makes them again."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'accounts_account'"
        " AND indexdef NOT LIKE 'CREATE UNIQUE%%'"
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


def copy(cursor: Any, table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as stream:
        for row in rows:
            stream.write_row(row)


PERSON_COLUMNS = (
    "id, account_id, name, name_pinyin, name_initials, position, department, role, is_primary,"
    " mobile, phone, email, wechat, note"
)


def contact_people(size: int, chance: random.Random) -> Iterator[tuple[Any, ...]]:
    """One to three for each customer."""
    pinyin, initials = Characters(first=False), Characters(first=True)
    number = 0
    for account in range(1, size + 1):
        for place in range(1 + (account % 3 == 0) + (account % 7 == 0)):
            number += 1
            name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=1 + number % 2))
            yield (
                number, account, name, name.translate(pinyin), name.translate(initials),
                "采购经理", "采购部", "purchasing", place == 0,
                f"1{chance.randrange(30, 100)}{chance.randrange(10**8):08}", "", "", "", "",
            )  # fmt: skip


ACCOUNT_COLUMNS = (
    "id, code, name, name_pinyin, name_initials, short_name, former_names, kind, credit_code,"
    " industry, region_id, province, city, address, phone, wechat, invoice_title,"
    " invoice_tax_number, invoice_address, invoice_phone, invoice_bank, invoice_bank_account,"
    " payment_note, service_wishes, standing, business_type, is_important_agreement,"
    " needs_two_contacts, extra, tier, owner_id, second_contacts, annual_volume, void_reason,"
    " created_at, updated_at, version"
)


def accounts(size: int, chance: random.Random, who: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Every sixth customer belongs to each specialist; one in thirty to nobody."""
    pinyin, initials = Characters(first=False), Characters(first=True)
    places, place_weights = zipf(PLACES)
    trades, trade_weights = zipf(TRADES)
    brand, brand_weights = zipf(BRAND_CHARACTERS)
    needles = {
        position: word
        for word, count in NEEDLES.items()
        for position in chance.sample(range(1, size + 1), min(count, size // 6))
    }
    now = dt.datetime(YEAR + 1, 1, 5, 9, tzinfo=dt.UTC)
    for number in range(1, size + 1):
        place = chance.choices(places, cum_weights=place_weights)[0]
        letters = "".join(chance.choices(brand, cum_weights=brand_weights, k=2 + number % 2))
        short = needles.get(number, letters)
        trade = chance.choices(trades, cum_weights=trade_weights)[0]
        name = f"{place}{short}{trade}{chance.choice(FORMS)}"
        region = chance.randrange(2)
        dice = chance.random()
        owner = None if dice < 1 / 30 else who["specialists"][chance.randrange(6)]
        second = chance.choice(who["specialists"]) if dice > 0.95 else None
        amount = round(Decimal(chance.lognormvariate(11.6, 1.4)), 2)
        is_key = amount > 200_000 and dice < 0.8
        tier = chance.choice(("A1", "A2", "B1", "B2", "C", "D")) if is_key else ""
        known = chance.random() < 0.9
        yield (
            number, f"K{number:07}", name, name.translate(pinyin), name.translate(initials),
            short if number % 3 == 0 else "",
            [f"{place}{letters}工贸公司"] if number % 20 == 0 else [],
            "organisation", f"91{310000 + number % 9000:06}{number:09}X",
            trade, who["regions"][region].pk, "", place, f"{place}工业园区{number % 999}号",
            f"0{chance.randrange(10, 999)}-{chance.randrange(10**8):08}", "",
            name, "", "", "", "", "", "", "",
            ("key" if is_key else chance.choice(("prospect", "unclassified", "small_medium"))),
            "agreement" if is_key and number % 2 else "none", False, False, "{}",
            tier, owner and owner.pk,
            [second.pk] if second and second is not owner else [],
            amount if known else None, "",
            now - dt.timedelta(minutes=chance.randrange(10**6)),
            now - dt.timedelta(minutes=chance.randrange(10**5)), 1,
        )  # fmt: skip


def fill_from_accounts(cursor: Any, specialists: Sequence[Any]) -> None:
    """What follows from the customers: assignments, volumes, judgements, contacts."""
    cursor.execute(
        "INSERT INTO accounts_assignment (account_id, user_id, kind, started_on, reason)"
        " SELECT id, owner_id, 'owner', date '2024-01-01', '' FROM accounts_account"
        " WHERE owner_id IS NOT NULL UNION ALL"
        " SELECT id, unnest(second_contacts), 'second', date '2024-01-01', '' FROM accounts_account"
    )
    cursor.execute(
        "INSERT INTO accounts_annualvolume (account_id, basis, period_from, period_to, amount,"
        " source, source_note, as_of, entered_at)"
        f" SELECT id, 'sales', date '{YEAR}-01-01', date '{YEAR}-12-31', annual_volume, 'ledger',"
        f" '', date '{YEAR}-12-31', now() FROM accounts_account WHERE annual_volume IS NOT NULL"
    )
    cursor.execute(
        "UPDATE accounts_account AS a SET annual_volume_fact_id = v.id"
        " FROM accounts_annualvolume AS v WHERE v.account_id = a.id AND a.id <= 1000"
    )
    cursor.execute(
        "INSERT INTO accounts_monthlyvolume (account_id, month, amount, source)"
        f" SELECT id, date '{YEAR}-01-01' + make_interval(months => m), annual_volume / 12,"
        " 'ledger' FROM accounts_account, generate_series(0, 11) AS m"
        " WHERE annual_volume IS NOT NULL AND (id <= 1000 OR id % 50 = 0)"
    )
    cursor.execute(
        "INSERT INTO accounts_judgement (account_id, kind, value, judged_by_id, judged_on, note)"
        " SELECT id, question, (array['good', 'fairly_good', 'other'])[1 + id %% 3], %s,"
        f" date '{YEAR}-12-01', '' FROM accounts_account,"
        " unnest(array['payment_reputation', 'purchase_frequency']) AS question WHERE id %% 5 <> 0",
        [specialists[0].pk],
    )


if __name__ == "__main__":
    running = server()
    running.start()
    try:
        set_up(running)
        for size in (SMALL, LARGE):
            use(size)
    finally:
        running.stop()
