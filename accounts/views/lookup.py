from __future__ import annotations

from django.http import JsonResponse
from django.views.decorators.http import require_GET

from accounts.models import Account
from accounts.search import starts
from config.pagination import CappedPaginator
from staff.types import StaffRequest

SHOWN = 20
SORTED = 300  # of so many hits the first are shown; who has more goes on typing


@require_GET
def account_lookup(request: StaffRequest) -> JsonResponse:
    """What a look-up field offers while someone types: their own customers, name and owner."""
    term = request.GET.get("q", "").strip()
    accounts = Account.objects.visible_to(request.user).search(term).for_list()
    paginator = CappedPaginator(accounts, SHOWN, cap=SORTED, first=starts(term), walks=False)
    hits = paginator.get_page(1) if term else []
    return JsonResponse(
        {
            "results": [
                {
                    "value": str(account.pk),
                    "text": account.name,
                    "hint": account.owner.name if account.owner else "",
                }
                for account in hits
            ]
        }
    )
