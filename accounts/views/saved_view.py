from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from accounts.filters import AccountFilter, chosen_columns
from accounts.forms.saved_view import SavedViewForm
from accounts.models import Account, SavedView
from staff.types import StaffRequest


@require_GET
def saved_view_list(request: StaffRequest) -> HttpResponse:
    """My views, to be renamed, shared or deleted, and those others share."""
    views = list(SavedView.objects.visible_to(request.user).select_related("owner"))
    mine = [view for view in views if view.owner_id == request.user.pk]
    context = {
        "forms": [SavedViewForm(instance=view, prefix=str(view.pk)) for view in mine],
        "shared": [view for view in views if view.owner_id != request.user.pk],
    }
    return render(request, "accounts/saved_view_list.html", context)


@require_POST
def saved_view_save(request: StaffRequest) -> HttpResponse:
    """Keep the filters, order and columns of the list under a name, old or new."""
    query = known_query(request)
    view = SavedView.objects.editable_by(request.user).named(request.POST.get("name", ""))
    form = SavedViewForm(request.POST, instance=view or SavedView(owner=request.user))
    if form.is_valid():
        form.instance.query = query
        form.instance.columns = column_keys(request)
        saved = form.save()
        messages.success(request, gettext("View “%(name)s” saved.") % {"name": saved.name})
        return redirect(f"{reverse('accounts:list')}?{saved.address}")
    for errors in form.errors.values():
        messages.error(request, " ".join(str(error) for error in errors))
    return redirect(f"{reverse('accounts:list')}?{query}")


@require_POST
def saved_view_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Rename a view of mine, share it or keep it to myself."""
    view = get_object_or_404(SavedView.objects.editable_by(request.user), pk=pk)
    form = SavedViewForm(request.POST, instance=view, prefix=str(pk))
    if form.is_valid():
        form.save()
        messages.success(request, gettext("View “%(name)s” saved.") % {"name": view.name})
    for errors in form.errors.values():
        messages.error(request, " ".join(str(error) for error in errors))
    return redirect("accounts:saved_views")


@require_POST
def saved_view_delete(request: StaffRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.editable_by(request.user), pk=pk)
    name = view.name
    view.delete()
    messages.success(request, gettext("View “%(name)s” deleted.") % {"name": name})
    return redirect("accounts:saved_views")


@require_POST
def column_choose(request: StaffRequest) -> HttpResponse:
    """Keep the columns for next time; the filters of the address stay."""
    SavedView.objects.keep_columns(request.user, column_keys(request))
    return redirect(f"{reverse('accounts:list')}?{known_query(request)}")


def column_keys(request: StaffRequest) -> list[str]:
    return [column.key for column in chosen_columns(request.POST.getlist("column"))][1:]


def known_query(request: StaffRequest) -> str:
    """The filters and the order that the form carries along, and nothing else."""
    data = QueryDict(request.POST.get("query", "")[:2000])
    return AccountFilter(data, Account.objects.none(), request=request).address.urlencode()
