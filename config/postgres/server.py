"""A server of our own: makes, starts, attaches to and stops it."""

import fcntl
import json
import os
import pwd
import re
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

from config.postgres.binaries import Binaries, LocalPostgresError, find_binaries
from config.postgres.machine import (
    Account,
    free_port,
    is_alive,
    is_free,
    last_line,
    shared_buffers,
    user_name,
    write_private,
)

DATABASE = "dakehu"
OWNER_ROLE = "dakehu_owner"
APP_ROLE = "dakehu_app"
SUPERUSER = "postgres"
STATE_FILE = "dakehu.json"
# Megabytes free: for a new database with the demo company, and to start one that is there.
ROOM_TO_MAKE, ROOM_TO_START = 256, 16
# What postgres says while a killed postmaster's children or its zombie still linger.
LINGERING = ("lock file", "shared memory block")


class LocalServer:
    """One data directory per major version inside `folder`, shared by all processes that hold it.

    `start()` makes, starts or attaches, and keeps a shared lock; `stop()` gives the lock back and
    stops the server when nobody else holds it, so a killed holder leaves nothing counted.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.absolute()
        self.durable = durable
        self._held: IO[str] | None = None

    # --- what others call -----------------------------------------------------------------

    def start(self) -> None:
        self._make_folder()
        self._check_room()
        with self._starting():
            self._hold()
            try:
                self._make_and_launch()
            except BaseException:
                self._let_go()
                raise

    def stop(self) -> None:
        """Stops the server unless another process still uses it."""
        if self._held is None:
            return
        with self._starting():
            try:
                fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return
            else:
                if self.is_running():
                    self._pg_ctl("stop", "--mode=fast", "--timeout=60")
            finally:
                self._let_go()

    def is_running(self) -> bool:
        lines = self._pid_file_lines()
        if len(lines) < 4 or not is_alive(int(lines[0])):
            return False
        ready = ["pg_isready", "--host=127.0.0.1", f"--port={lines[3]}", "--timeout=5"]
        return self._run(*ready).returncode == 0

    def url(self, role: str = APP_ROLE) -> str:
        state = self._state()
        return f"postgresql://{role}:{state[role]}@127.0.0.1:{state['port']}/{DATABASE}"

    @property
    def data(self) -> Path:
        return self.folder / f"pg{self.binaries.major}"

    @property
    def log(self) -> Path:
        return self.folder / f"pg{self.binaries.major}.log"

    @property
    def binaries(self) -> Binaries:
        """Those of the data that are there, so that an upgrade of the wheel loses nothing."""
        newest = find_binaries()
        if (self.folder / f"pg{newest.major}").exists():
            return newest
        for other in self._other_majors(newest.major):
            try:
                return find_binaries(other)
            except LocalPostgresError:
                continue
        return newest

    def _make_and_launch(self) -> None:
        if self._complete():
            self._check_major()
        else:
            self._check_other_majors()
            self._initialise()
        if not self.is_running():
            self._launch()
        self._provision()

    # --- making ---------------------------------------------------------------------------

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            probe = self.folder / f".writable-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise LocalPostgresError(
                f"The folder {self.folder} cannot be written ({error.strerror}): run this as the "
                "user who owns it, from a disk that is not read-only."
            ) from error

    def _check_room(self) -> None:
        """A server on a full disk does not start, and its log is cut short before the reason."""
        free = shutil.disk_usage(self.folder).free >> 20
        needed = ROOM_TO_START if self.data.exists() else ROOM_TO_MAKE
        if free < needed and not self.is_running():
            raise LocalPostgresError(
                f"The disk of {self.folder} is full ({free} MB are free, {needed} are needed): "
                "make room on it and start again; nothing was changed."
            )

    def _complete(self) -> bool:
        """False when there is nothing yet; an error when there is something unusable."""
        if not self.data.exists() or (
            os.access(self.data, os.R_OK) and not any(self.data.iterdir())
        ):
            return False
        if not os.access(self.data, os.R_OK | os.W_OK | os.X_OK):
            owner = user_name(self.data.stat().st_uid)
            raise LocalPostgresError(
                f"The database in {self.data} belongs to the user {owner}: run this as {owner}."
            )
        parts = ("PG_VERSION", "global/pg_control", STATE_FILE)
        missing = [part for part in parts if not (self.data / part).exists()]
        if missing:
            raise LocalPostgresError(
                f"The database in {self.data} is incomplete ({missing[0]} is missing) and was left "
                "as it is: move that folder away, start again, and restore your last backup."
            )
        return True

    def _check_major(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != str(self.binaries.major):
            raise LocalPostgresError(
                f"The database in {self.data} was made by PostgreSQL {made_by}, and this is "
                f"PostgreSQL {self.binaries.major}; it was left as it is: rename the folder to "
                f"pg{made_by}, so that the programs of its own version are used."
            )

    def _other_majors(self, major: int) -> list[int]:
        found = (
            re.fullmatch(r"pg(\d+)", path.parent.name)
            for path in self.folder.glob("pg*/PG_VERSION")
        )
        return sorted(
            (int(match[1]) for match in found if match and int(match[1]) != major), reverse=True
        )

    def _check_other_majors(self) -> None:
        if others := self._other_majors(self.binaries.major):
            raise LocalPostgresError(
                f"Your data are in {self.folder / f'pg{others[0]}'}, made by PostgreSQL "
                f"{others[0]}, and only PostgreSQL {self.binaries.major} is here; they were left "
                f"as they are: install PostgreSQL {others[0]}, take a backup, move that folder "
                "away, start again and restore."
            )

    def _initialise(self) -> None:
        """initdb beside the final name, then a rename: nothing half-made bears that name."""
        making = self.data.with_suffix(".making")
        password_file = self.data.with_suffix(".password")
        shutil.rmtree(making, ignore_errors=True)  # never served anybody
        password_file.unlink(missing_ok=True)
        state = {name: secrets.token_urlsafe(24) for name in (SUPERUSER, OWNER_ROLE, APP_ROLE)}
        making.mkdir(mode=0o700)
        try:
            write_private(password_file, state[SUPERUSER])
            self._give(making, password_file)
            done = self._run(
                "initdb", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256",
                f"--username={SUPERUSER}", f"--pwfile={password_file}", f"--pgdata={making}",
                *([] if self.durable else ["--no-sync"]),
            )  # fmt: skip
            if done.returncode:
                raise LocalPostgresError(
                    f"PostgreSQL could not make its data directory in {self.folder}: "
                    f"{last_line(done.stderr, 'could not')}"
                )
            write_private(making / STATE_FILE, json.dumps(state | {"port": free_port()}))
            making.rename(self.data)
        finally:
            password_file.unlink(missing_ok=True)
            shutil.rmtree(making, ignore_errors=True)

    # --- starting -------------------------------------------------------------------------

    def _launch(self, patience: float = 30) -> None:
        """Starts, and starts again while a killed postmaster's remains still hold the directory."""
        deadline = time.monotonic() + patience
        while True:
            state = self._state()
            if not is_free(state["port"]):
                state["port"] = free_port()
                write_private(self.data / STATE_FILE, json.dumps(state))
            said_before = self.log.stat().st_size if self.log.exists() else 0
            self.log.touch(mode=0o600)
            self._give(self.log)
            started = self._pg_ctl(
                "start", f"--log={self.log}", "--timeout=120",
                f"--options={self._options(state['port'])}",
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, capture_output=False,
            )  # fmt: skip
            if not started.returncode:
                return
            with self.log.open("rb") as log:
                log.seek(said_before)
                said = log.read().decode(errors="replace")
            if not any(word in said for word in LINGERING) or time.monotonic() > deadline:
                raise LocalPostgresError(
                    f"PostgreSQL does not start: {last_line(said, 'FATAL')} (more in {self.log})"
                )
            self._forget_zombie()
            time.sleep(0.3)

    def _options(self, port: int) -> str:
        options = [
            f"-c port={port}",
            "-c listen_addresses=127.0.0.1",
            "-c unix_socket_directories=''",
            "-c max_connections=100",
            f"-c shared_buffers={shared_buffers()}MB",
        ]
        if not self.durable:
            options += ["-c fsync=off", "-c synchronous_commit=off", "-c full_page_writes=off"]
        return " ".join(options)

    def _forget_zombie(self) -> None:
        """A dead postmaster nobody reaps (a container's PID 1) would block for ever."""
        lines = self._pid_file_lines()
        if lines and not is_alive(int(lines[0])):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _provision(self) -> None:
        """Roles and database; changes nothing when they are as they should be."""
        state = self._state()
        superuser = {"user": SUPERUSER, "password": state[SUPERUSER], "dbname": "postgres"}
        with psycopg.connect(
            host="127.0.0.1", port=state["port"], autocommit=True, **superuser
        ) as db:
            for role, may in (
                (APP_ROLE, "NOCREATEDB"),
                (OWNER_ROLE, "NOCREATEDB" if self.durable else "CREATEDB"),
            ):
                known = db.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
                db.execute(
                    sql.SQL("{} ROLE {} LOGIN NOSUPERUSER {} PASSWORD {}").format(
                        sql.SQL("ALTER" if known else "CREATE"),
                        sql.Identifier(role),
                        sql.SQL(may),
                        sql.Literal(state[role]),
                    )
                )
            db.execute(f"GRANT {APP_ROLE} TO {OWNER_ROLE}")
            if not db.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone():
                db.execute(
                    f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE} TEMPLATE template0 "
                    "ENCODING 'UTF8'"
                )

    # --- small things ---------------------------------------------------------------------

    def _state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads((self.data / STATE_FILE).read_text())
        return state

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _run(
        self, program: str, *arguments: str, **kwargs: Any
    ) -> subprocess.CompletedProcess[str]:
        command: list[str | Path] = [self.binaries.folder / program, *arguments]
        return self._account().run(command, cwd=self.folder, **kwargs)

    def _pg_ctl(self, *arguments: str, **kwargs: Any) -> subprocess.CompletedProcess[str]:
        return self._run("pg_ctl", "--wait", f"--pgdata={self.data}", *arguments, **kwargs)

    def _account(self) -> Account:
        """As root: the data's owner, else a user namespace (works below /root), else nobody."""
        if os.geteuid() != 0:
            return Account()
        owner = (self.data if self.data.exists() else self.folder).stat()
        if owner.st_uid:
            return Account(uid=owner.st_uid, gid=owner.st_gid)
        mapped = Account(prefix=("unshare", "--user", "--map-user=1000", "--map-group=1000", "--"))
        candidates = [mapped] if shutil.which("unshare") else []
        if not self.data.exists():
            users = (user for user in pwd.getpwall() if user.pw_name in ("postgres", "nobody"))
            candidates += [Account(uid=user.pw_uid, gid=user.pw_gid) for user in users]
        reach: list[str | Path] = [
            "sh",
            "-c",
            '"$0" --version && test -x "$1"',
            self.binaries.folder / "postgres",
            self.folder,
        ]
        for account in candidates:
            if account.run(reach, cwd=Path("/")).returncode == 0:
                return account
        raise LocalPostgresError(
            "PostgreSQL refuses to run as root, and no other user can reach this folder: run this "
            "as an ordinary user, or set DATABASE_URL to a server you have."
        )

    def _give(self, *paths: Path) -> None:
        account = self._account()
        for path in paths:
            if account.uid is not None:
                os.chown(path, account.uid, account.gid or -1)

    @contextmanager
    def _starting(self) -> Iterator[None]:
        """One process at a time makes, starts or stops."""
        with (self.folder / "postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _hold(self) -> None:
        if self._held is None:
            self._held = (self.folder / "postgres.users").open("w")
            fcntl.flock(self._held, fcntl.LOCK_SH)

    def _let_go(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None


def write_environment(server: LocalServer, path: Path) -> None:
    """Writes what the settings read when DATABASE_URL is not set; keeps an existing SECRET_KEY."""
    values = {"SECRET_KEY": secrets.token_urlsafe(50), "HTTPS": "off"}
    if path.exists():
        values |= dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    values |= {"DATABASE_URL": server.url(APP_ROLE), "DATABASE_OWNER_URL": server.url(OWNER_ROLE)}
    write_private(path, "".join(f"{name}={value}\n" for name, value in values.items()))
