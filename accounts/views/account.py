from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.models import Account
from staff.types import StaffRequest


@require_GET
def account_list(request: StaffRequest) -> HttpResponse:
    page = Account.objects.visible_to(request.user)[:25]
    return render(request, "accounts/account_list.html", {"page": page})


@require_GET
def account_detail(request: StaffRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.visible_to(request.user), pk=pk)
    return render(request, "accounts/account_detail.html", {"account": account})
