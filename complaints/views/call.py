from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from complaints.models import CallRecord
from config.pagination import CappedPaginator
from staff.types import StaffRequest


def _call(request: StaffRequest, pk: int) -> CallRecord:
    calls = CallRecord.objects.visible_to(request.user).for_detail()
    return get_object_or_404(calls, pk=pk)


@require_GET
def call_list(request: StaffRequest) -> HttpResponse:
    """The calls in my scope, the latest first."""
    calls = CallRecord.objects.visible_to(request.user).for_list()
    page = CappedPaginator(calls, 25).get_page(request.GET.get("page"))
    return render(request, "complaints/call_list.html", {"page": page})


@require_GET
def call_detail(request: StaffRequest, pk: int) -> HttpResponse:
    return render(request, "complaints/call_detail.html", {"call": _call(request, pk)})
