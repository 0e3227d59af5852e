"""A pytest plugin: a PostgreSQL for the tests, ready before pytest-django reads the settings.

With DATABASE_URL set, the tests use that server (its role must be allowed to create databases).
Otherwise a server of our own runs under `.data/test/` while any test session uses it, without
the disk guarantees that real data need. The tests connect as the owner, as migrations do; a test
that wants the application's rights says `SET ROLE` to `settings.DATABASE_APP_ROLE`.

On our own server a migrated database is kept as a template, so that a session runs only the
migrations added since; every session still starts from a fresh copy. A migration that changed or
went away makes a template worthless.
"""

import contextlib
import hashlib
import json
import os
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

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
    if is_ours() and (template := nearest_template()):
        settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = template


def pytest_unconfigure() -> None:
    server.stop()


def keep_template() -> None:
    """Copies the database that the migrations have just made, before any test has been in it."""
    from django.db import connection

    name, made_of = template_name(), ingredients()
    if not is_ours() or name in templates():
        return
    connection.close()
    with maintenance() as db:
        for outdated in templates():
            db.execute(f'DROP DATABASE IF EXISTS "{outdated}"')
        # Another worker of the same session may be quicker.
        with contextlib.suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            db.execute(f'CREATE DATABASE "{name}" TEMPLATE "{connection.settings_dict["NAME"]}"')
            db.execute(
                sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                    sql.Identifier(name), sql.Literal(json.dumps(made_of))
                )
            )


def ingredients() -> dict[str, str]:
    """What the migrated database depends on: files, each with the digest of its content."""
    fixed = ("config/management/commands/migrate.py", "config/roles.py", "requirements.txt")
    return {
        str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for pattern in ("*/migrations/*.py", *fixed)
        for path in ROOT.glob(pattern)
    }


def template_name() -> str:
    digest = hashlib.sha256(json.dumps(ingredients(), sort_keys=True).encode())
    return f"template_of_tests_{digest.hexdigest()[:16]}"


def nearest_template() -> str | None:
    """Made of exactly today's migrations, or of some of them, each as it is today."""
    today = set(ingredients().items())
    fitting = {name: made_of for name, made_of in templates().items() if made_of <= today}
    return max(fitting, key=lambda name: len(fitting[name]), default=None)


def is_ours() -> bool:
    """Nothing is left behind on a server that DATABASE_URL names."""
    return server.data.exists() and os.environ["DATABASE_URL"] == server.url(OWNER_ROLE)


def templates() -> dict[str, set[tuple[str, str]]]:
    """Each with what it was made of; one whose making was cut short fits nobody."""
    with maintenance() as db:
        rows = db.execute(
            "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname LIKE 'template_of_tests_%'"
        ).fetchall()
    return {name: set(json.loads(text).items()) if text else {("", "")} for name, text in rows}


def maintenance() -> psycopg.Connection:
    url = server.url(OWNER_ROLE).rpartition("/")[0]
    return psycopg.connect(f"{url}/postgres", autocommit=True)
