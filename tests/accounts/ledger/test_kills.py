"""Imports killed at random moments: never half done, never lost once said, never doubled.

`LEDGER_KILLS=100` kills that often, the database's own processes among them, and prints the
figures (docs/benchmarks.md).
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress

import pytest
from django.conf import settings as product
from django.db import OperationalError, connection

from accounts.models import Account, Assignment, ImportStatus, LedgerImport
from accounts.workflow import ledger
from tests.accounts.ledger.workbooks import uploaded, xlsx

KILLS = int(os.environ.get("LEDGER_KILLS", "3"))
ROWS = 400
HEADER = ["客户编号", "客户名称", "联系人", "手机", "年用量", "负责人"]
CHILD = """
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
from accounts.models import LedgerImport
from accounts.workflow import ledger
from django.db import OperationalError, connection
connection.ensure_connection()
# The tests' server forgets the last half second when it crashes; the product's does not.
connection.cursor().execute("SET synchronous_commit = on")
print("ready", connection.connection.info.backend_pid, flush=True)
row = LedgerImport.objects.select_related("uploaded_by").get(pk=sys.stdin.readline())
row = ledger.read(row)
ledger.start_apply(row, actor=row.uploaded_by)
ledger.apply(row, actor=row.uploaded_by)
print("applied", flush=True)
"""


class Importer:
    """A process of its own that reads and applies one import when told which."""

    def __init__(self):
        server = os.environ["DATABASE_URL"].rpartition("/")[0]
        database = f"{server}/{connection.settings_dict['NAME']}"
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILD],
            cwd=product.BASE_DIR,
            env={**os.environ, "DATABASE_URL": database, "SECRET_KEY": product.SECRET_KEY},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        word, pid = self.process.stdout.readline().split()
        assert word == "ready"
        self.backend = int(pid)

    def begin(self, row):
        self.process.stdin.write(f"{row.pk}\n")
        self.process.stdin.flush()

    def end(self):
        """Whether it said that the import is applied, before it died or ended."""
        said, _ = self.process.communicate(timeout=120)
        return "applied" in said


def kill_process(importer):
    importer.process.kill()


def cut_connection(importer):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [importer.backend])


def kill_backend(importer):
    """kill -9: the whole server ends all connections, recovers, and empties the preview."""
    try:
        os.kill(importer.backend, signal.SIGKILL)
    except ProcessLookupError:
        return  # it had done its work
    with suppress(OperationalError):  # until the server cuts ours off as well
        for _ in range(600):
            there("").exists()
            time.sleep(0.1)
    connection.close()
    for _ in range(600):
        try:
            connection.ensure_connection()
            return
        except OperationalError:
            time.sleep(0.1)


# A server that recovers is no place for the other tests of an ordinary run.
WAYS = [kill_process, cut_connection] + [kill_backend] * (KILLS > 3)


def workbook(number):
    rows = [
        [f"R{number}-{n}", f"公司{number}甲{n}", f"联系人{n}", f"1380000{n:04}", n * 1000, "陈晓"]
        for n in range(ROWS)
    ]
    return xlsx(HEADER, *rows)


def there(number):
    return Account.objects.filter(code__startswith=f"R{number}-")


def finish(row):
    """What the worker does with the job that the dead one left, or the person by a second click."""
    row = LedgerImport.objects.select_related("uploaded_by").get(pk=row.pk)
    row = ledger.read(row)
    if row.status == ImportStatus.READY:
        ledger.start_apply(row, actor=row.uploaded_by)
    try:
        return ledger.apply(row, actor=row.uploaded_by)
    except ledger.MovedMeanwhile:  # the preview was lost in a recovery; it is made again
        row = ledger.read(row)
        ledger.start_apply(row, actor=row.uploaded_by)
        return ledger.apply(row, actor=row.uploaded_by)


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_at_any_moment_is_whole_or_not_at_all(people, settings, tmp_path):
    settings.MEDIA_ROOT = os.environ["MEDIA_ROOT"]  # the child keeps to the same folder
    chance = random.Random(KILLS)
    figures = Counter()
    started = time.monotonic()
    whole = Importer()
    began = time.monotonic()
    whole.begin(uploaded(workbook("x"), by=people.wang))
    assert whole.end()
    lasts = time.monotonic() - began
    for number in range(KILLS):
        row = uploaded(workbook(number), by=people.wang)
        importer = Importer()
        importer.begin(row)
        time.sleep(chance.uniform(0, lasts * 1.05))
        kill = chance.choice(WAYS)
        kill(importer)
        was_told = importer.end()
        row.refresh_from_db()
        figures[kill.__name__] += 1
        figures[f"{row.status}{' and told' if was_told else ''}"] += 1
        count = there(number).count()
        assert count == (ROWS if row.status == ImportStatus.APPLIED else 0)
        assert not was_told or row.status == ImportStatus.APPLIED
        done = finish(row)
        assert done.status == ImportStatus.APPLIED
        assert there(number).count() == ROWS
        owned = Assignment.objects.filter(account__in=there(number), ended_on=None)
        assert owned.count() == ROWS
        seconds = round(time.monotonic() - started)
        print(
            f"\n{number + 1} kills in {seconds} s, an import lasting {lasts:.1f} s: {dict(figures)}"
        )
