#!/usr/bin/env python
"""Django's commands; without DATABASE_URL they run on the local PostgreSQL of this folder."""

import os
import signal
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

DATA = Path(__file__).resolve().parent / ".data"
# These two make the local database when there is none; every other command finds it or fails.
FOUNDING = {"quickstart", "restore"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if "DATABASE_URL" in os.environ or not (command in FOUNDING or (DATA / "local.env").exists()):
        execute()
        return
    from config.postgres import LocalPostgresError, LocalServer, write_environment

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    server = LocalServer(DATA)
    try:
        server.start()
        write_environment(server, DATA / "local.env")
        execute()
    except LocalPostgresError as error:
        sys.exit(str(error))
    finally:
        server.stop()


def execute() -> None:
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        if not str(error).startswith("Set the "):  # django-environ's words for a missing variable
            raise
        sys.exit(
            f"{error} (README.md, Production), or run `manage.py quickstart`, which needs none."
        )


if __name__ == "__main__":
    main()
