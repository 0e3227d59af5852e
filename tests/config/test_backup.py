"""A backup comes back whole or not at all."""

import contextlib
import hashlib
import json
import os
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Account
from config import backup
from config.postgres import find_client
from tests.factories import AccountFactory

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture(scope="module")
def originals(django_db_setup, django_db_blocker):
    """Databases that tests copy, by what they are; the first test that needs one makes it."""
    made = {}
    yield made
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for name in made.values():
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


@pytest.fixture
def installation(own_connection, settings, tmp_path, originals):
    """A database of its own with a customer, and a folder with two attachments."""
    settings.MEDIA_ROOT = tmp_path / "media"
    usual = own_connection.settings_dict["NAME"]
    if "restored" not in originals:
        originals["restored"] = restored(own_connection, tmp_path / "migrated", f"{usual}_restored")
    scratch = f"{usual}_backup"
    with own_connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{scratch}"')
        cursor.execute(f'CREATE DATABASE "{scratch}" TEMPLATE "{originals["restored"]}"')
    (settings.MEDIA_ROOT / "2026" / "合同").mkdir(parents=True)
    (settings.MEDIA_ROOT / "2026" / "合同" / "协议.pdf").write_bytes(os.urandom(5000))
    (settings.MEDIA_ROOT / "empty.txt").touch()
    with connected_to(own_connection, scratch):
        yield settings.MEDIA_ROOT
    with own_connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{scratch}"')


def restored(own_connection, folder, name):
    """A database from a backup of the migrated one, the same to the letter, with a customer."""
    backup.back_up(folder)
    made_by_migrations = dump("--schema-only")
    with own_connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    with connected_to(own_connection, name):
        backup.restore(folder)
        call_command("migrate", verbosity=0)
        assert dump("--schema-only") == made_by_migrations
        AccountFactory(name="备份测试有限公司")
    return name


@contextlib.contextmanager
def connected_to(own_connection, name):
    usual = own_connection.settings_dict["NAME"]
    own_connection.close()
    own_connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        own_connection.close()
        own_connection.settings_dict["NAME"] = usual


def dump(*options):
    """Everything, rights included, as text that is the same for the same content."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        major = int(cursor.fetchone()[0]) // 10_000
    return subprocess.run(
        [find_client("pg_dump", major), "--no-owner", "--restrict-key=same", *options],
        env=backup._environment(), capture_output=True, check=True,
    ).stdout  # fmt: skip


def hashes(folder: Path):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_what_comes_back_is_what_was_saved_byte_for_byte(installation, tmp_path):
    before, files = dump(), hashes(installation)
    call_command("backup", str(tmp_path / "saved"), stdout=StringIO())
    Account.objects.update(name="毁坏")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE later AS SELECT 1")
        cursor.execute("CREATE VIEW later_seen AS SELECT * FROM later")
        cursor.execute("CREATE TYPE later_kind AS ENUM ('one')")
        cursor.execute("DROP FUNCTION bigrams CASCADE")
    (installation / "empty.txt").write_text("changed")
    (installation / "later.txt").touch()
    assert dump() != before
    call_command("restore", str(tmp_path / "saved"), replace=True, stdout=StringIO())
    assert dump() == before
    assert hashes(installation) == files
    assert len(files) == 2


def test_an_installation_in_use_is_not_overwritten(installation, tmp_path):
    call_command("backup", str(tmp_path / "saved"), stdout=StringIO())
    before = dump()
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(tmp_path / "saved"), stdout=StringIO())
    assert dump() == before


def test_a_backup_that_fails_to_load_changes_nothing(installation, tmp_path, monkeypatch):
    call_command("backup", str(tmp_path / "saved"), stdout=StringIO())
    before, files = dump(), hashes(installation)
    monkeypatch.setattr(backup, "DROP_EVERYTHING", backup.DROP_EVERYTHING + "SELECT 1/0;")
    with pytest.raises(CommandError, match="division by zero"):
        call_command("restore", str(tmp_path / "saved"), replace=True, stdout=StringIO())
    assert dump() == before
    assert hashes(installation) == files


@pytest.mark.parametrize("name", ["database.dump", "attachments/empty.txt"])
def test_a_damaged_backup_is_refused(installation, tmp_path, name):
    call_command("backup", str(tmp_path / "saved"), stdout=StringIO())
    with (tmp_path / "saved" / name).open("ab") as file:
        file.write(b"!")
    with pytest.raises(CommandError, match=f"damaged.*{name}"):
        call_command("restore", str(tmp_path / "saved"), replace=True, stdout=StringIO())


def test_a_backup_of_a_newer_version_is_refused(installation, tmp_path):
    call_command("backup", str(tmp_path / "saved"), stdout=StringIO())
    path = tmp_path / "saved" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["migrations"].append(["accounts", "9999_from_the_future"])
    path.write_text(json.dumps(manifest))
    with pytest.raises(CommandError, match="newer version"):
        call_command("restore", str(tmp_path / "saved"), replace=True, stdout=StringIO())


def test_a_folder_that_is_no_backup_is_refused(tmp_path):
    with pytest.raises(CommandError, match="is not a backup"):
        call_command("restore", str(tmp_path))


def test_a_backup_never_mixes_with_another(installation, tmp_path):
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "older").touch()
    with pytest.raises(CommandError, match="not empty"):
        call_command("backup", str(tmp_path / "saved"))
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("backup", "/proc/nowhere")
    assert [path.name for path in tmp_path.iterdir() if "making" in path.name] == []


def test_nobody_else_reads_it(installation, tmp_path):
    call_command("backup", str(tmp_path / "saved"), stdout=StringIO())
    assert (tmp_path / "saved").stat().st_mode & 0o077 == 0
