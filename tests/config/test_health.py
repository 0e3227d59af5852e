"""The two health addresses, and the page people see while the database is away."""

import logging

import pytest
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import RequestFactory

from config import errors


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


def test_other_errors_stay_errors():
    request = RequestFactory().get("/")
    for error, status_code in ((OperationalError("full"), 503), (ValueError("ours"), 500)):
        try:
            raise error
        except Exception:
            assert errors.server_error(request).status_code == status_code


def test_only_reading(client):
    assert client.post("/health/live").status_code == 405
