"""A backup is a folder: the database's dump, the attachments, and a manifest with hashes.

The dump comes first and the attachments after it, so that a file the dump names is there: files
are written before their row is committed, and none is ever deleted.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _

from config.postgres import find_client
from config.roles import connected_as_owner

DUMP = "database.dump"
FILES = "attachments"
MANIFEST = "manifest.json"
FORMAT = 1
# libpq's names of what Django keeps in a connection's parameters.
LIBPQ = {
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "host": "PGHOST",
    "port": "PGPORT",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "service": "PGSERVICE",
    "passfile": "PGPASSFILE",
}
# Extensions stay: on a managed server they belong to somebody else.
DROP_EVERYTHING = """
DO $$
DECLARE statement text;
BEGIN
    FOREACH statement IN ARRAY ARRAY(
        SELECT format('DROP %s IF EXISTS %s CASCADE', kind, name)
          FROM (
            SELECT oid, 1 AS turn, oid::regclass::text AS name,
                   CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                                WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind
              FROM pg_class
             WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
            UNION ALL
            SELECT oid, 2, oid::regprocedure::text, 'ROUTINE'
              FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            UNION ALL
            SELECT oid, 3, oid::regtype::text, 'TYPE'
              FROM pg_type
             WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd', 'c')
          ) AS object
         WHERE NOT EXISTS (  -- extensions' own, and what goes with its table
                   SELECT 1 FROM pg_depend
                    WHERE objid = object.oid AND deptype IN ('e', 'i', 'a')
                      AND (deptype <> 'a' OR kind = 'SEQUENCE'))
         ORDER BY turn)
    LOOP
        EXECUTE statement;
    END LOOP;
END $$;
"""


class BackupError(Exception):
    """One sentence: what is in the way and what to do."""


def back_up(target: Path) -> dict[str, Any]:
    """Writes beside `target` and renames at the end: a folder of that name is a whole backup."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupError(
            _("%(folder)s is not empty: name a new folder for each backup.") % {"folder": target}
        )
    making = target.with_name(target.name + ".making")
    try:
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True, mode=0o700)
        with connected_as_owner():
            manifest = _describe()
            _run(
                "pg_dump",
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--file={making / DUMP}",
            )
        manifest["database"] = _fingerprint(making / DUMP)
        manifest["attachments"] = _copy_attachments(making / FILES)
        (making / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False))
        making.replace(target)
    except OSError as error:
        raise BackupError(
            _("%(folder)s cannot be written: %(reason)s.")
            % {"folder": target, "reason": error.strerror or error}
        ) from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return manifest


def restore(source: Path, *, replace: bool = False) -> dict[str, Any]:
    """Puts everything back, the database in one transaction: a failure leaves what was there.

    The caller migrates afterwards, which also gives the application's role its rights.
    """
    manifest = verify(source)
    with connected_as_owner():
        occupied = connection.introspection.table_names() or any(_attachments())
        if occupied and not replace:
            raise BackupError(
                _(
                    "The database or the folder of the attachments is not empty; nothing was "
                    "changed. With --replace, what is in them is thrown away for the backup."
                )
            )
        arriving = _media().with_name(_media().name + ".arriving")
        shutil.rmtree(arriving, ignore_errors=True)
        try:
            if manifest["attachments"] is not None:
                shutil.copytree(source / FILES, arriving)
            _load(source / DUMP)
            if manifest["attachments"] is not None:
                _swap_attachments(arriving)
        finally:
            shutil.rmtree(arriving, ignore_errors=True)
    return manifest


def verify(source: Path) -> dict[str, Any]:
    """The manifest, when every file is there and as it was, and this version can read it."""
    try:
        manifest: dict[str, Any] = json.loads((source / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise BackupError(_("%(folder)s is not a backup.") % {"folder": source}) from error
    expected = {DUMP: manifest["database"]}
    for name, fingerprint in (manifest["attachments"] or {}).items():
        expected[f"{FILES}/{name}"] = fingerprint
    for name, fingerprint in expected.items():
        path = source / name
        if not path.is_file() or _fingerprint(path) != fingerprint:
            raise BackupError(
                _("The backup is damaged (%(file)s); nothing was changed.") % {"file": name}
            )
    loader = MigrationLoader(None)
    known = set(loader.disk_migrations)
    known |= {
        replaced for migration in loader.disk_migrations.values() for replaced in migration.replaces
    }
    if manifest["format"] > FORMAT or {tuple(key) for key in manifest["migrations"]} - known:
        raise BackupError(
            _("The backup was made by a newer version: install that version, then restore.")
        )
    return manifest


def _describe() -> dict[str, Any]:
    loader = MigrationLoader(connection)
    return {
        "format": FORMAT,
        "taken_at": timezone.now().isoformat(timespec="seconds"),
        "postgresql": _server_version(),
        "django": django.get_version(),
        "migrations": sorted(loader.applied_migrations),
    }


def _server_version() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0])


# --- attachments --------------------------------------------------------------------------


def _media() -> Path:
    return Path(settings.MEDIA_ROOT)


def _attachments() -> Iterator[Path]:
    if isinstance(default_storage, FileSystemStorage):
        yield from (path for path in sorted(_media().rglob("*")) if path.is_file())


def _copy_attachments(target: Path) -> dict[str, Any] | None:
    """None when they are kept elsewhere (object storage), where they have a backup of their own."""
    if not isinstance(default_storage, FileSystemStorage):
        return None
    target.mkdir()
    copied = {}
    for path in _attachments():
        name = path.relative_to(_media())
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
        copied[name.as_posix()] = _fingerprint(copy)
    return copied


def _swap_attachments(arriving: Path) -> None:
    leaving = arriving.with_suffix(".leaving")
    if _media().exists():
        _media().replace(leaving)
    arriving.replace(_media())
    shutil.rmtree(leaving, ignore_errors=True)


def _fingerprint(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": digest}


# --- PostgreSQL's own programs --------------------------------------------------------------


def _environment() -> dict[str, str]:
    """The connection by environment: a password on the command line is seen by everybody."""
    parameters = connection.get_connection_params()
    login = {LIBPQ[name]: str(value) for name, value in parameters.items() if name in LIBPQ}
    return {**os.environ, "PGCLIENTENCODING": "UTF8", "LC_MESSAGES": "C", **login}


def _run(program: str, *arguments: str) -> str:
    client = find_client(program, _server_version() // 10_000)
    connection.close()  # it would hold locks on what a restore drops
    done = subprocess.run(  # noqa: S603
        [client, *arguments],
        env=_environment(), capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    if done.returncode:
        raise BackupError(f"{program}: {_reason(done.stderr)}")
    return done.stdout


def _load(dump: Path) -> None:
    """pg_restore's script through psql: only psql drops and loads in one transaction."""
    wanted = [
        line
        for line in _run("pg_restore", "--list", str(dump)).splitlines()
        if " COMMENT - EXTENSION " not in line  # only the extension's owner may
    ]
    old_server = _server_version() < 170_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "drop").write_text(DROP_EVERYTHING)
        (folder / "list").write_text("\n".join(wanted))
        _run(
            "pg_restore", "--no-owner", "--no-privileges", f"--use-list={folder / 'list'}",
            f"--file={folder / 'load'}", str(dump),
        )  # fmt: skip
        if old_server:
            _comment_out(folder / "load", b"SET transaction_timeout")
        _run(
            "psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
            f"--file={folder / 'drop'}", f"--file={folder / 'load'}",
        )  # fmt: skip


def _comment_out(script: Path, setting: bytes) -> None:
    """In the header, without copying gigabytes: newer programs set what older servers lack."""
    with script.open("r+b") as file:
        position = file.read(4096).find(setting)
        if position >= 0:
            file.seek(position)
            file.write(b"--")


def _reason(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    return next((line for line in lines if "ERROR" in line or "error" in line), "".join(lines[-1:]))
