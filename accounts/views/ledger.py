from __future__ import annotations

from typing import Any

from csp.constants import NONE
from csp.decorators import csp
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.ledger import ColumnsForm, OnErrorForm, SheetForm, UploadForm
from accounts.ledger import correction, reasons, templates
from accounts.ledger.columns import kind_named, kinds
from accounts.ledger.headers import TableMapping
from accounts.ledger.preview import TONES, Preview
from accounts.models import ImportProgress, ImportStatus, LedgerImport, RowVerdict
from accounts.tasks import apply_ledger, read_ledger
from accounts.workflow import ledger as workflow
from config.health import worker_is_away
from config.pagination import CappedPaginator
from staff.patience import takes_its_time
from staff.transitions import TransitionDenied
from staff.types import StaffRequest

ROWS_PER_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
def import_list(request: StaffRequest) -> HttpResponse:
    """Upload a workbook; below, every import one may see."""
    is_sent = request.method == "POST"
    form = UploadForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        user=request.user,
        initial={name: request.GET.get(name, "") for name in ("kind", "part_of")},
    )
    blocker = import_blocker(request)
    if is_sent and blocker:
        return HttpResponse(blocker, status=403)
    if form.is_valid():
        with transaction.atomic():
            row = workflow.upload(
                form.cleaned_data["file"],
                name=form.cleaned_data["file"].name,
                kind=form.cleaned_data["kind"],
                key=form.cleaned_data["key"],
                actor=request.user,
                options=form.options(),
            )
            if row.status == ImportStatus.UPLOADED:
                read_ledger.defer(pk=row.pk)
        return redirect(row)
    imports = LedgerImport.objects.visible_to(request.user).select_related("uploaded_by")
    page = CappedPaginator(imports, 20).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "kinds": kinds(), "tones": TONES, "blocker": blocker}
    return render(request, "accounts/ledger_list.html", context, status=400 if form.errors else 200)


def import_blocker(request: StaffRequest) -> str:
    """Why the person may not import anything; "" if they may."""
    if request.user.role:
        return ""
    return gettext("Only specialists, supervisors and managers import ledgers.")


@require_GET
@takes_its_time
def import_detail(request: StaffRequest, pk: int) -> HttpResponse:
    row = one_of(request, pk)
    context: dict[str, Any] = {
        "ledger_import": row,
        "kind": kind_named(row.kind),
        "whole": kind_named(row.kind).whole(row.options, request.user),
        "tone": TONES[row.status],
        "progress": progress_of(row),
        "worker_is_away": row.is_working and worker_is_away(),
        "failure": reasons.of_file(row.failure) if row.failure else "",
        "change_blocker": row.change_blocker(request.user),
        "apply_blocker": row.apply_blocker(request.user),
        "undo_blocker": row.undo_blocker(request.user),
        "twin": workflow.twin_of(row) if row.status == ImportStatus.READY else None,
    }
    if row.status in (ImportStatus.READY, ImportStatus.APPLIED, ImportStatus.UNDONE):
        context |= preview_of(request, row)
    return render(request, "accounts/ledger_detail.html", context)


def preview_of(request: StaffRequest, row: LedgerImport) -> dict[str, Any]:
    """The rows of the chosen tab, and what else the preview says."""
    tab = request.GET.get("show", "")
    if tab not in {*RowVerdict.values, "resembles", "impact"}:
        tab = first_tab(row)
    preview = Preview(row, request.user)
    rows: QuerySet[Any] = row.impacts.all()
    if tab == "resembles":
        rows = row.rows.exclude(resembles=None)
    elif tab != "impact":
        rows = row.rows.filter(verdict=tab)
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    impact: dict[str, int] = row.counts.get("impact", {})
    return {
        "tab": tab,
        "tabs": tabs(row, sum(impact.values())),
        "page": page,
        "rows": [] if tab == "impact" else preview.shown(list(page.object_list)),
        "impact": impact,
        "notes": preview.notes(),
        "warnings": preview.warnings() if row.status == ImportStatus.READY else [],
        "mapped": preview.mapped(),
        "on_error_form": OnErrorForm(initial={"on_error": row.on_error}),
        "new_count": row.count("new"),
        "changed_count": row.count("changed"),
    }


def first_tab(row: LedgerImport) -> str:
    wanted = ("refused", "changed", "new", "moved", "same")
    return next((name for name in wanted if row.count(name)), "new")


def tabs(row: LedgerImport, impact: int) -> list[dict[str, Any]]:
    found = [
        {"name": verdict.value, "label": verdict.label, "count": row.count(verdict.value)}
        for verdict in RowVerdict
    ]
    found.append(
        {
            "name": "resembles",
            "label": gettext("Possible duplicates"),
            "count": row.count("resembles"),
        }
    )
    found.append({"name": "impact", "label": gettext("Changed verdicts"), "count": impact})
    return [tab for tab in found if tab["count"]]


@require_GET
@cache_control(no_store=True)
def import_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """The bar alone, for htmx; once the work is done the whole page is asked for again."""
    row = one_of(request, pk)
    context = {
        "ledger_import": row,
        "progress": progress_of(row),
        "worker_is_away": row.is_working and worker_is_away(),
    }
    response = render(request, "accounts/_ledger_progress.html", context)
    if not row.is_working:
        response["HX-Refresh"] = "true"
    return response


def progress_of(row: LedgerImport) -> ImportProgress | None:
    return ImportProgress.objects.in_bulk([row.pk]).get(row.pk) if row.is_working else None


@require_http_methods(["GET", "POST"])
@takes_its_time
def import_columns(request: StaffRequest, pk: int) -> HttpResponse:
    """What each column is; confirmed, it is remembered for this header and the file read again."""
    row = one_of(request, pk)
    kind = kind_named(row.kind)
    blocker = row.change_blocker(request.user)
    is_sent = request.method == "POST" and not blocker
    options = {**kind.defaults, **row.options, "wants_rates": wants_rates(row)}
    form = ColumnsForm(
        request.POST if is_sent else None,
        mapping=TableMapping.from_json(row.mapping),
        kind=kind,
        options=options,
        user=request.user,
    )
    if is_sent and form.is_valid():
        return read_again(request, row, form.chosen(), form.options())
    sheet_form = SheetForm(
        ledger_import=row,
        initial={
            "sheet": row.mapping.get("sheet"),
            "header_row": (row.mapping.get("header_rows") or [None])[0],
        },
    )
    context = {
        "ledger_import": row,
        "kind": kind,
        "form": form,
        "sheet_form": sheet_form,
        "blocker": blocker,
        "samples": samples(row),
    }
    return render(request, "accounts/ledger_columns.html", context)


def samples(row: LedgerImport) -> dict[int, str]:
    return {int(index): text for index, text in (row.mapping.get("samples") or {}).items()}


def wants_rates(row: LedgerImport) -> bool:
    mapped = [column.get("currency") for column in row.mapping.get("columns", [])]
    if any(currency not in (None, "CNY") for currency in mapped) or row.options.get("rates"):
        return True
    return bool(row.rows.filter(problems__contains=[{"code": "currency"}]).exists())


@require_POST
@takes_its_time
def import_sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """Another sheet or header row: the columns are looked for again."""
    row = one_of(request, pk)
    form = SheetForm(request.POST, ledger_import=row)
    if not form.is_valid():
        messages.error(request, gettext("Choose a sheet, and a row by its number."))
        return redirect("accounts:import_columns", pk=pk)
    return read_again(request, row, form.mapping(), row.options)


def read_again(
    request: StaffRequest, row: LedgerImport, mapping: TableMapping, options: dict[str, Any]
) -> HttpResponse:
    try:
        with transaction.atomic():
            workflow.map_columns(
                row, actor=request.user, mapping=mapping, options=options, on_error=row.on_error
            )
            read_ledger.defer(pk=row.pk)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    return redirect(row)


@require_POST
def import_apply(request: StaffRequest, pk: int) -> HttpResponse:
    row = one_of(request, pk)
    form = OnErrorForm(request.POST)
    try:
        with transaction.atomic():
            if form.is_valid():
                workflow.choose_on_error(
                    row, actor=request.user, on_error=form.cleaned_data["on_error"]
                )
            workflow.start_apply(row, actor=request.user)
            apply_ledger.defer(pk=row.pk)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    return redirect(row)


@require_POST
@takes_its_time
def import_undo(request: StaffRequest, pk: int) -> HttpResponse:
    row = one_of(request, pk)
    try:
        undone = workflow.take_back(row, actor=request.user)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        if undone.kept_rows:
            messages.warning(request, gettext("Undone, but for the customers named below."))
        else:
            messages.success(request, gettext("The import is undone."))
    return redirect(row)


@require_POST
@takes_its_time
def import_discard(request: StaffRequest, pk: int) -> HttpResponse:
    row = one_of(request, pk)
    try:
        workflow.discard(row, actor=request.user)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
        return redirect(row)
    messages.success(request, gettext("The import is discarded; nothing was changed."))
    return redirect("accounts:import_list")


# SECURITY: handed out as a download only, as attachments are.
@require_GET
@csp({"default-src": [NONE], "sandbox": True})  # type: ignore[arg-type]
@cache_control(private=True, no_store=True)
def import_file(request: StaffRequest, pk: int) -> HttpResponseBase:
    row = one_of(request, pk)
    response = FileResponse(
        row.file.open("rb"),
        as_attachment=True,
        filename=row.name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
@cache_control(private=True, no_store=True)
@takes_its_time
def import_refused(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The refused rows as a workbook with the reasons, to be corrected and uploaded again."""
    row = one_of(request, pk)
    return FileResponse(
        correction.workbook(row),
        as_attachment=True,
        filename=gettext("refused-%(name)s.xlsx") % {"name": row.name.rsplit(".", 1)[0]},
        content_type=XLSX,
    )


@require_GET
def import_template(request: StaffRequest) -> HttpResponseBase:
    """An empty workbook of a kind with drop-downs and an example row."""
    kind = request.GET.get("kind", "customers")
    if kind not in kinds():
        return redirect(reverse("accounts:import_list"))
    return FileResponse(
        templates.workbook(kind_named(kind), request.user),
        as_attachment=True,
        filename=f"{kind_named(kind).label}.xlsx",
        content_type=XLSX,
    )


def one_of(request: StaffRequest, pk: int) -> LedgerImport:
    rows = LedgerImport.objects.visible_to(request.user).select_related("uploaded_by", "applied_by")
    row: LedgerImport = get_object_or_404(rows, pk=pk)
    return row
