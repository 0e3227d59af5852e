"""Each thing that can be wrong is found, with a sentence and a remedy."""

import datetime as dt
from collections import namedtuple
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from config import doctor

pytestmark = pytest.mark.usefixtures("english")


def execute(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)


@pytest.fixture
def worker(db):
    execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")


def run_doctor():
    out = StringIO()
    try:
        call_command("doctor", stdout=out, no_color=True)
    except SystemExit as stopped:
        return stopped.code, out.getvalue()
    return 0, out.getvalue()


def test_a_healthy_installation(worker):
    code, said = run_doctor()
    assert code == 0, said
    assert "✗" not in said
    assert len(said.splitlines()) >= 10


def test_a_problem_comes_with_its_remedy_and_an_exit_code(worker, settings):
    settings.MEDIA_ROOT = "/proc/nowhere"
    code, said = run_doctor()
    assert code == 1
    ill = [line for line in said.splitlines() if line.startswith(("✗", "  →"))]
    assert len(ill) == 2
    assert "/proc/nowhere" in ill[0]


def test_no_database(own_connection):
    own_connection.settings_dict["PORT"] = "1"
    findings = list(doctor.examine())
    assert "refused" in findings[0].problem
    assert "DATABASE_URL" in findings[0].remedy
    assert [finding.problem for finding in findings[1:]] == [""] * len(findings[1:])


def test_search_functions(db):
    assert doctor.check_chinese_search().problem == ""
    execute("CREATE OR REPLACE FUNCTION bigrams(t text) RETURNS text[] LANGUAGE sql IMMUTABLE "
            "STRICT PARALLEL SAFE RETURN '{}'::text[]")  # fmt: skip
    assert "two Chinese characters" in doctor.check_chinese_search().problem
    execute("ALTER FUNCTION bigrams RENAME TO other")
    assert "bigrams(unknown) does not exist" in doctor.check_chinese_search().problem


def test_a_locale_without_chinese_letters(db):
    execute("CREATE SCHEMA blind")
    execute("CREATE FUNCTION blind.show_trgm(text) RETURNS text[] LANGUAGE sql RETURN '{}'::text[]")
    execute("SET LOCAL search_path = blind, public")
    finding = doctor.check_chinese_search()
    assert "locale" in finding.problem
    assert "C.UTF-8" in finding.remedy


def test_missing_migrations(db):
    assert doctor.check_migrations().problem == ""
    (latest,) = MigrationLoader(None).graph.leaf_nodes("accounts")
    MigrationRecorder(connection).record_unapplied(*latest)
    finding = doctor.check_migrations()
    assert "1 migration" in finding.problem
    assert "migrate" in finding.remedy


def test_a_trail_that_could_be_rewritten(application_role, settings):
    settings.DATABASE_OWNER_URL = "postgresql://owner@host/dakehu"
    assert doctor.check_audit_rights().problem == ""
    execute("RESET ROLE")
    assert "could rewrite" in doctor.check_audit_rights().problem


@pytest.mark.parametrize(("age", "problem"), [(5, False), (300, True)])
def test_a_silent_worker(db, age, problem):
    assert "No worker has reported." in doctor.check_worker().problem
    execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s)",
            dt.timedelta(seconds=age))  # fmt: skip
    assert bool(doctor.check_worker().problem) is problem


def test_a_wrong_clock(db, monkeypatch):
    assert doctor.check_clock().problem == ""
    now = doctor.timezone.now()
    monkeypatch.setattr(doctor.timezone, "now", lambda: now + dt.timedelta(hours=8))
    assert "28800 seconds apart" in doctor.check_clock().problem.replace("28799", "28800")


def test_a_clock_before_the_installation(db):
    execute("UPDATE django_migrations SET applied = now() + interval '1 day'")
    assert "behind the day" in doctor.check_clock().problem


def test_a_time_zone_the_database_does_not_know(db, settings):
    assert doctor.check_time_zone().problem == ""
    settings.TIME_ZONE = "Asia/Atlantis"
    assert "Asia/Atlantis" in doctor.check_time_zone().problem


def test_static_files_that_were_not_collected(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    assert "collectstatic" in doctor.check_static_files().remedy


def test_a_full_disk(tmp_path, monkeypatch):
    usage = namedtuple("usage", "free")
    assert doctor.check_folder("Attachments", tmp_path).problem == ""
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: usage(free=10**6))
    assert "less than 1 GB" in doctor.check_folder("Attachments", tmp_path).problem
