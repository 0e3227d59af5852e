from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from staff.types import StaffRequest


@require_GET
def device_list(request: StaffRequest) -> HttpResponse:
    here = request.session.session_key
    devices = sorted(
        request.user.sessions.live(), key=lambda d: (d.session_key != here, -d.seen_at.timestamp())
    )
    context = {"devices": devices, "here": here, "has_others": len(devices) > 1}
    return render(request, "staff/device_list.html", context)


@require_POST
def device_end(request: StaffRequest, handle: str) -> HttpResponse:
    device = next((d for d in request.user.sessions.all() if d.handle == handle), None)
    if device is None:
        raise Http404
    if device.session_key == request.session.session_key:
        messages.error(request, gettext("To end this device, log out."))
    else:
        device.delete()
        messages.success(request, gettext("%s is logged out.") % device.device)
    return redirect("staff:devices")


@require_POST
def device_end_others(request: StaffRequest) -> HttpResponse:
    request.user.sessions.exclude(session_key=request.session.session_key).delete()
    messages.success(request, gettext("All your other devices are logged out."))
    return redirect("staff:devices")
