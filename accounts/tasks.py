"""Background work of this app. Cron times are UTC."""

from django.db import close_old_connections, connection
from procrastinate.contrib.django import app

from accounts.models import ImportStatus, LedgerImport
from accounts.workflow import duplicates, ledger, volume


@app.task(queue="ledgers", lock="ledgers")
def read_ledger(pk: int) -> None:
    """Make the preview of an uploaded workbook. Repeated after a crash, it starts again."""
    _fresh_connection()
    row = LedgerImport.objects.select_related("uploaded_by").get(pk=pk)
    try:
        ledger.read(row)
    except Exception:
        ledger.give_up(row)
        raise


@app.task(queue="ledgers", lock="ledgers")
def apply_ledger(pk: int) -> None:
    """Apply a preview; rows that moved meanwhile lead back to a fresh preview."""
    _fresh_connection()
    row = LedgerImport.objects.select_related("applied_by", "uploaded_by").get(pk=pk)
    if row.status != ImportStatus.APPLYING or row.applied_by is None:
        return
    try:
        ledger.apply(row, actor=row.applied_by)
    except ledger.MovedMeanwhile:
        fresh = ledger.read(row)
        fresh.notes = [{"code": "moved_meanwhile"}, *fresh.notes]
        fresh.save(update_fields=["notes"])
    except Exception:
        ledger.give_up(row)
        raise


@app.periodic(cron="30 17 * * *")
@app.task(queueing_lock="find_duplicates", lock="find_duplicates")
def find_duplicates(timestamp: int) -> None:
    """Half past one at night in China: the list of possible duplicates."""
    _fresh_connection()
    duplicates.find_duplicates()


@app.periodic(cron="20 16 * * *")
@app.task(queueing_lock="choose_volumes", lock="choose_volumes")
def choose_volumes(timestamp: int) -> None:
    """Twenty past midnight in China, before the duties: what is no longer of the last year."""
    _fresh_connection()
    volume.choose_again()


def _fresh_connection() -> None:
    """A worker lives long: a connection that the database has dropped is opened again."""
    if not connection.in_atomic_block:
        close_old_connections()
