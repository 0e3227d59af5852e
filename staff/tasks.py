"""What runs at night: the memory of duties, and housekeeping of logins. Cron times are UTC."""

import datetime as dt
from contextlib import suppress

from axes.models import AccessFailureLog, AccessLog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from staff import digest, duties
from staff.models import Session
from staff.passwords import profile

# The law asks for six months of login records at least; a year is kept.
KEEP_LOGIN_RECORDS = dt.timedelta(days=366)


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="clear_ended_sessions")
def clear_ended_sessions(timestamp: int) -> None:
    """Delete sessions that are over, by age or by disuse."""
    now = timezone.now()
    over = Q(expire_date__lt=now) | Q(seen_at__lt=now - profile().idle)
    Session.objects.filter(over).delete()


@app.periodic(cron="40 18 * * *")
@app.task(queueing_lock="delete_old_login_records")
def delete_old_login_records(timestamp: int) -> None:
    """Delete records of logins and failures once they are older than they must be kept."""
    before = timezone.now() - KEEP_LOGIN_RECORDS
    AccessLog.objects.filter(attempt_time__lt=before).delete()
    AccessFailureLog.objects.filter(attempt_time__lt=before).delete()


@app.periodic(cron="10 17 * * *")
@app.task(queueing_lock="synchronise_duties")
def synchronise_duties(timestamp: int) -> None:
    """Bring all obligations in line with the facts (01:10 in China)."""
    duties.synchronise_all()


def synchronise_soon() -> None:
    """The same by the worker once this transaction is through: it moved too much to wait for."""
    transaction.on_commit(_queue_duties)


def _queue_duties() -> None:
    """A run that waits already sees this change too."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        synchronise_duties.configure().defer(timestamp=int(timezone.now().timestamp()))


@app.periodic(cron="30 23 * * *")
@app.task(queueing_lock="send_digests")
def send_digests(timestamp: int) -> None:
    """Mail what awaits everyone (07:30 in China, on workdays)."""
    digest.send_all()
