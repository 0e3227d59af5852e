from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.identify import possible_duplicates
from staff.types import StaffRequest


@require_GET
def duplicate_check(request: StaffRequest) -> HttpResponse:
    """A fragment for the customer form: what may be the same customer, while someone types."""
    asked = request.GET
    exclude = asked.get("exclude", "")
    findings = possible_duplicates(
        request.user,
        name=asked.get("name", "")[:200],
        credit_code=asked.get("credit_code", "")[:40],
        phone=asked.get("phone", "")[:40],
        exclude=int(exclude) if exclude.isdecimal() and len(exclude) < 19 else None,
    )
    return render(request, "accounts/_possible_duplicates.html", {"findings": findings})
