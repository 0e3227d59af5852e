"""The morning mail: what awaits a person today, on workdays, where they have an address."""

from __future__ import annotations

import datetime as dt
import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from staff import calendar, desk
from staff.models import Task, User

logger = logging.getLogger(__name__)


def message_for(person: User, today: dt.date) -> EmailMessage | None:
    """The mail for one person; None when nothing awaits them."""
    groups = desk.groups_of(person, today)
    climbed = desk.climbed_to(person, today)
    tasks = list(Task.objects.open().filter(assignee=person))
    count = sum(group.count for group in groups) + len(tasks)
    if not count and not climbed:
        return None
    context = {"person": person, "groups": groups, "climbed": climbed, "tasks": tasks}
    subject = ngettext("%d thing awaits you", "%d things await you", count) % count
    text = render_to_string("staff/digest.txt", {**context, "today": today})
    return EmailMessage(f"{gettext('Dakehu')}: {subject}", text, to=[person.email])


def send_all(today: dt.date | None = None) -> int:
    """Send this morning's mails over one connection; how many. None on a day off."""
    today = today or timezone.localdate()
    if not calendar.is_business_day(today):
        return 0
    with translation.override(settings.LANGUAGE_CODE):
        people = User.objects.in_house().exclude(email="")
        messages = [mail for person in people if (mail := message_for(person, today))]
    sent = 0
    with get_connection() as connection:
        for mail in messages:
            try:
                sent += connection.send_messages([mail]) or 0
            except SMTPException:  # one address refused keeps no mail from the others
                logger.exception("The morning mail to %s was refused", mail.to[0])
    return sent
