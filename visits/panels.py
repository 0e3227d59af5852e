"""What this app shows on a customer file."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, QuerySet, Value, When
from django.db.models.functions import Concat, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.panels import Panel, register
from staff.models import User
from visits.models import AttemptOutcome, CallAttempt, Reception, ReturnVisit, Visit

WHY_NOT_REACHED = Case(
    *(When(outcome=word, then=Value(label, CharField())) for word, label in AttemptOutcome.choices),
    output_field=CharField(),
)


def to_call_again(user: User) -> QuerySet[Any]:
    """The last attempt of each customer that nobody has reached since."""
    reached = ReturnVisit.objects.counting().filter(
        account=OuterRef("account"), interaction__happened_at__gte=OuterRef("called_at")
    )
    later = CallAttempt.objects.filter(account=OuterRef("account"), pk__gt=OuterRef("pk"))
    return CallAttempt.objects.visible_to(user).filter(~Exists(reached), ~Exists(later))


register(
    Panel(
        code="visits.return_visit",
        noun=_("Call again"),
        source=to_call_again,
        text=Concat(WHY_NOT_REACHED, Value(" "), "note"),
        due="call_again_on",
        address=lambda pk: reverse("visits:attempt", args=[pk]),
        begin=lambda pk: reverse("visits:call", args=[pk]),
        begin_label=_("Telephone return visit"),
    )
)
register(
    Panel(
        code="visits.visit",
        noun=_("Visit"),
        source=lambda user: Visit.objects.planned().visible_to(user),
        text="purpose",
        due=TruncDate("planned_at"),
        address=lambda pk: reverse("visits:detail", args=[pk]),
        begin=lambda pk: reverse("visits:plan", args=[pk]),
        begin_label=_("Plan a visit"),
    )
)
register(
    Panel(
        code="visits.visit_record",
        noun=_("Visit"),
        source=lambda user: Visit.objects.none(),
        text="purpose",
        address=lambda pk: reverse("visits:detail", args=[pk]),
        begin=lambda pk: reverse("visits:record_new", args=[pk]),
        begin_label=_("Record a visit"),
    )
)
register(
    Panel(
        code="visits.reception",
        noun=_("Reception"),
        source=lambda user: Reception.objects.planned().visible_to(user),
        text="purpose",
        due=TruncDate("planned_at"),
        address=lambda pk: reverse("visits:reception", args=[pk]),
        begin=lambda pk: reverse("visits:reception_plan", args=[pk]),
        begin_label=_("Plan a reception"),
    )
)
