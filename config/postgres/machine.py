"""What the launcher asks of the operating system: users, processes, ports, private files."""

import os
import pwd
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Account:
    """The system user the server runs as; PostgreSQL refuses to run as root."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def run(
        self, command: Sequence[str | Path], cwd: Path, **kwargs: Any
    ) -> subprocess.CompletedProcess[str]:
        options: dict[str, Any] = {
            "capture_output": True,
            "text": True,
            "errors": "replace",
            **kwargs,
        }
        if self.uid is not None:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        # The messages are read by this program, so they must not be translated.
        environment = {**os.environ, "LC_MESSAGES": "C", "PGCLIENTENCODING": "UTF8"}
        for name in ("PGDATA", "PGPORT", "PGHOST", "PGUSER", "PGDATABASE", "LC_ALL"):
            environment.pop(name, None)
        return subprocess.run(  # noqa: S603
            [*self.prefix, *map(str, command)], cwd=cwd, env=environment, check=False, **options
        )


def shared_buffers() -> int:
    """Megabytes: an eighth of the machine's memory, of which only what is read is taken."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
    return max(128, min(memory // 8, 1024))


def is_alive(pid: int) -> bool:
    """False for a zombie too: it answers signals, yet serves nobody."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return True


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_private(path: Path, text: str) -> None:
    """Only its owner may read it; replaced in one step, with its owner kept."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    if path.exists() and os.geteuid() == 0:
        os.chown(new, path.stat().st_uid, path.stat().st_gid)
    new.replace(path)


def last_line(text: str, marker: str = "") -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next(
        (line for line in reversed(lines) if marker in line),
        lines[-1] if lines else "no reason given",
    )


def user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
