"""The two health addresses, and the page people see while the database is away."""

import errno
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import RequestFactory
from django.urls import reverse
from psycopg import sql

from config import errors, health
from staff.patience import takes_its_time

pytestmark = pytest.mark.usefixtures("english")


def test_live_asks_nobody(client):
    response = client.get("/health/live")  # a query would fail: this test has no database
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert not response.cookies


def test_ready_when_migrated(client, db):
    response = client.get("/health/ready")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert not response.cookies


def test_not_ready_while_migrations_are_missing(client, db):
    (latest,) = MigrationLoader(None).graph.leaf_nodes("staff")
    MigrationRecorder(connection).record_unapplied(*latest)
    response = client.get("/health/ready")
    assert (response.status_code, response.content) == (503, b"migrations are missing\n")


@pytest.fixture
def database_down(own_connection):
    """Nobody listens on the port the connection knows."""
    own_connection.settings_dict["PORT"] = "1"
    return own_connection


def test_not_ready_without_a_database_and_ready_again_with_it(client, db, own_connection):
    port = own_connection.settings_dict["PORT"]
    own_connection.settings_dict["PORT"] = "1"
    response = client.get("/health/ready")
    assert (response.status_code, response.content) == (503, b"no database\n")
    assert client.get("/health/live").status_code == 200
    own_connection.settings_dict["PORT"] = port
    assert client.get("/health/ready").status_code == 200


def test_people_are_asked_for_patience_while_the_database_is_away(client, database_down, caplog):
    client.raise_request_exception = False
    client.cookies["sessionid"] = "somebody"
    with caplog.at_level(logging.CRITICAL, logger="django.request"):
        response = client.get("/accounts/")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert b"Traceback" not in response.content


@pytest.mark.skipif(not Path("/sys/kernel").exists(), reason="a folder that nobody may fill")
def test_a_disk_that_takes_nothing_is_one_sentence(client, people, account, settings, caplog):
    settings.MEDIA_ROOT = "/sys/kernel"
    client.raise_request_exception = False
    client.force_login(people.chen)
    upload = SimpleUploadedFile("合同.txt", "甲方乙方".encode())
    with caplog.at_level(logging.CRITICAL, logger="django.request"):
        response = client.post(
            reverse("accounts:attachment_create", args=[account.pk]), {"file": upload}
        )
    assert response.status_code == 503
    assert "was not saved" in response.content.decode()
    assert not account.attachments.exists()


FULL = """
CREATE FUNCTION pg_temp.full() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON accounts_contactperson
    FOR EACH ROW EXECUTE FUNCTION pg_temp.full()
"""


@pytest.mark.parametrize("trouble", ["SET LOCAL transaction_read_only = on", FULL])
def test_a_database_that_takes_no_changes_is_one_sentence_and_heals(
    client, people, account, trouble, caplog
):
    """A standby, or a full disk: nothing is half saved, and the same form is saved afterwards."""
    client.raise_request_exception = False
    client.force_login(people.chen)
    client.get(account.get_absolute_url())  # the session is known from here on
    address = reverse("accounts:contact_person_create", args=[account.pk])

    def send():
        return client.post(address, {"name": "李娜", "role": "purchasing"})

    with caplog.at_level(logging.CRITICAL, logger="django.request"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(trouble)
        assert client.get(account.get_absolute_url()).status_code == 200  # reading goes on
        response = send()
        transaction.set_rollback(True)
    assert response.status_code == 503
    assert "Nothing is lost" in response.content.decode()
    assert not account.contact_people.exists()
    assert send().status_code == 302
    assert account.contact_people.get().name == "李娜"


@pytest.fixture
def usual_connection(db):
    """The test's own, by name: taken before `own_connection` stands in its place."""
    return connections["default"]


@pytest.fixture
def somebody(client, people, caplog):
    """Chen's browser, which is told of errors as a person is, not as a test."""
    client.raise_request_exception = False
    client.force_login(people.chen)
    caplog.set_level(logging.CRITICAL, logger="django.request")
    return client


def test_a_page_does_not_wait_for_a_slow_database_and_heals(
    somebody, usual_connection, own_connection
):
    """Somebody holds what every page reads; it is told within the limit, and shown afterwards."""
    own_connection.settings_dict["OPTIONS"]["options"] = "-c statement_timeout=200ms"
    with usual_connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before; LOCK TABLE staff_session IN ACCESS EXCLUSIVE MODE")
        started = time.monotonic()
        response = somebody.get("/accounts/")
        assert time.monotonic() - started < 3
        cursor.execute("ROLLBACK TO SAVEPOINT before")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert "too busy" in response.content.decode()
    assert somebody.get("/accounts/").status_code == 302  # the login page: Chen is not saved here


def test_pages_that_go_through_everything_may_take_longer(own_connection, settings):
    settings.STATEMENT_TIMEOUT = "300ms"
    own_connection.settings_dict["OPTIONS"]["options"] = "-c statement_timeout=300ms"

    def limit():
        with own_connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            return cursor.fetchone()[0]

    def broken(request):
        raise ValueError(limit())

    assert takes_its_time(lambda request: limit())(RequestFactory().get("/")) == "2min"
    assert limit() == "300ms"
    with pytest.raises(ValueError, match="2min"):
        takes_its_time(broken)(RequestFactory().get("/"))
    assert limit() == "300ms"


def test_the_web_server_has_such_a_limit_and_commands_have_none(usual_connection):
    """Asked of processes of their own, as gunicorn and the worker are."""
    is_ours = {**usual_connection.settings_dict, "NAME": "dakehu"}
    address = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**is_ours)
    ask = (
        "import {first}, django; django.setup(); from django.db import connection as c;"
        "cursor = c.cursor(); cursor.execute('SHOW statement_timeout'); print(cursor.fetchone()[0])"
    )
    environment = {**os.environ, "DATABASE_URL": address}
    for first, limit in (("config.wsgi", "3s"), ("config.settings", "0")):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", ask.format(first=first)],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout.strip() == limit, first


def test_no_room_for_another_connection_is_one_sentence_and_heals(
    somebody, usual_connection, own_connection
):
    """Every place of the server's pool is taken."""
    with usual_connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            pytest.skip("a superuser always finds a place")
    name = sql.Identifier(usual_connection.settings_dict["NAME"])
    keys = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    address = {key: usual_connection.settings_dict[of] for key, of in keys.items()}
    with psycopg.connect(**address, dbname="dakehu", autocommit=True) as outside:
        statement = sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}")
        outside.execute(statement.format(name, sql.Literal(0)))
        try:
            started = time.monotonic()
            response = somebody.get("/accounts/")
            assert time.monotonic() - started < 3
            assert somebody.get("/health/ready").status_code == 503
        finally:
            outside.execute(statement.format(name, sql.Literal(-1)))
    assert response.status_code == 503
    assert "Nothing is lost" in response.content.decode()
    assert somebody.get("/health/ready").status_code == 200


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_full_disk_is_not_our_fault(number):
    try:
        raise OSError(number, "no")
    except OSError:
        assert errors.server_error(RequestFactory().get("/")).status_code == 503


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "away"), [(None, True), (10, False), (90, True)])
def test_a_worker_that_was_not_seen_for_a_minute_is_away(age, away):
    if age is not None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat)"
                " VALUES (now() - make_interval(secs => %s))",
                [age],
            )
    assert health.worker_is_away() is away


def test_other_errors_stay_errors():
    request = RequestFactory().get("/")
    for error, status_code in ((OperationalError("full"), 503), (ValueError("ours"), 500)):
        try:
            raise error
        except Exception:
            assert errors.server_error(request).status_code == status_code


def test_only_reading(client):
    assert client.post("/health/live").status_code == 405
