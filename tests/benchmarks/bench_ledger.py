"""The way of a ledger in and out, against parsing plus a bare COPY of the same rows.

    .venv/bin/python -m tests.benchmarks.bench_ledger [--customers 100000] [--lines 500000]

Everything counts: reading in the child process, header, validation, preview with duplicates and
changed verdicts, pinyin, search index, audit trail; only waiting for a person does not. Makes its
own database and drops it. Prints ratio, baseline, target and PASS or FAIL; exit code 1 on FAIL.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HEADER = [
    "客户编号", "客户名称", "简称", "统一社会信用代码", "行业", "省份", "城市", "地址", "电话",
    "税号", "开户行", "银行账号", "账期", "服务需求", "联系人", "手机", "年用量", "建档日期",
    "来源", "备注",
]  # fmt: skip
LINE_HEADER = ["日期", "客户编号", "客户名称", "单号", "行号", "产品名称", "数量", "金额"]
IMPORT_EXPORT_ROWS = 1_000
MOST_MEMORY = 500 * 1024 * 1024


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--customers", type=int, default=100_000)
    options.add_argument("--lines", type=int, default=500_000)
    chosen = options.parse_args()
    from tests import database

    database.pytest_load_initial_conftests()
    try:
        return _run(chosen.customers, chosen.lines)
    finally:
        database.pytest_unconfigure()


def _run(customers: int, lines: int) -> int:
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

    django.setup()
    from django.conf import settings
    from django.db import connection

    connection.settings_dict["TEST"]["NAME"] = "bench_ledger"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder
        try:
            return _measure(Path(folder), customers, lines)
        finally:
            connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def _measure(folder: Path, customers: int, lines: int) -> int:
    from staff.models import Role, User

    boss = User.objects.create_user("boss", None, name="老板", role=Role.MANAGER)
    first, changed, sales = folder / "new.xlsx", folder / "changed.xlsx", folder / "sales.xlsx"
    write(first, HEADER, customer_rows(customers, "一号"))
    write(changed, HEADER, customer_rows(customers, "二号"))
    write(sales, LINE_HEADER, sales_rows(lines, max(customers // 10, 1)))
    base = timed(lambda: bare_copy(first))
    results = [
        ("customers, all new", *against(base, lambda: bring_in(first, "customers", boss)), 6.0),
        (
            "customers, all changed",
            *against(base, lambda: bring_in(changed, "customers", boss)),
            7.0,
        ),
        ("customers, unchanged", *against(base, lambda: bring_in(changed, "customers", boss)), 6.0),
    ]
    rate = customers / results[0][1]
    plain = bare_export(folder / "bare.xlsx")
    results.append(("export of customers", *against(plain, lambda: take_out(folder, boss)), 1.3))
    theirs = IMPORT_EXPORT_ROWS / timed(lambda: import_export_default(first, boss))
    base = timed(lambda: bare_copy(sales))
    results.append(("sales lines", *against(base, lambda: bring_in(sales, "sales", boss)), 5.0))
    return report(results, rate / theirs)


def against(base: float, action: Callable[[], object]) -> tuple[float, float]:
    return timed(action), base


def timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def report(results: list[tuple[str, float, float, float]], times_theirs: float) -> int:
    failed = False
    for name, took, base, target in results:
        word = "PASS" if took / base <= target else "FAIL"
        failed |= word == "FAIL"
        print(f"{name}: {took:.1f} s = {took / base:.2f} x {base:.1f} s, at most {target}: {word}")
    word = "PASS" if times_theirs >= 10 else "FAIL"
    print(f"rows per second: {times_theirs:.0f} x django-import-export, at least 10: {word}")
    for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        most = resource.getrusage(whose).ru_maxrss * 1024
        word = "PASS" if most <= MOST_MEMORY else "FAIL"
        failed |= word == "FAIL"
        name = "child" if whose == resource.RUSAGE_CHILDREN else "parent"
        print(f"memory of the {name}: {most / 1024 / 1024:.0f} MB, at most 500: {word}")
    return int(failed or times_theirs < 10)


# --- Files --------------------------------------------------------------------------------------


def customer_rows(count: int, street: str) -> Iterator[list[Any]]:
    from accounts import credit_code
    from tests.benchmarks.data import BRAND_CHARACTERS, FORMS, GIVEN, PLACES, SURNAMES, TRADES

    chance = random.Random(1)
    for number in range(count):
        place = chance.choice(PLACES)
        brand = "".join(chance.choices(BRAND_CHARACTERS, k=3))
        name = f"{place}{brand}{chance.choice(TRADES)}{chance.choice(FORMS)}"
        seventeen = f"91310000MA{number:07d}"
        code = seventeen + credit_code.check_character(seventeen)
        yield [
            f"K{number:06d}", name, brand, code, "制造业", "上海", place,
            f"{place}市{brand}路{street}{number % 900}号", f"021-{50_000_000 + number}", code,
            "中国工商银行上海分行", f"6222{number:015d}", 30 + number % 60, "送货前一天打电话",
            chance.choice(SURNAMES) + chance.choice(GIVEN), float(13_800_000_000 + number),
            round(chance.uniform(1_000, 600_000), 2), dt.datetime(2024, 1 + number % 12, 5),
            "展会", f"第{number}户",
        ]  # fmt: skip


def sales_rows(count: int, customers: int) -> Iterator[list[Any]]:
    chance = random.Random(2)
    for number in range(count):
        who = chance.randrange(customers)
        day = dt.datetime(2024, 1, 1) + dt.timedelta(days=number * 730 // count)
        yield [
            day, f"K{who:06d}", f"客户{who}", f"D{number // 5}", number % 5 + 1,
            f"产品{number % 300}", chance.randrange(1, 90), round(chance.uniform(5, 4_000), 2),
        ]  # fmt: skip


def write(path: Path, header: list[str], rows: Iterator[list[Any]]) -> None:
    import xlsxwriter

    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(path, options) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, header)
        for number, row in enumerate(rows, 1):
            page.write_row(number, 0, row)


# --- What is compared -----------------------------------------------------------------------------


def parsed(path: Path) -> Iterator[list[Any]]:
    import python_calamine

    sheet = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    return iter(sheet.iter_rows())


def bare_copy(path: Path) -> None:
    from django.db import connection, transaction

    rows = parsed(path)
    columns = [f"c{number}" for number, _ in enumerate(next(rows))]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare ({', '.join(f'{c} text' for c in columns)})")
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for row in rows:
                copy.write_row([None if value == "" else str(value) for value in row])
        cursor.execute("DROP TABLE bare")


def bring_in(path: Path, kind: str, boss: Any) -> None:
    from django.core.files.base import File

    from accounts.models import ImportStatus
    from accounts.workflow import ledger

    with path.open("rb") as file:
        row = ledger.upload(File(file, name=path.name), name=path.name, kind=kind, actor=boss)
    start = time.perf_counter()
    row = ledger.read(row)
    print(f"  {path.name}: preview {time.perf_counter() - start:.1f} s {row.counts}", flush=True)
    if row.status != ImportStatus.READY or row.count("refused"):
        raise SystemExit(f"{path.name}: {row.status} {row.failure} {row.counts}")
    if row.apply_blocker(boss):
        return
    start = time.perf_counter()
    ledger.start_apply(row, actor=boss)
    ledger.apply(row, actor=boss)
    print(f"  {path.name}: apply {time.perf_counter() - start:.1f} s", flush=True)


def take_out(folder: Path, boss: Any) -> None:
    from accounts.ledger import export

    with (folder / "out.xlsx").open("wb") as out:
        export.write("customers", export.all_of(boss), boss, out)


def bare_export(path: Path) -> float:
    """The same cells as our export, written by XlsxWriter alone."""
    import xlsxwriter

    from accounts.ledger import export
    from staff.models import User

    boss = User.objects.get(username="boss")
    heads, rows = export.customer_sheet(export.all_of(boss), boss)
    kept = [list(row) for row in rows]
    start = time.perf_counter()
    with xlsxwriter.Workbook(path, {"constant_memory": True, **export.OPTIONS}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [head.text for head in heads])
        for number, row in enumerate(kept, 1):
            for place, value in enumerate(row):
                if value is not None and value != "":
                    page.write(number, place, value)
    return time.perf_counter() - start


def import_export_default(path: Path, boss: Any) -> None:
    import tablib
    from import_export import resources

    from accounts.models import Account

    class AccountResource(resources.ModelResource):
        class Meta:
            model = Account
            import_id_fields = ("code",)
            fields = ("code", "name", "short_name", "industry", "province", "city", "address")

    rows = parsed(path)
    next(rows)
    data = tablib.Dataset(headers=list(AccountResource.Meta.fields))
    for number, row in zip(range(IMPORT_EXPORT_ROWS), rows, strict=False):
        data.append([f"X{number}", *row[1:3], *row[4:8]])
    AccountResource().import_data(data, dry_run=False, raise_errors=True)


if __name__ == "__main__":
    sys.exit(main())
