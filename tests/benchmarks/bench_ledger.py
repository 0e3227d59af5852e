"""The way of a ledger in and out, against parsing plus a bare COPY of the same rows.

    .venv/bin/python -m tests.benchmarks.bench_ledger [--customers 100000] [--lines 500000]
        [--record]

Everything counts: reading in the child process, header, validation, preview with duplicates and
changed verdicts, pinyin, search index, audit trail; only waiting for a person does not. Makes its
own database and drops it. Prints ratio, baseline, target and PASS or FAIL; exit code 1 on FAIL.
Behind it the same ratio in processor time of all processes, which a busy machine disturbs less;
it knows nothing of what runs at the same time on two cores.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import resource
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmarks.bench_customers import record

HEADER = [
    "客户编号", "客户名称", "简称", "统一社会信用代码", "行业", "省份", "城市", "地址", "电话",
    "税号", "开户行", "银行账号", "账期", "服务需求", "联系人", "手机", "年用量", "建档日期",
    "来源", "备注",
]  # fmt: skip
LINE_HEADER = ["日期", "客户编号", "客户名称", "单号", "行号", "产品名称", "数量", "金额"]
IMPORT_EXPORT_ROWS = 1_000
Report = tuple[list[str], bool]  # the lines, and whether anything failed
MOST_MEMORY = 500 * 1024 * 1024
WHOSE = {"own": "the importing or exporting process", "children": "the process that parses"}


class Took(NamedTuple):
    """Seconds by the clock and of processors; bytes at most in use by it, and by its children."""

    wall: float
    cpu: float
    own: int = 0
    children: int = 0


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--customers", type=int, default=100_000)
    options.add_argument("--lines", type=int, default=500_000)
    options.add_argument("--record", action="store_true", help="write docs/benchmarks.md")
    chosen = options.parse_args()
    from tests import database

    database.pytest_load_initial_conftests()
    try:
        lines, failed = _run(chosen.customers, chosen.lines)
    finally:
        database.pytest_unconfigure()
    if chosen.record:
        record("bench_ledger", "\n".join(lines))
    return int(failed)


def _run(customers: int, lines: int) -> Report:
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


def _measure(folder: Path, customers: int, lines: int) -> Report:
    from staff.models import Role, User

    boss = User.objects.create_user("boss", None, name="老板", role=Role.MANAGER)
    first, changed, sales = folder / "new.xlsx", folder / "changed.xlsx", folder / "sales.xlsx"
    write(first, HEADER, customer_rows(customers, "一号"))
    write(changed, HEADER, customer_rows(customers, "二号"))
    write(sales, LINE_HEADER, sales_rows(lines, max(customers // 10, 1)))
    results = [
        (f"customers, {name}", *against(path, "customers", boss), target)
        for name, path, target in (
            ("all new", first, 6.0), ("all changed", changed, 7.0), ("unchanged", changed, 6.0)
        )
    ]  # fmt: skip
    rate = customers / results[0][1].wall
    plain = apart(lambda: bare_export(folder / "bare.xlsx"))
    ours = apart(lambda: timed(lambda: take_out(folder, boss)))
    results.append(("export of customers", ours, plain, 1.3))
    theirs = IMPORT_EXPORT_ROWS / timed(lambda: import_export_default(first, boss)).wall
    results.append(("sales lines", *against(sales, "sales", boss), 5.0))
    sizes = f"{customers:,} customers, {lines:,} lines"
    return report(sizes, results, rate / theirs)


def against(path: Path, kind: str, boss: Any) -> tuple[Took, Took]:
    """The import, and just before it the baseline of the same file: the mean of two.

    Not after it: what the import leaves to be written would slow the baseline down.
    """
    bases = [apart(lambda: timed(lambda: bare_copy(path))) for _ in range(2)]
    base = (sum(pair) / 2 for pair in zip(*(took[:2] for took in bases), strict=True))
    return apart(lambda: timed(lambda: bring_in(path, kind, boss))), Took(*base)


def apart(action: Callable[[], Took]) -> Took:
    """In a process of its own: what one keeps in memory is not counted as another's."""
    from django.db import connection

    connection.close()
    reading, writing = os.pipe()
    if pid := os.fork():
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            answer = pipe.read()
        os.waitpid(pid, 0)
        if not answer:
            raise SystemExit("The measured process ended early.")
        return Took(*json.loads(answer))
    try:
        took = action()
        most = [
            resource.getrusage(whose).ru_maxrss * 1024
            for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        ]
        with os.fdopen(writing, "w") as pipe:
            json.dump([took.wall, took.cpu, *most], pipe)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def timed(action: Callable[[], object]) -> Took:
    start, busy = time.perf_counter(), processor_time()
    action()
    return Took(time.perf_counter() - start, processor_time() - busy)


def processor_time() -> float:
    """Seconds that this process, its children and its database process have worked."""
    from django.db import connection

    spent = 0.0
    for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        usage = resource.getrusage(whose)
        spent += usage.ru_utime + usage.ru_stime
    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
    if stat.exists():  # a server on this machine, and Linux
        fields = stat.read_text().rpartition(")")[2].split()
        spent += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return spent


def report(sizes: str, results: list[tuple[str, Took, Took, float]], times_theirs: float) -> Report:
    lines = [sizes]
    failed = False
    for name, took, base, target in results:
        ratio = took.wall / base.wall
        word = "PASS" if ratio <= target else "FAIL"
        failed |= word == "FAIL"
        lines.append(
            f"{word} {ratio:5.2f} x (at most {target}) {took.wall:6.1f} s against"
            f" {base.wall:5.1f} s  {name}; processor time {took.cpu / base.cpu:.2f} x"
            f" {base.cpu:.1f} s"
        )
    word = "PASS" if times_theirs >= 10 else "FAIL"
    failed |= word == "FAIL"
    lines.append(f"{word} {times_theirs:5.0f} x (at least 10) rows per second of import-export")
    for name in ("own", "children"):
        most = max(getattr(took, name) for _, took, _, _ in results)
        word = "PASS" if most <= MOST_MEMORY else "FAIL"
        failed |= word == "FAIL"
        lines.append(f"{word} {most / 1024 / 1024:5.0f} MB (at most 500) memory of {WHOSE[name]}")
    print("\n".join(lines))
    return lines, failed


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


def bare_export(path: Path) -> Took:
    """The same cells as our export, written by XlsxWriter alone."""
    import xlsxwriter

    from accounts.ledger import export
    from staff.models import User

    boss = User.objects.get(username="boss")
    heads, rows = export.customer_sheet(export.all_of(boss), boss)
    kept = [list(row) for row in rows]

    def write_cells() -> None:
        with xlsxwriter.Workbook(path, {"constant_memory": True, **export.OPTIONS}) as book:
            page = book.add_worksheet()
            page.write_row(0, 0, [head.text for head in heads])
            for number, row in enumerate(kept, 1):
                for place, value in enumerate(row):
                    if value is not None and value != "":
                        page.write(number, place, value)

    return timed(write_cells)


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
