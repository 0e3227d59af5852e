"""What has happened lies behind us: one rule for forms, workflows and imports."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext

# Telephones' clocks run ahead a little.
CLOCK_SKEW = dt.timedelta(minutes=10)


def future_blocker(when: dt.datetime | dt.date) -> str:
    """Why nothing can have happened then; "" if it can."""
    if isinstance(when, dt.datetime):
        lies_ahead = when > timezone.now() + CLOCK_SKEW
    else:
        lies_ahead = when > timezone.localdate()
    return gettext("This is still to come.") if lies_ahead else ""
