"""A pytest plugin: a PostgreSQL for the tests, ready before pytest-django reads the settings.

With DATABASE_URL set, the tests use that server (its role must be allowed to create databases).
Otherwise a server of our own runs under `.data/test/` while any test session uses it, without
the disk guarantees that real data need. The tests connect as the owner, as migrations do; a test
that wants the application's rights says `SET ROLE` to `settings.DATABASE_APP_ROLE`.

On our own server a migrated database is kept as a template for as long as no migration changes,
so that a session need not run them all; every session still starts from a fresh copy.
"""

import contextlib
import hashlib
import os
from pathlib import Path

import psycopg
import pytest

from config.postgres import APP_ROLE, OWNER_ROLE, LocalPostgresError, LocalServer

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / ".data" / "test"
server = LocalServer(DATA, durable=False)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    os.environ.setdefault(
        "SECRET_KEY", "only-for-tests-and-long-enough-to-pass-the-deployment-check"
    )
    os.environ.setdefault("MEDIA_ROOT", str(DATA / "media"))
    os.environ["HTTPS"] = "off"  # the test client speaks plain HTTP
    os.environ["STATIC_MANIFEST"] = "off"  # no collectstatic before the tests
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "true"  # Playwright's event loop runs in the main thread
    )
    if "DATABASE_URL" in os.environ:  # one of yours, or this worker's parent started ours
        return
    try:
        server.start()
    except LocalPostgresError as error:
        raise pytest.UsageError(str(error)) from error
    os.environ["DATABASE_URL"] = server.url(OWNER_ROLE)
    os.environ["DATABASE_APP_ROLE"] = APP_ROLE


def pytest_configure() -> None:
    from django.conf import settings

    # Argon2 is meant to be slow; no test is about that.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if is_ours() and template_name() in databases():
        settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = template_name()


def pytest_unconfigure() -> None:
    server.stop()


def keep_template() -> None:
    """Copies the database that the migrations have just made, before any test has been in it."""
    from django.db import connection

    if not is_ours() or template_name() in databases():
        return
    connection.close()
    with maintenance() as db:
        for outdated in databases():
            if outdated.startswith("template_of_tests_"):
                db.execute(f'DROP DATABASE IF EXISTS "{outdated}"')
        # Another worker of the same session may be quicker.
        with contextlib.suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            db.execute(
                f'CREATE DATABASE "{template_name()}" TEMPLATE "{connection.settings_dict["NAME"]}"'
            )


def template_name() -> str:
    """Changes with whatever the migrated database depends on."""
    digest = hashlib.sha256()
    for pattern in ("*/migrations/*.py", "config/management/commands/migrate.py", "config/roles.py",
                    "requirements.txt"):  # fmt: skip
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return f"template_of_tests_{digest.hexdigest()[:16]}"


def is_ours() -> bool:
    """Nothing is left behind on a server that DATABASE_URL names."""
    return server.data.exists() and os.environ["DATABASE_URL"] == server.url(OWNER_ROLE)


def databases() -> set[str]:
    with maintenance() as db:
        return {name for (name,) in db.execute("SELECT datname FROM pg_database")}


def maintenance() -> psycopg.Connection:
    url = server.url(OWNER_ROLE).rpartition("/")[0]
    return psycopg.connect(f"{url}/postgres", autocommit=True)
