from __future__ import annotations

from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from accounts.filters import AccountFilter
from accounts.forms.ledger import ExportForm
from accounts.ledger import export
from accounts.models import LedgerExport
from accounts.querysets.account import AccountQuerySet
from accounts.views.account_list import account_filter
from accounts.views.ledger import XLSX
from accounts.workflow import ledger as workflow
from staff.patience import takes_its_time
from staff.types import StaffRequest


# SECURITY: the rows come from the list's own filter, which starts from `visible_to`.
@require_http_methods(["GET", "POST"])
@cache_control(private=True, no_store=True)
@takes_its_time
def ledger_export(request: StaffRequest) -> HttpResponseBase:
    """What the customer list shows now as a workbook; many rows need a reason; each is logged."""
    filterset = account_filter(request)
    accounts: AccountQuerySet = filterset.qs
    kind = request.POST.get("kind") or request.GET.get("kind") or "customers"
    count = export.sheets()[kind].count(accounts, request.user) if kind in export.sheets() else 0
    form = ExportForm(
        request.POST if request.method == "POST" else None,
        initial={"kind": kind},
        needs_reason=export.needs_reason(count),
    )
    if not form.is_valid():
        return export_page(request, form, count, filterset)
    file, rows = export.to_file(form.cleaned_data["kind"], accounts, request.user)
    workflow.log_export(
        kind=form.cleaned_data["kind"],
        filter=filter_text(request),
        rows=rows,
        reason=form.cleaned_data["reason"],
        actor=request.user,
    )
    label = export.sheets()[form.cleaned_data["kind"]].label
    name = f"{label}-{timezone.localdate():%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def export_page(
    request: StaffRequest, form: ExportForm, count: int, filterset: AccountFilter
) -> HttpResponse:
    logged = LedgerExport.objects.visible_to(request.user).select_related("exported_by")[:20]
    context = {
        "form": form,
        "count": count,
        "filter": filter_text(request),
        "exports": [(row, filterset.words(row.filter)) for row in logged],
        "sheets": export.sheets(),
    }
    status = 400 if form.errors else 200
    return render(request, "accounts/ledger_export.html", context, status=status)


def filter_text(request: StaffRequest) -> str:
    """The filters in the address, without the page and the kind."""
    kept = [
        (key, value)
        for key, values in request.GET.lists()
        for value in values
        if value and key not in ("page", "kind", "view")
    ]
    return urlencode(kept)[:2000]
