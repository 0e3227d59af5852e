from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.agreement import TemplateForm
from accounts.models import AgreementKind, AgreementTemplate
from accounts.views.agreement import found
from accounts.word import WORD_TYPE
from accounts.word.fields import field_list
from accounts.workflow import agreement_template as workflow
from staff.transitions import TransitionDenied
from staff.types import StaffRequest


def _word(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=WORD_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
@cache_control(private=True, no_store=True)
def agreement_word(request: StaffRequest, pk: int, agreement_pk: int) -> HttpResponse:
    agreement = found(request, pk, agreement_pk)
    try:
        return _word(workflow.as_word(agreement), f"{agreement.number}.docx")
    except TransitionDenied as denied:
        messages.error(request, str(denied))
        return redirect(agreement)


@require_http_methods(["GET", "POST"])
def template_list(request: StaffRequest) -> HttpResponse:
    """The templates in use, how to write one, and a new one."""
    is_sent = request.method == "POST"
    form = TemplateForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    blocker = AgreementTemplate.replace_blocker(request.user)
    if form.is_valid() and not blocker:
        kind, upload = form.cleaned_data["kind"], form.cleaned_data["file"]
        try:
            workflow.replace(kind, actor=request.user, upload=upload)
        except TransitionDenied as denied:
            form.add_error("file", str(denied))
        else:
            messages.success(request, gettext("New agreements of this kind are made from it."))
            return redirect("accounts:agreement_templates")
    context = {
        "kinds": _kinds(request),
        "fields": field_list(),
        "form": form,
        "blocker": blocker,
    }
    status = (403 if blocker else 422) if is_sent else 200
    return render(request, "accounts/agreement_templates.html", context, status=status)


def _kinds(request: StaffRequest) -> list[dict[str, Any]]:
    """Each kind with its templates, the one in use first; none: the one that came with us."""
    rows = AgreementTemplate.objects.visible_to(request.user).filter(retired_at=None)
    templates = list(rows.select_related("uploaded_by"))
    return [
        {
            "kind": kind.value,
            "label": kind.label,
            "templates": [row for row in templates if row.kind == kind],
        }
        for kind in AgreementKind
    ]


@require_GET
@cache_control(private=True, no_store=True)
def template_file(request: StaffRequest, kind: str) -> HttpResponse:
    """The template in use, to write one's own from."""
    if kind not in AgreementKind.values or not request.user.role:
        raise Http404
    name, content = workflow.content_of(kind)
    return _word(content, name)


@require_POST
def template_retire(request: StaffRequest, pk: int) -> HttpResponse:
    template = get_object_or_404(AgreementTemplate.objects.visible_to(request.user), pk=pk)
    try:
        workflow.retire(template, actor=request.user)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, gettext("The template is out of use."))
    return redirect("accounts:agreement_templates")
