"""The worker: it does what waits, survives its database, and mends what a killed one left."""

import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app

from config import tasks
from config.management.commands import worker

CONTEXT = SimpleNamespace(app=app)
TABLES = "procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers"


def execute(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []


def backends():
    rows = execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
    return {pid for (pid,) in rows}


def make_job(status, *, heartbeat=None, ended=None):
    job = app.configure_task("config.tasks.delete_old_jobs").defer(timestamp=0)
    dead = None
    if heartbeat:
        ((dead,),) = execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) "
            "RETURNING id", heartbeat,
        )  # fmt: skip
    execute(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", dead, job
    )
    if status != "doing":
        execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", status, job)
    if ended:
        execute("UPDATE procrastinate_events SET at = now() - %s::interval WHERE job_id = %s",
                ended, job)  # fmt: skip
    return job


def statuses():
    return dict(execute("SELECT id, status::text FROM procrastinate_jobs"))


def test_jobs_of_a_killed_worker_are_due_again(db):
    stalled = make_job("doing", heartbeat="5 minutes")
    execute("UPDATE procrastinate_jobs SET queueing_lock = NULL")
    running = make_job("doing", heartbeat="5 seconds")
    async_to_sync(tasks.rescue_stalled_jobs.func)(CONTEXT, timestamp=0)
    assert statuses() == {stalled: "todo", running: "doing"}


def test_finished_jobs_go_in_time_and_failed_ones_stay_longer(db):
    kept = [make_job("succeeded", ended="10 days"), make_job("failed", ended="60 days")]
    make_job("succeeded", ended="20 days")
    make_job("failed", ended="100 days")
    async_to_sync(tasks.delete_old_jobs.func)(CONTEXT, timestamp=0)
    assert sorted(statuses()) == kept


@pytest.mark.parametrize(
    ("direct", "pooled", "listens"),
    [("", False, True), ("", True, False), ("postgresql://app@direct:5432/dakehu", True, True)],
)
def test_a_pooler_is_polled_unless_there_is_a_direct_address(
    settings, monkeypatch, direct, pooled, listens
):
    settings.DATABASE_DIRECT_URL = direct
    monkeypatch.setitem(settings.DATABASES["default"], "DISABLE_SERVER_SIDE_CURSORS", pooled)
    assert worker.may_listen() is listens
    if direct:
        assert worker.direct_connector()._pool_args["kwargs"]["host"] == "direct"


@pytest.fixture
def worker_process(own_connection):
    login = own_connection.settings_dict
    url = (
        f"postgresql://{login['USER']}:{login['PASSWORD']}@{login['HOST']}:{login['PORT']}"
        f"/{login['NAME']}"
    )
    others = backends()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        env={**os.environ, "DATABASE_URL": url, "DATABASE_DIRECT_URL": ""},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    process.not_its_own = others
    yield process
    process.kill()
    process.wait()
    execute(f"TRUNCATE {TABLES} CASCADE")


def test_it_works_again_after_its_connections_broke_and_stops_when_told(worker_process):
    def wait_for(condition):
        deadline = time.monotonic() + 60
        while not condition() and time.monotonic() < deadline:
            assert worker_process.poll() is None, "the worker ended"
            time.sleep(0.1)
        assert condition()

    wait_for(lambda: execute("SELECT 1 FROM procrastinate_workers"))
    for pid in backends() - worker_process.not_its_own:
        execute("SELECT pg_terminate_backend(%s)", pid)
    job = app.configure_task("config.tasks.delete_old_jobs").defer(timestamp=0)
    wait_for(lambda: statuses()[job] == "succeeded")
    worker_process.send_signal(signal.SIGTERM)
    assert worker_process.wait(30) == 0
    assert not execute("SELECT 1 FROM procrastinate_workers")
