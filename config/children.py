"""Keeps a few child processes alive, and takes them down with their parent."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

RESTART_PAUSES = (0.5, 1, 2, 5, 15)
LONG_ENOUGH = 60
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    name: str
    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0
    failures: int = 0
    restart_at: float = 0


class Children:
    """Each in a session of its own: Ctrl-C reaches the parent alone, which stops them in order."""

    def __init__(self, children: Sequence[Child], environment: Mapping[str, str]) -> None:
        self.children = children
        self.environment = environment

    def start(self) -> None:
        for child in self.children:
            self._start(child)

    def watch(self, tell: Callable[[str], object]) -> None:
        """Restarts whoever died, more slowly the more often it dies; one look, call it again."""
        for child in self.children:
            if child.process is None:
                if time.monotonic() >= child.restart_at:
                    self._start(child)
                continue
            code = child.process.poll()
            if code is None:
                continue
            lived = time.monotonic() - child.started_at
            child.failures = 0 if lived > LONG_ENOUGH else child.failures + 1
            pause = RESTART_PAUSES[min(child.failures, len(RESTART_PAUSES) - 1)]
            child.process, child.restart_at = None, time.monotonic() + pause
            tell(f"The {child.name} ended (code {code}) and is started again; see {child.log}")

    def stop(self, patience: float = 25) -> None:
        running = [child.process for child in self.children if child.process]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + patience
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self, child: Child) -> None:
        with child.log.open("ab") as log:
            child.process = subprocess.Popen(  # noqa: S603
                child.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self.environment),
                start_new_session=True,
                preexec_fn=die_with_parent if sys.platform == "linux" else None,
            )
        child.started_at = time.monotonic()


def die_with_parent() -> None:
    """A killed parent cannot stop its children, so the kernel asks them to."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
