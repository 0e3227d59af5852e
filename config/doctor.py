"""What can be wrong with an installation, each with what to do about it."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.health import HEARTBEAT_LIMIT, last_heartbeat, missing_migrations
from config.roles import event_tables

OLDEST_POSTGRES = 15
CLOCK_LIMIT = timedelta(seconds=30)
FREE_SPACE_LIMIT = 1024**3


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `problem` and `remedy` are empty when it is well."""

    subject: str
    problem: str = ""
    remedy: str = ""


def examine() -> Iterator[Finding]:
    database = check_database()
    yield database
    if not database.problem:
        yield check_encoding()
        yield check_chinese_search()
        yield check_migrations()
        yield check_audit_rights()
        yield check_worker()
        yield check_clock()
        yield check_time_zone()
    yield check_static_files()
    yield check_folder(_("Attachments"), Path(settings.MEDIA_ROOT))
    yield check_folder(_("Temporary files"), Path(tempfile.gettempdir()))


def check_database() -> Finding:
    subject = _("Database")
    try:
        version = int(_ask("SHOW server_version_num"))
    except DatabaseError as error:
        return Finding(
            subject,
            _("The database cannot be reached: %(reason)s") % {"reason": _first_line(error)},
            _("Start PostgreSQL, and check the address, user and password in DATABASE_URL."),
        )
    if version < OLDEST_POSTGRES * 10_000:
        return Finding(
            subject,
            _("PostgreSQL is older than %(oldest)d.") % {"oldest": OLDEST_POSTGRES},
            _("Upgrade PostgreSQL and restore a backup into it."),
        )
    return Finding(subject)


def check_encoding() -> Finding:
    subject = _("Encoding")
    encoding = _ask("SHOW server_encoding")
    if encoding == "UTF8":
        return Finding(subject)
    return Finding(
        subject,
        _("The database stores text as %(encoding)s, not as UTF-8.") % {"encoding": encoding},
        _("Create the database with ENCODING 'UTF8' and restore a backup into it."),
    )


def check_chinese_search() -> Finding:
    subject = _("Chinese search")
    remedy = _(
        "Create the database with ENCODING 'UTF8' and LC_CTYPE 'C.UTF-8' (initdb -E UTF8 "
        "--locale=C.UTF-8), and restore a backup into it."
    )
    try:
        if not _ask("SELECT show_trgm('中国移动') <> '{}'"):
            return Finding(
                subject,
                _("The database's locale does not know Chinese letters: names are not found."),
                remedy,
            )
        if not _ask("SELECT bigrams('中国移动') @> ARRAY['中国', '国移', '移动']"):
            return Finding(
                subject, _("The search function does not find two Chinese characters."), remedy
            )
    except DatabaseError as error:
        return Finding(
            subject,
            _("The search functions are missing: %(reason)s") % {"reason": _first_line(error)},
            _("Run manage.py migrate."),
        )
    return Finding(subject)


def check_migrations() -> Finding:
    subject = _("Migrations")
    if count := missing_migrations():
        return Finding(
            subject,
            _("The database lacks %(count)d migrations of this version.") % {"count": count},
            _("Run manage.py migrate."),
        )
    return Finding(subject)


def check_audit_rights() -> Finding:
    """Only where two roles are meant to be; with one role `check --deploy` warns."""
    subject = _("Audit trail")
    if not settings.DATABASE_OWNER_URL:
        return Finding(subject)
    rewritable = [
        table
        for table in sorted(event_tables() & set(connection.introspection.table_names()))
        if _ask("SELECT has_table_privilege(%s, 'UPDATE, DELETE, TRUNCATE')", f'"{table}"')
    ]
    if rewritable:
        return Finding(
            subject,
            _("The application's database role could rewrite %(table)s.")
            % {"table": rewritable[0]},
            _(
                "Let DATABASE_URL name a role that does not own the tables, and run "
                "manage.py migrate."
            ),
        )
    return Finding(subject)


def check_worker() -> Finding:
    subject = _("Worker")
    last = last_heartbeat()
    if last and timezone.now() - last < HEARTBEAT_LIMIT:
        return Finding(subject)
    seen = (
        _("No worker has reported since %(time)s.")
        % {"time": timezone.localtime(last).strftime("%Y-%m-%d %H:%M")}
        if last
        else _("No worker has reported.")
    )
    return Finding(
        subject,
        seen + " " + _("Reminders, nightly figures and imports wait."),
        _("Start manage.py worker and keep it running."),
    )


def check_clock() -> Finding:
    """Against the database's clock, and against what this installation has seen before."""
    subject = _("Clock")
    remedy = _("Set the clock of this machine, and let NTP keep it right.")
    now = timezone.now()
    apart = abs(now - _ask("SELECT clock_timestamp()"))
    if apart > CLOCK_LIMIT:
        return Finding(
            subject,
            _("This machine's clock and the database's are %(seconds)d seconds apart.")
            % {"seconds": apart.total_seconds()},
            remedy,
        )
    try:
        migrated = _ask("SELECT max(applied) FROM django_migrations")
    except DatabaseError:
        migrated = None
    if migrated and migrated > now + CLOCK_LIMIT:
        return Finding(subject, _("The clock is behind the day this was installed on."), remedy)
    return Finding(subject)


def check_time_zone() -> Finding:
    subject = _("Time zone")
    zone = settings.TIME_ZONE
    try:
        _ask("SELECT now() AT TIME ZONE %s", zone)
    except DatabaseError:
        return Finding(
            subject,
            _("PostgreSQL does not know the time zone %(zone)s.") % {"zone": zone},
            _("Install the time zone data (package tzdata) on the database's machine."),
        )
    return Finding(subject)


def check_static_files() -> Finding:
    subject = _("Static files")
    manifest = getattr(staticfiles_storage, "hashed_files", None)
    if manifest is None or manifest:
        return Finding(subject)
    return Finding(
        subject,
        _("The style sheets and scripts are not collected: pages cannot be shown."),
        _("Run manage.py collectstatic."),
    )


def check_folder(subject: str, folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Finding(
            subject,
            _("The folder %(folder)s cannot be written: %(reason)s.")
            % {"folder": folder, "reason": error.strerror},
            _("Give the user who runs this the right to write there, or choose another folder."),
        )
    if free < FREE_SPACE_LIMIT:
        return Finding(
            subject,
            _("The disk of %(folder)s has less than 1 GB free.") % {"folder": folder},
            _("Free some space, or move the folder to a larger disk."),
        )
    return Finding(subject)


def _ask(query: str, *parameters: str) -> Any:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(query, parameters or None)
        return cursor.fetchone()[0]


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0]
