from __future__ import annotations

from django.http import JsonResponse
from django.views.decorators.http import require_GET

from staff.models import User
from staff.types import StaffRequest

SHOWN = 20


@require_GET
def staff_lookup(request: StaffRequest) -> JsonResponse:
    """What a field for one colleague offers while someone types; `?mine` keeps to one's line.

    Names and posts of colleagues are no secret within the company: nothing else is told.
    """
    term = request.GET.get("q", "").strip()
    people = User.objects.colleagues()
    if "mine" in request.GET:
        people = people.visible_to(request.user)
    found = people.search(term).order_by("name_pinyin", "pk")[:SHOWN] if term else []
    results = [
        {"value": str(person.pk), "text": person.name, "hint": person.get_role_display()}
        for person in found
    ]
    return JsonResponse({"results": results})
