"""The local server: made, attached to, recovered, and refused in one sentence."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from config import postgres
from config.postgres import APP_ROLE, OWNER_ROLE, LocalPostgresError, LocalServer, binaries


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A server that was made once; the tests of this file leave it usable."""
    server = LocalServer(tmp_path_factory.mktemp("made"))
    server.start()
    yield server
    server.start()
    server.stop()


def query(server, statement, role=OWNER_ROLE):
    with psycopg.connect(server.url(role), autocommit=True) as db:
        cursor = db.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


def postmaster(server):
    return int((server.data / "postmaster.pid").read_text().splitlines()[0])


def test_it_understands_chinese_and_listens_on_loopback_alone(made):
    assert query(made, "SHOW server_encoding") == "UTF8"
    assert query(made, "SELECT '中国' ~ '^\\w+$'") is True
    assert query(made, "SHOW listen_addresses") == "127.0.0.1"
    assert query(made, "SHOW unix_socket_directories", role=postgres.SUPERUSER) == ""


def test_two_roles_of_which_one_owns_the_database(made):
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
    assert query(made, owner) == OWNER_ROLE
    assert query(made, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        query(made, "CREATE TABLE mine (id int)", role=APP_ROLE)


def test_nobody_gets_in_without_the_password(made):
    url = made.url().replace(made.url().split(":")[2].split("@")[0], "guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)


def test_passwords_are_for_their_owner_alone(made, tmp_path):
    path = tmp_path / "local.env"
    postgres.write_environment(made, path)
    for private in (path, made.data / postgres.STATE_FILE, made.data):
        assert stat.S_IMODE(private.stat().st_mode) & 0o077 == 0


def test_the_environment_keeps_its_secret_key(made, tmp_path):
    path = tmp_path / "local.env"
    postgres.write_environment(made, path)
    key = next(line for line in path.read_text().splitlines() if line.startswith("SECRET_KEY="))
    postgres.write_environment(made, path)
    assert key in path.read_text().splitlines()
    assert f"DATABASE_OWNER_URL={made.url(OWNER_ROLE)}" in path.read_text().splitlines()


def test_a_second_process_attaches_and_the_last_one_stops(made):
    made.start()
    pid = postmaster(made)
    second = LocalServer(made.folder)
    second.start()
    assert postmaster(made) == pid
    made.stop()
    assert second.is_running()
    second.stop()
    assert not second.is_running()


def test_a_killed_server_recovers_with_its_rows(made):
    made.start()
    query(made, "CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer")
    os.kill(postmaster(made), signal.SIGKILL)
    made.start()
    assert query(made, "SELECT answer FROM kept") == 42


def test_a_port_taken_meanwhile_is_replaced(made):
    made.start()
    port = int(made.url().split(":")[3].split("/")[0])
    made.stop()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        made.start()
        assert f":{port}/" not in made.url()
        assert query(made, "SELECT 1") == 1


def test_an_interrupted_beginning_is_begun_again(tmp_path):
    server = LocalServer(tmp_path, durable=False)
    making = server.data.with_suffix(".making")
    making.mkdir()
    (making / "PG_VERSION").write_text("18")
    server.data.mkdir()  # a rename that did not happen leaves at most an empty folder
    server.start()
    try:
        assert query(server, "SELECT 1") == 1
        assert not making.exists()
    finally:
        server.stop()


def test_an_incomplete_directory_is_named_and_left_alone(tmp_path):
    server = LocalServer(tmp_path)
    server.data.mkdir()
    (server.data / "PG_VERSION").write_text(f"{server.binaries.major}\n")
    (server.data / "precious").write_text("rows")
    with pytest.raises(LocalPostgresError, match=r"global/pg_control is missing.*left as it is"):
        server.start()
    assert (server.data / "precious").read_text() == "rows"


def test_data_of_another_version_are_named_and_left_alone(tmp_path):
    old = tmp_path / "pg9"
    old.mkdir()
    (old / "PG_VERSION").write_text("9\n")
    with pytest.raises(LocalPostgresError, match=r"pg9, made by PostgreSQL 9, .*left as they are"):
        LocalServer(tmp_path).start()
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["pg9"]


def test_a_directory_under_the_wrong_version_is_named(tmp_path):
    server = LocalServer(tmp_path)
    (server.data / "global").mkdir(parents=True)
    (server.data / "global" / "pg_control").touch()
    (server.data / postgres.STATE_FILE).write_text("{}")
    (server.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(LocalPostgresError, match=r"made by PostgreSQL 16.*rename the folder"):
        server.start()


def test_data_of_an_older_version_keep_their_own_programs(tmp_path):
    majors = {
        found.major for found in map(binaries._binaries_in, binaries._binary_folders()) if found
    }
    newest = postgres.find_binaries().major
    if not majors - {newest}:
        pytest.skip("only one version of PostgreSQL is on this machine")
    older = max(majors - {newest})
    (tmp_path / f"pg{older}").mkdir()
    (tmp_path / f"pg{older}" / "PG_VERSION").write_text(f"{older}\n")
    assert LocalServer(tmp_path).binaries.major == older


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file" / "below", Path("/proc/nowhere")):
        with pytest.raises(LocalPostgresError, match=r"cannot be written \(.+\)"):
            LocalServer(folder).start()


def test_a_platform_without_programs_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(binaries, "_binary_folders", lambda: iter(()))
    with pytest.raises(
        LocalPostgresError, match=r"install PostgreSQL 15 or newer, or set DATABASE"
    ):
        postgres.find_binaries()
    with pytest.raises(LocalPostgresError, match="pg_dump of PostgreSQL 17 or newer"):
        postgres.find_client("pg_dump", 17)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has two ways to start")
def test_root_starts_it_below_a_private_folder_without_opening_it(tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    server = LocalServer(private / "data", durable=False)
    server.start()
    try:
        assert query(server, "SELECT 1") == 1
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
    finally:
        server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests run as an ordinary user")
def test_an_ordinary_user_starts_it(tmp_path):
    script = (
        "import os, sys; from pathlib import Path; from config.postgres import LocalServer\n"
        "assert os.geteuid() == 1000\n"
        "server = LocalServer(Path(sys.argv[1]), durable=False); server.start()\n"
        "print(server.is_running()); server.stop(); print(server.is_running())"
    )
    as_user = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]
    if subprocess.run([*as_user, "true"], check=False).returncode:
        pytest.skip("this machine has no user namespaces")
    done = subprocess.run(
        [*as_user, sys.executable, "-c", script, str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["True", "False"], done.stderr


def test_the_tests_session_uses_it_while_it_lasts():
    from tests.database import server

    deadline = time.monotonic() + 5
    if os.environ["DATABASE_URL"] != (server.url(OWNER_ROLE) if server.data.exists() else ""):
        pytest.skip("DATABASE_URL names a server of yours")
    while not server.is_running() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert server.is_running()


def test_a_full_disk_is_told_before_anything_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=200 << 20))
    with pytest.raises(LocalPostgresError, match="200 MB are free, 256 are needed"):
        LocalServer(tmp_path / "here").start()
    assert not list((tmp_path / "here").iterdir())


def test_a_database_that_is_there_starts_with_little_room_and_not_with_none(made, monkeypatch):
    made.stop()
    free = SimpleNamespace(free=3 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: free)
    with pytest.raises(LocalPostgresError, match="3 MB are free, 16 are needed"):
        made.start()
    free.free = 20 << 20
    made.start()
    assert query(made, "SELECT 1") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a disk")
def test_a_disk_that_is_really_small_or_read_only(tmp_path):
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8M", "tmpfs", tmp_path])
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        with pytest.raises(LocalPostgresError, match="make room on it"):
            LocalServer(tmp_path / "here").start()
        subprocess.run(["mount", "-o", "remount,ro", tmp_path], check=True)
        with pytest.raises(LocalPostgresError, match="Read-only file system"):
            LocalServer(tmp_path / "here").start()
    finally:
        subprocess.run(["umount", tmp_path], check=True)
