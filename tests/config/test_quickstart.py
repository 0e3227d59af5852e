"""The parts of the one-command start; .ci/run starts the whole of it from a fresh clone."""

import os
import signal
import socket
import sys
import time

import pytest
from django.core.management import CommandError, call_command

from config.children import Child, Children
from config.management.commands import quickstart
from staff.models import Role, User

pytestmark = pytest.mark.usefixtures("english")


def test_a_port_in_use_is_named():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=rf"{port}.*--port"):
            call_command("quickstart", port=port)


@pytest.fixture
def company(monkeypatch):
    """Everything before the servers start, which these tests do not want."""
    served = []
    monkeypatch.setattr(quickstart.Command, "serve", lambda self, port: served.append(port))
    monkeypatch.setattr(quickstart, "collect_static_files", lambda: None)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for name in ("USERNAME", "PASSWORD", "NAME"):
        monkeypatch.delenv(f"DAKEHU_ADMIN_{name}", raising=False)
    yield lambda **options: call_command("quickstart", port=port, **options)
    assert set(served) <= {port}


def test_an_empty_start_takes_the_first_manager_from_the_environment(company, db, monkeypatch):
    monkeypatch.setenv("DAKEHU_ADMIN_USERNAME", "zhang")
    monkeypatch.setenv("DAKEHU_ADMIN_PASSWORD", "Shanghai-2026-Bund")
    monkeypatch.setenv("DAKEHU_ADMIN_NAME", "张敏")
    company(empty=True)
    zhang = User.objects.get()
    assert (zhang.username, zhang.name, zhang.role) == ("zhang", "张敏", Role.MANAGER)
    assert zhang.is_staff
    assert zhang.check_password("Shanghai-2026-Bund")
    company(empty=True)  # the next day
    assert User.objects.count() == 1


def test_an_empty_start_refuses_a_weak_password(company, db, monkeypatch, settings):
    monkeypatch.setenv("DAKEHU_ADMIN_USERNAME", "zhang")
    monkeypatch.setenv("DAKEHU_ADMIN_PASSWORD", "123")
    with pytest.raises(CommandError):
        company(empty=True)
    assert not User.objects.exists()


def test_an_empty_start_with_nobody_to_ask_says_so(company, db, monkeypatch):
    monkeypatch.setattr("sys.stdin", open(os.devnull))  # noqa: SIM115
    with pytest.raises(CommandError, match="DAKEHU_ADMIN_USERNAME"):
        company(empty=True)
    sys.stdin.close()


def test_the_first_manager_is_the_first(people, monkeypatch):
    with pytest.raises(CommandError, match="people already"):
        call_command("first_manager")


def test_people_at_the_terminal_are_asked(company, db, monkeypatch):
    answers = iter(["zhang", "张敏"])
    monkeypatch.setattr("sys.stdin", type("Terminal", (), {"isatty": lambda self: True})())
    monkeypatch.setattr("builtins.input", lambda question: next(answers))
    monkeypatch.setattr("getpass.getpass", lambda question: "Shanghai-2026-Bund")
    company(empty=True)
    assert User.objects.get().name == "张敏"


def test_a_company_that_is_there_is_left_as_it_is(company, people):
    before = User.objects.count()
    company(empty=False)
    assert User.objects.count() == before


@pytest.mark.parametrize(("age", "collects"), [(-3600, False), (+3600, True)])
def test_static_files_are_collected_when_a_source_is_newer(
    settings, tmp_path, monkeypatch, age, collects
):
    settings.STATIC_ROOT = tmp_path
    manifest = tmp_path / "staticfiles.json"
    manifest.touch()
    newest = max(
        os.stat(storage.path(path)).st_mtime
        for finder in quickstart.get_finders()
        for path, storage in finder.list(ignore_patterns=[])
    )
    os.utime(manifest, (newest - age, newest - age))
    called = []
    monkeypatch.setattr(quickstart, "call_command", lambda name, **options: called.append(name))
    quickstart.collect_static_files()
    assert called == (["collectstatic"] if collects else [])


@pytest.mark.skipif(not os.path.exists("/sys/kernel"), reason="a folder that nobody may fill")
def test_static_files_that_cannot_be_collected_are_one_sentence(settings):
    settings.STATIC_ROOT = "/sys/kernel/static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "OPTIONS": {"location": settings.STATIC_ROOT},
        },
    }
    with pytest.raises(CommandError, match="/sys/kernel/static"):
        quickstart.collect_static_files()


# --- the children -------------------------------------------------------------------------


def child(tmp_path, script):
    return Child("test child", [sys.executable, "-c", script], tmp_path / "log")


def wait_for(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert condition()


def test_a_dead_child_is_started_again(tmp_path):
    one = child(tmp_path, "import time; print('up', flush=True); time.sleep(60)")
    children = Children([one], os.environ)
    said = []
    children.start()
    try:
        wait_for(lambda: b"up" in one.log.read_bytes())
        first = one.process.pid
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: children.watch(said.append) or one.process is None)
        wait_for(lambda: children.watch(said.append) or one.process is not None)
        assert one.process.pid != first
        assert len(said) == 1
        assert "test child" in said[0]
        assert str(one.log) in said[0]
    finally:
        children.stop()
    assert one.process.returncode == -signal.SIGTERM


def test_a_child_that_keeps_dying_is_given_time(tmp_path):
    one = child(tmp_path, "raise SystemExit(3)")
    children = Children([one], os.environ)
    children.start()
    one.process.wait()
    children.watch(lambda line: None)
    first = one.restart_at - time.monotonic()
    one.failures = 10
    children._start(one)
    one.process.wait()
    children.watch(lambda line: None)
    assert one.restart_at - time.monotonic() > first + 5
    children.stop()


def test_a_child_that_will_not_stop_is_killed(tmp_path):
    one = child(
        tmp_path,
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', "
        "flush=True); time.sleep(60)",
    )
    children = Children([one], os.environ)
    children.start()
    wait_for(lambda: b"deaf" in one.log.read_bytes())
    children.stop(patience=0.2)
    assert one.process.returncode == -signal.SIGKILL
