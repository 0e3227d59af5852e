from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.filters import COLUMNS, AccountFilter, chosen_columns
from accounts.models import Account, SavedView
from accounts.search import starts
from config.pagination import CappedPaginator, page_of
from staff.types import StaffRequest

HITS = 8
SORTED = 300  # of so many hits the first are shown; who has more goes on typing


def account_filter(request: StaffRequest) -> AccountFilter:
    """The customers of the address, as its list shows them: also what an export of it holds."""
    accounts = Account.objects.visible_to(request.user).for_list()
    return AccountFilter(request.GET, accounts, request=request)


@require_GET
def account_list(request: StaffRequest) -> HttpResponse:
    views = list(SavedView.objects.listed_for(request.user))
    view = next((view for view in views if str(view.pk) == request.GET.get("view")), None)
    if view and view.name and set(request.GET) == {"view"}:  # its name alone: with its filters
        return redirect(f"{reverse('accounts:list')}?{view.address}")
    filterset = account_filter(request)
    last = next((view for view in views if not view.name), None)
    columns = chosen_columns(view.columns if view else last.columns if last else [])
    rows = filterset.qs.with_first_to_call() if COLUMNS["contact"] in columns else filterset.qs
    context = {
        "creation_blocker": Account.creation_blocker(request.user),
        "filterset": filterset,
        "page": page_of(request, rows, first=filterset.first),
        "headings": filterset.headings(columns),
        "columns": columns,
        "all_columns": [column for column in COLUMNS.values() if column.key != "name"],
        "views": [view for view in views if view.name],
        "current_view": view,
    }
    return render(request, "accounts/account_list.html", context)


@require_GET
def account_search(request: StaffRequest) -> HttpResponse:
    """The lines that drop down under the search box while one types."""
    query = request.GET.get("q", "").strip()
    accounts = Account.objects.visible_to(request.user).search(query).for_list()
    paginator = CappedPaginator(accounts, HITS, cap=SORTED, first=starts(query), walks=False)
    page = paginator.get_page(1) if query else []
    context = {
        "query": query,
        "hits": list(page),
        "all_url": f"{reverse('accounts:list')}?{urlencode({'q': query})}",
    }
    return render(request, "includes/_search_options.html", context)
