from .device import device_end, device_end_others, device_list
from .login import locked_out, password_change
from .lookup import staff_lookup
from .person import (
    person,
    person_deactivate,
    person_end_sessions,
    person_initial_password,
    person_reactivate,
    profile,
    team,
)

__all__ = [
    "device_end",
    "device_end_others",
    "device_list",
    "locked_out",
    "password_change",
    "person",
    "person_deactivate",
    "person_end_sessions",
    "person_initial_password",
    "person_reactivate",
    "profile",
    "staff_lookup",
    "team",
]
