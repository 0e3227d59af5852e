"""What this app shows on a customer file."""

from __future__ import annotations

from django.db.models import Value
from django.db.models.functions import Concat, Left, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.panels import Panel, register
from complaints.models import CallRecord, Complaint

register(
    Panel(
        code="complaints.complaint",
        noun=_("Complaint"),
        source=lambda user: Complaint.objects.visible_to(user).open(),
        text=Concat("number", Value(" "), Left("content", 60)),
        due=TruncDate("reply_due_at", tzinfo=timezone.get_default_timezone()),
        address=lambda pk: reverse("complaints:complaint", args=[pk]),
        begin=lambda pk: f"{reverse('complaints:complaint_create')}?account={pk}",
        begin_label=_("Record a complaint"),
    )
)
register(
    Panel(
        code="complaints.call",
        noun=_("Caller waits for an answer"),
        source=lambda user: CallRecord.objects.visible_to(user).waiting(),
        text=Concat("number", Value(" "), Left("question", 60)),
        due=TruncDate("call_back_by", tzinfo=timezone.get_default_timezone()),
        address=lambda pk: reverse("complaints:call", args=[pk]),
        begin=lambda pk: f"{reverse('complaints:intake')}?account={pk}",
        begin_label=_("Record a call"),
    )
)
