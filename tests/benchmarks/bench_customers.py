"""The customer list, the search and the customer file: 1,000,000 customers against 1,000.

    .venv/bin/python -m tests.benchmarks.bench_customers [--rounds 7] [--only WORD] [--record]
        [--processor]

Whole requests through Django's test client on a PostgreSQL of our own, as the manager, a
supervisor and a specialist. Both sizes are measured in turns within one run; of each the fastest
of all requests counts, so that what else the machine does weighs little. Exit code 1 on FAIL.

On a machine that others keep busy the clock mostly measures the others: `--processor` counts the
time that our process and its database process spend on a processor instead (Linux), with no
parallel workers, whose time would be missed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks import data

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
PEOPLE = ("boss", "supervisor0", "specialist0")
LIST, FILE = 12, 20  # queries


@dataclass(frozen=True)
class Case:
    """An address, how much slower it may be with a thousand times the customers, and queries."""

    name: str
    address: str
    target: float
    queries: int = LIST


CASES = [
    Case("list", "/accounts/", 2),
    Case("list by tier and standing", "/accounts/?tier=A1&tier=A2&standing=key", 2),
    Case("list of a region without tier", "/accounts/?region={region}&tier=undecided", 2),
    Case("list of one owner", "/accounts/?owner={owner}&standing=key", 2),
    Case("list of nobody's", "/accounts/?owner=nobody", 2),
    Case("list by volume range", "/accounts/?volume_from=100&volume_to=120", 2),
    Case("list by judgement", "/accounts/?judgement=payment_reputation:good", 2),
    Case("list by largest volume", "/accounts/?sort=-volume", 2),
    Case("list by tier, key accounts", "/accounts/?sort=tier&standing=key", 2),
    Case("list, last added first", "/accounts/?sort=-created", 2),
    Case("search, 20 hits", "/accounts/?q=蓬莱仙阁", 2),
    Case("search, 500 hits", "/accounts/?q=玉虚", 2),
    Case("search, 1 hit by phone", "/accounts/?q={phone}", 2),
    Case("search, 20 hits by initials", "/accounts/?q=plxg", 2),
    Case("search, 20 hits by pinyin", "/accounts/?q=penglaixian", 2),
    Case("search, 1 hit by code", "/accounts/?q={code}", 2),
    Case("search, no hit", "/accounts/?q=饕餮", 2),
    Case("search, 5,000 hits", "/accounts/?q=罗浮", 5),
    Case("search, every name", "/accounts/?q=有限公司", 5),
    Case("search, a common word", "/accounts/?q=科技", 5),
    Case("search, a common place", "/accounts/?q=上海", 5),
    Case("search, a longer word", "/accounts/?q=机械设备", 5),
    Case("search, one character", "/accounts/?q=鑫", 5),
    Case("search, a rare character", "/accounts/?q=浮", 5),
    Case("search, two words", "/accounts/?q=上海 科技", 5),
    Case("search, pinyin of a place", "/accounts/?q=shanghai", 5),
    Case("search, two initials", "/accounts/?q=sh", 5),
    Case("search, three initials", "/accounts/?q=yxg", 5),
    Case("search, one letter", "/accounts/?q=s", 5),
    Case("search, two digits", "/accounts/?q=13", 5),
    Case("search, four digits", "/accounts/?q={digits}", 5),
    Case("search, contact person", "/accounts/?q={person}", 5),
    Case("search with filters", "/accounts/?q=科技&tier=A1&region={region}", 5),
    Case("dropdown, a common word", "/accounts/search/?q=科技", 5),
    Case("dropdown, 20 hits", "/accounts/search/?q=蓬莱仙阁", 2),
    Case("look-up, pinyin", "/accounts/lookup/?q={pinyin}", 5),
    Case("page 40", "/accounts/?page=40", 2),
    Case("customer file", "/accounts/{account}/", 2, FILE),
]


@dataclass
class Result:
    seconds: float
    queries: int


class Measurer:
    """Requests of one person to one of the two databases."""

    def __init__(self, size: int, *, by_processor: bool = False) -> None:
        from accounts.models import Account, ContactPerson
        from staff.models import User
        from staff.pinyin import full_pinyin

        data.use(size)
        self.by_processor = by_processor
        self.people = {name: User.objects.get(username=name) for name in PEOPLE}
        self.words = {
            "region": self.people["supervisor0"].region_id,
            "owner": self.people["specialist0"].pk,
        }
        account = Account.objects.visible_to(self.people["specialist0"]).order_by("pk").first()
        assert account is not None
        person = ContactPerson.objects.filter(account=account).order_by("pk")[0]
        self.words |= {
            "account": account.pk,
            "code": account.code.lower(),
            "pinyin": full_pinyin(account.name[2:4]),
            "phone": person.mobile,
            "digits": person.mobile[-4:],
            "person": person.name,
        }

    def client(self, person: str) -> Any:
        from django.test import Client

        client = Client()
        if self.by_processor:
            prepare_for_processor_time()
        client.force_login(self.people[person], backend="staff.auth.StaffBackend")
        return client

    def measure(self, client: Any, case: Case, times: int) -> Result:
        from django.db import connection

        address = case.address.format(**self.words)
        count = [0]

        def counting(execute: Any, *args: Any) -> Any:
            count[0] += 1
            return execute(*args)

        with connection.execute_wrapper(counting):
            response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        best = min(self._once(client, address) for _ in range(times))
        return Result(best, count[0])

    def _once(self, client: Any, address: str) -> float:
        clock = processor_time if self.by_processor else time.perf_counter
        started = clock()
        client.get(address)
        return clock() - started


def prepare_for_processor_time() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")


def processor_time() -> float:
    """Seconds that this process and the one it is connected to have spent on a processor."""
    from django.db import connection

    backend = connection.connection.info.backend_pid
    nanoseconds = Path(f"/proc/{backend}/schedstat").read_text().split()[0]
    return time.process_time() + int(nanoseconds) / 1e9


def run(
    cases: list[Case], rounds: int, *, by_processor: bool
) -> dict[tuple[str, str], dict[int, Result]]:
    found: dict[tuple[str, str], dict[int, Result]] = {}
    for _round in range(rounds):
        for size in (data.SMALL, data.LARGE):
            measurer = Measurer(size, by_processor=by_processor)
            for person in PEOPLE:
                client = measurer.client(person)
                for case in cases:
                    new = measurer.measure(client, case, 3)
                    old = found.setdefault((case.name, person), {}).get(size)
                    if old is None or new.seconds < old.seconds:
                        found[case.name, person][size] = new
    return found


def lines(
    cases: list[Case], found: dict[tuple[str, str], dict[int, Result]]
) -> Iterator[tuple[str, bool]]:
    for case in cases:
        for person in PEOPLE:
            small, large = (found[case.name, person][size] for size in (data.SMALL, data.LARGE))
            ratio = large.seconds / small.seconds
            same = large.queries == small.queries <= case.queries
            passed = ratio <= case.target and same
            yield (
                (
                    f"{'PASS' if passed else 'FAIL'}  {ratio:6.2f} × (≤ {case.target:.0f})"
                    f"  {large.seconds * 1000:7.1f} ms against {small.seconds * 1000:6.1f} ms"
                    f"  {large.queries:2}/{small.queries:2} queries (≤ {case.queries})"
                    f"  {case.name}, {person}"
                ),
                passed,
            )


def record(name: str, report: str, *, by_processor: bool = False) -> None:
    """Puts the report in the place of the last one in docs/benchmarks.md."""
    cores, load = os.cpu_count(), os.getloadavg()[1]
    when = f"{dt.date.today()}, {cores} cores, load {load:.1f} over the last five minutes"
    if by_processor:
        when += ", time on a processor"
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    page = PAGE.read_text()
    before, after = page.split(start)[0], page.split(end)[1]
    PAGE.write_text(f"{before}{start}\n{when}\n\n```\n{report}\n```\n{end}{after}")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--only", default="", help="cases whose name holds this")
    options.add_argument("--record", action="store_true", help="write docs/benchmarks.md")
    options.add_argument("--processor", action="store_true", help="time on a processor")
    given = options.parse_args()
    cases = [case for case in CASES if given.only in case.name]
    postgres = data.server()
    postgres.start()
    try:
        data.set_up(postgres)
        found = run(cases, given.rounds, by_processor=given.processor)
    finally:
        postgres.stop()
    results = list(lines(cases, found))
    failed = sum(not passed for _line, passed in results)
    summary = f"{len(results) - failed} of {len(results)} within their targets"
    report = "\n".join([*(line for line, _passed in results), summary])
    print(report)
    if given.record:
        record("bench_customers", report, by_processor=given.processor)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
