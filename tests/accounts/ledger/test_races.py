"""Two people, or two clicks, at once: an import never comes in twice."""

import threading
import uuid

import pytest
from django.db import connection

from accounts.models import Account, ImportStatus, LedgerImport
from accounts.workflow import ledger
from staff.transitions import TransitionDenied
from tests.accounts.ledger.workbooks import previewed, uploaded, xlsx

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 20


def workbook(number):
    return xlsx(
        ["客户编号", "客户名称"], *[[f"R{number}-{n}", f"公司{number}{n}"] for n in range(3)]
    )


def at_once(action, count=2):
    """Run the action in so many threads; their results or refusals."""
    barrier, results = threading.Barrier(count), [None] * count

    def run(index):
        try:
            barrier.wait()
            results[index] = action()
        except TransitionDenied as denied:
            results[index] = denied
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[index]) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_the_same_upload_twice_at_once(people):
    for number in range(ROUNDS):
        key = uuid.uuid4()
        content = workbook(number)
        rows = at_once(lambda: uploaded(content, by=people.wang, key=key))  # noqa: B023
        assert rows[0].pk == rows[1].pk
    assert LedgerImport.objects.count() == ROUNDS


def test_two_clicks_on_apply(people):
    for number in range(ROUNDS):
        row = previewed(workbook(number), by=people.wang)
        results = at_once(lambda: ledger.start_apply(row, actor=people.wang))  # noqa: B023
        assert sum(isinstance(result, TransitionDenied) for result in results) == 1
        at_once(lambda: ledger.apply(row, actor=people.wang))  # noqa: B023 - and two workers
        row.refresh_from_db()
        assert (row.status, row.counts["created"]) == (ImportStatus.APPLIED, 3)
        assert Account.objects.filter(code__startswith=f"R{number}-").count() == 3


def test_the_same_file_by_two_people(people):
    """Both previews say "new"; the second to apply is told, and its fresh preview says "same"."""
    rows = [previewed(workbook(0), by=person) for person in (people.wang, people.li)]
    for row in rows:
        ledger.start_apply(row, actor=row.uploaded_by)
    turn = iter(rows)

    def apply():
        row = next(turn)
        return ledger.apply(row, actor=row.uploaded_by)

    results = at_once(apply)
    assert sum(isinstance(result, ledger.MovedMeanwhile) for result in results) == 1
    assert Account.objects.filter(code__startswith="R0-").count() == 3
    late = LedgerImport.objects.exclude(status=ImportStatus.APPLIED).get()
    again = ledger.read(late)
    assert {row.verdict for row in again.rows.all()} <= {"same", "refused"}


def test_two_undos_at_once(people):
    row = previewed(workbook(0), by=people.wang)
    ledger.start_apply(row, actor=people.wang)
    ledger.apply(row, actor=people.wang)
    results = at_once(lambda: ledger.take_back(row, actor=people.wang))
    assert sum(isinstance(result, TransitionDenied) for result in results) == 1
    assert not Account.objects.visible_to(people.wang).exists()
