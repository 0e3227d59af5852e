"""Evidence of a complaint: added, handed out, voided."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.forms.attachment import AttachmentForm
from accounts.forms.fields import ReasonForm
from accounts.views.download import download, handed_out
from complaints.views.case_form import case_form
from complaints.views.complaint import found
from complaints.workflow import complaint as workflow
from staff.types import StaffRequest


@require_http_methods(["GET", "POST"])
def complaint_attach(request: StaffRequest, pk: int) -> HttpResponse:
    complaint, is_sent = found(request, pk), request.method == "POST"
    form = AttachmentForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    return case_form(
        request,
        complaint,
        form,
        lambda: workflow.attach(
            complaint,
            actor=request.user,
            upload=form.cleaned_data["file"],
            title=form.cleaned_data["title"],
        ),
        title=gettext("Add evidence"),
        done=gettext("File added."),
        blocker=complaint.add_blocker(request.user),
    )


@download
def complaint_file(request: StaffRequest, pk: int, file_pk: int) -> HttpResponseBase:
    """For whoever sees the complaint, the service centre among them."""
    files = found(request, pk).files.filter(voided_at=None)
    return handed_out(get_object_or_404(files, pk=file_pk))


@require_http_methods(["GET", "POST"])
def complaint_file_void(request: StaffRequest, pk: int, file_pk: int) -> HttpResponse:
    complaint = found(request, pk)
    file = get_object_or_404(complaint.files, pk=file_pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return case_form(
        request,
        complaint,
        form,
        lambda: workflow.void_file(file, actor=request.user, reason=form.cleaned_data["reason"]),
        title=gettext("Void a file"),
        done=gettext("File voided."),
        blocker=file.void_blocker(request.user),
        hint=str(file),
    )
