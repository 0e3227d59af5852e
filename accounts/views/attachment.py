from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.forms.attachment import AttachmentForm
from accounts.forms.fields import ReasonForm
from accounts.models import Account, Attachment
from accounts.views.download import download, handed_out
from accounts.views.small_form import small_form
from accounts.workflow import attachment as workflow
from staff.types import StaffRequest


@require_http_methods(["GET", "POST"])
def attachment_create(request: StaffRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.editable_by(request.user), pk=pk)
    is_sent = request.method == "POST"
    form = AttachmentForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    return small_form(
        request,
        account,
        form,
        lambda: workflow.add(
            account,
            actor=request.user,
            upload=form.cleaned_data["file"],
            title=form.cleaned_data["title"],
        ),
        title=gettext("Add a file"),
        done=gettext("File added."),
        next_url=f"{account.get_absolute_url()}#files",
    )


@download
def attachment_download(request: StaffRequest, pk: int, attachment_pk: int) -> HttpResponseBase:
    visible = Attachment.objects.visible_to(request.user).filter(voided_at=None)
    attachment = get_object_or_404(visible, pk=attachment_pk, account=pk)
    return handed_out(attachment)


@require_http_methods(["GET", "POST"])
def attachment_void(request: StaffRequest, pk: int, attachment_pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.editable_by(request.user), pk=pk)
    attachment = get_object_or_404(account.attachments.all(), pk=attachment_pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return small_form(
        request,
        account,
        form,
        lambda: workflow.void(attachment, actor=request.user, reason=form.cleaned_data["reason"]),
        title=gettext("Void a file"),
        done=gettext("File voided."),
        blocker=attachment.void_blocker(request.user),
        submit=gettext("Void"),
        hint=str(attachment),
        next_url=f"{account.get_absolute_url()}#files",
    )
