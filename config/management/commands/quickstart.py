"""One command from a fresh checkout to a running company, and back to it the next day."""

import errno
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from config.children import Child, Children
from config.postgres import LocalServer

LOGINS = settings.DATA_DIR / "demo-logins.txt"
READY_WITHIN_SECONDS = 60


class Command(BaseCommand):
    help = "Start everything on this machine: PostgreSQL, the web server and the worker."
    requires_system_checks = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--port", type=int, default=8000, help="web address, 8000 unless said")
        parser.add_argument(
            "--empty",
            action="store_true",
            help="no demo company: ask for the first manager's login (or take it from "
            "DAKEHU_ADMIN_USERNAME, DAKEHU_ADMIN_PASSWORD and DAKEHU_ADMIN_NAME)",
        )

    def handle(self, *args: Any, port: int, empty: bool, **options: Any) -> None:
        check_port(port)
        self.tell(_("Preparing the database …"))
        call_command("migrate", verbosity=0, interactive=False)
        collect_static_files()
        if not get_user_model().objects.exists():
            if empty:
                call_command("first_manager", stdout=self.stdout)
            else:
                self.tell(_("Founding the demo company …"))
                call_command("seed_demo", stdout=self.stdout)
        self.serve(port)

    def tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def serve(self, port: int) -> None:
        children = Children(
            [
                Child("web server", web_command(port), settings.DATA_DIR / "web.log"),
                Child(
                    "worker",
                    [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"],
                    settings.DATA_DIR / "worker.log",
                ),
            ],
            {**os.environ, "HTTPS": "off", "PYTHONUNBUFFERED": "1"},
        )
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, interrupt)
        address = f"http://127.0.0.1:{port}/"
        try:
            children.start()
            self.wait_until_ready(address, children)
            self.tell(self.style.SUCCESS(_("Dakehu is running: %s") % address))
            if LOGINS.exists():
                self.tell(LOGINS.read_text().rstrip())
            self.tell(_("Ctrl-C stops everything; the data stay in %s.") % settings.DATA_DIR)
            server = local_server()
            while True:
                time.sleep(1)
                if server and not server.is_running():
                    self.tell(_("PostgreSQL ended and is started again; see %s.") % server.log)
                    server.start()
                children.watch(self.tell)
        except KeyboardInterrupt:
            self.tell(_("Stopping …"))
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)
            children.stop()

    def wait_until_ready(self, address: str, children: Children) -> None:
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(address + "health/ready", timeout=5):  # noqa: S310
                    return
            except (urllib.error.URLError, OSError):
                children.watch(self.tell)
                time.sleep(0.2)
        raise CommandError(
            _("The web server does not answer; its log is %s.") % (settings.DATA_DIR / "web.log")
        )


def local_server() -> LocalServer | None:
    """The one manage.py started for us, unless DATABASE_URL named another."""
    server = LocalServer(settings.DATA_DIR)
    if server.data.exists() and os.environ["DATABASE_URL"] == server.url():
        return server
    return None


def interrupt(*args: object) -> None:
    raise KeyboardInterrupt


def check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(
                    _(
                        "Port %d is in use, perhaps by another quickstart: stop that one, or "
                        "choose another port with --port."
                    )
                    % port
                ) from error
            raise CommandError(
                _("Port %(port)d cannot be used (%(reason)s): choose another port with --port.")
                % {"port": port, "reason": error.strerror}
            ) from error


def web_command(port: int) -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", "config.wsgi", f"--bind=127.0.0.1:{port}",
        f"--chdir={settings.BASE_DIR}", "--workers=2", "--threads=4", "--no-control-socket",
        "--graceful-timeout=20", "--log-level=warning",
    ]  # fmt: skip


def collect_static_files() -> None:
    """Only when a source is newer than the last collection: hashing takes seconds."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    collected_at = manifest.stat().st_mtime if manifest.exists() else 0
    newest = 0.0
    for finder in get_finders():
        for path, storage in finder.list(ignore_patterns=[]):
            newest = max(newest, Path(storage.path(path)).stat().st_mtime)
    if newest <= collected_at:
        return
    try:
        call_command("collectstatic", verbosity=0, interactive=False)
    except OSError as error:
        raise CommandError(
            _(
                "The style sheets cannot be collected in %(folder)s (%(reason)s): run this as the "
                "user who owns that folder, from a disk that is not read-only or full."
            )
            % {"folder": settings.STATIC_ROOT, "reason": error.strerror}
        ) from error
