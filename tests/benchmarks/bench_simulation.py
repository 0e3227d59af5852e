"""Simulating a policy over 100,000 customers against reading the same facts as model instances.

    .venv/bin/python -m tests.benchmarks.bench_simulation [--accounts 100000]

Makes its own database beside the one of DATABASE_URL (or of the local test server) and drops it.
Prints ratio, baseline, target and PASS or FAIL; exit code 1 on FAIL.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from statistics import median
from types import SimpleNamespace
from typing import Any

TARGET = 3.0
ROUNDS = 3


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--accounts", type=int, default=100_000)
    count = options.parse_args().accounts
    from tests import database

    database.pytest_load_initial_conftests()
    try:
        return _run(count)
    finally:
        database.pytest_unconfigure()


def _run(count: int) -> int:
    import django

    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        _fill(count)
        return _measure(count)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def _fill(count: int) -> None:
    """Customers around every bound: four of five with a volume, two judgements of three."""
    from django.db import connection

    from accounts.judgements import ANSWERS, JudgementKind
    from accounts.models import Account, AnnualVolume, Judgement, TierBand
    from staff.models import User

    draw = random.Random(3)
    people = [User.objects.create(username=f"u{n}", name=f"员工{n}") for n in range(20)]
    accounts = Account.objects.bulk_create(
        [
            Account(
                name=f"客户{n}",
                tier=draw.choice(["", "A1", "A2", "B1", "B2", "C", "D"]),
                annual_volume=Decimal(draw.randrange(0, 70_000_000)) / 100
                if draw.random() < 0.8
                else None,
            )
            for n in range(count)
        ],
        batch_size=5000,
    )
    AnnualVolume.objects.bulk_create(
        [
            AnnualVolume(
                account=account,
                basis="declared",
                period_from="2025-01-01",
                period_to="2025-12-31",
                amount=account.annual_volume or 0,
                source="entered",
                as_of="2025-12-31",
            )
            for account in accounts
            if account.annual_volume is not None
        ],
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_account a SET annual_volume_fact_id = f.id"
            " FROM accounts_annualvolume f WHERE f.account_id = a.id"
        )
    kinds = [JudgementKind(kind) for kind in TierBand.JUDGEMENTS]
    Judgement.objects.bulk_create(
        [
            Judgement(
                account=account,
                kind=kind,
                value=draw.choice(list(ANSWERS[kind])),
                judged_by=draw.choice(people),
                judged_on="2025-12-31",
            )
            for account in accounts
            for kind in kinds
            if draw.random() < 2 / 3
        ],
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE accounts_account, accounts_judgement, accounts_annualvolume")


def _measure(count: int) -> int:
    from accounts.models import Account, TierPolicy
    from accounts.simulation import Pair, simulate
    from accounts.tier_facts import rows
    from accounts.tiering import Span

    policy = TierPolicy.objects.in_force()
    before = policy.rules()
    bands = tuple(
        replace(band, span=Span(Decimal(180_000), Decimal(400_000))) if band.tier == "A2" else band
        for band in before.bands
    )
    after = replace(before, version=2, bands=bands, good_satisfies_fairly_good=False)
    accounts = Account.objects.all()

    def read_instances() -> int:
        wanted = accounts.select_related("annual_volume_fact").prefetch_related("judgements")
        return sum(len(account.judgements.all()) for account in wanted)

    def run_simulation() -> SimpleNamespace:
        kinds = Pair(before, after).kinds
        found = simulate(rows(accounts, kinds, policy.judged_per), before, after, None)
        return SimpleNamespace(moves=len(found.moves), patterns=found.pattern_count)

    baseline, _judgements = _median(read_instances)
    seconds, found = _median(run_simulation)
    ratio = seconds / baseline
    verdict = "PASS" if ratio <= TARGET else "FAIL"
    print(
        f"simulation of {count:,} customers ({found.moves:,} move, {found.patterns:,} patterns): "
        f"{seconds:.2f} s · baseline, the same facts as model instances: {baseline:.2f} s · "
        f"ratio {ratio:.2f} · target ≤ {TARGET:g} · {verdict}"
    )
    return 0 if verdict == "PASS" else 1


def _median(action: Callable[[], Any]) -> tuple[float, Any]:
    times: list[float] = []
    result = None
    for _round in range(ROUNDS):
        start = time.perf_counter()
        result = action()
        times.append(time.perf_counter() - start)
    return median(times), result


if __name__ == "__main__":
    sys.exit(main())
