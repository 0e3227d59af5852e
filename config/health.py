"""Whether the parts are up, and two addresses for the machinery that keeps them so."""

from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

HEARTBEAT_LIMIT = timedelta(seconds=60)


def missing_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def last_heartbeat() -> datetime | None:
    """When a worker was last alive; None when none ever was, or nobody knows."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
            last: datetime | None = cursor.fetchone()[0]
    except DatabaseError:
        return None
    return last


def worker_is_away() -> bool:
    """Nothing that waits for a worker goes on: reminders, nightly figures, imports."""
    last = last_heartbeat()
    return last is None or timezone.now() - last > HEARTBEAT_LIMIT


@login_not_required
@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; restart it when it does not."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and is migrated; send people elsewhere while it does not."""
    try:
        if missing_migrations():
            return HttpResponse("migrations are missing\n", status=503, content_type="text/plain")
    except DatabaseError:
        return HttpResponse("no database\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
