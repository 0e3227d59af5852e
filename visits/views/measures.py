"""The company's reception measures (S1-A12): where they are kept, and as a file."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.forms.attachment import AttachmentForm
from accounts.views.download import download, handed_out
from staff import policy
from staff.transitions import TransitionDenied
from staff.types import StaffRequest
from visits.models import ReceptionMeasures
from visits.models.reception_paper import measures_blocker
from visits.policies import MEASURES
from visits.workflow import reception as workflow


@require_http_methods(["GET", "POST"])
def measures(request: StaffRequest) -> HttpResponse:
    """The file in force with those before it; a superior brings in a new one."""
    user, is_sent = request.user, request.method == "POST"
    form = AttachmentForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    blocker = measures_blocker(user)
    if form.is_valid() and not blocker:
        given = form.cleaned_data
        try:
            workflow.bring_in_measures(actor=user, upload=given["file"], title=given["title"])
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, gettext("The reception measures are in force now."))
            return redirect("visits:measures")
    context = {
        "files": ReceptionMeasures.objects.visible_to(user).select_related("uploaded_by"),
        "words": policy.in_force()[MEASURES],
        "form": form,
        "blocker": blocker,
    }
    status = 200
    if is_sent:
        status = 403 if blocker else 422
    return render(request, "visits/measures.html", context, status=status)


@download
def measures_file(request: StaffRequest, pk: int) -> HttpResponseBase:
    return handed_out(get_object_or_404(ReceptionMeasures.objects.visible_to(request.user), pk=pk))
