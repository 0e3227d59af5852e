from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from staff.models import User
from staff.types import StaffRequest


@require_GET
def home(request: StaffRequest) -> HttpResponse:
    return redirect("accounts:list")


@require_GET
def person(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    return render(request, "staff/person_detail.html", {"person": person})
