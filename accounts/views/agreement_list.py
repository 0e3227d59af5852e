from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from accounts.agreement_filters import AgreementFilter
from accounts.agreement_term import RUNWAY, stage
from accounts.models import Account, Agreement
from accounts.querysets.agreement import AgreementQuerySet
from config.pagination import page_of
from staff import policy
from staff.types import StaffRequest

UNSIGNED = "unsigned"


def _shown(rows: AgreementQuerySet, runway: list[int]) -> dict[str, tuple[str, AgreementQuerySet]]:
    """The lists by their word: label and rows."""
    today = timezone.localdate()
    shown = {"in_force": (gettext("In force"), rows.in_force(today).order_by("ends_on", "pk"))}
    for days in sorted(runway, reverse=True):
        label = gettext("Runs out within %(days)d days") % {"days": days}
        shown[f"runway-{days}"] = (label, rows.running_out(today, days).order_by("ends_on", "pk"))
    return shown | {
        "expired": (gettext("Expired"), rows.expired(today).order_by("-ends_on", "-pk")),
        "draft": (gettext("Being prepared"), rows.filter(status="draft").order_by("-pk")),
        "over": (
            gettext("Ended or not concluded"),
            rows.filter(status__in=("ended", "dropped")).order_by("-pk"),
        ),
    }


@require_GET
def agreement_list(request: StaffRequest) -> HttpResponse:
    """Agreements in force, on the renewal runway, expired, being prepared."""
    runway = policy.in_force()[RUNWAY]
    shown = _shown(Agreement.objects.visible_to(request.user).for_list(), runway)
    show = request.GET.get("show", "")
    show = show if show in shown else "in_force"
    filterset = AgreementFilter(request.GET, shown[show][1], request=request)
    page = page_of(request, filterset.qs)
    for agreement in page.object_list:
        agreement.stage = stage(agreement.days_left, runway)
    context = {
        "page": page,
        "tabs": _tabs(shown, show),
        "show": show,
        "filterset": filterset,
    }
    return render(request, "accounts/agreement_list.html", context)


def _tabs(
    shown: dict[str, tuple[str, AgreementQuerySet]], current: str
) -> list[tuple[str, str, bool]]:
    words = {word: label for word, (label, _rows) in shown.items()}
    return [(word, label, word == current) for word, label in words.items()]


@require_GET
def unsigned_list(request: StaffRequest) -> HttpResponse:
    """Recognised, not yet signed: the oldest first (S1 第8条)."""
    waiting = Account.objects.visible_to(request.user).awaiting_signature().for_list()
    page = page_of(request, waiting.order_by("recognised_on", "pk"))
    runway = policy.in_force()[RUNWAY]
    shown = _shown(Agreement.objects.none(), runway)
    return render(
        request, "accounts/agreement_unsigned.html", {"page": page, "tabs": _tabs(shown, "")}
    )
