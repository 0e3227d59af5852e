"""A pytest plugin: a PostgreSQL for the tests, ready before pytest-django reads the settings.

With DATABASE_URL set, the tests use that server (its role must be allowed to create databases).
Otherwise a server of our own runs under `.data/test/` while any test session uses it, without
the disk guarantees that real data need. The tests connect as the owner, as migrations do; a test
that wants the application's rights says `SET ROLE` to `settings.DATABASE_APP_ROLE`.
"""

import os
from pathlib import Path

import pytest

from config.postgres import APP_ROLE, OWNER_ROLE, LocalPostgresError, LocalServer

DATA = Path(__file__).resolve().parent.parent / ".data" / "test"
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


def pytest_unconfigure() -> None:
    server.stop()
