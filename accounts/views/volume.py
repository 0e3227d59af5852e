from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.forms.volume import AnnualVolumeForm, MonthsForm
from accounts.models import Account
from accounts.views.small_form import small_form
from accounts.workflow import volume as workflow
from staff.transitions import TransitionDenied
from staff.types import StaffRequest

FIRST_YEAR = 1990


@require_http_methods(["GET", "POST"])
def annual_volume_enter(request: StaffRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.editable_by(request.user), pk=pk)
    form = AnnualVolumeForm(request.POST if request.method == "POST" else None, account=account)
    return small_form(
        request,
        account,
        form,
        lambda: workflow.enter_annual(form.instance, actor=request.user),
        title=gettext("Annual volume"),
        done=gettext("Annual volume recorded."),
        hint=gettext("The same basis and period again replaces the figure typed in before."),
    )


@require_http_methods(["GET", "POST"])
def months_enter(request: StaffRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.editable_by(request.user), pk=pk)
    this_year = timezone.localdate().year
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else this_year
    year = min(max(year, FIRST_YEAR), this_year)
    sent = request.POST if request.method == "POST" else None
    form = MonthsForm(sent, account=account, year=year)
    if form.is_valid():
        try:
            workflow.enter_months(account, actor=request.user, amounts=form.amounts())
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(
                request, gettext("Monthly volumes of %(year)d saved.") % {"year": year}
            )
            return redirect(f"{account.get_absolute_url()}#volume")
    years = range(this_year, this_year - 4, -1)
    context = {"account": account, "form": form, "year": year, "years": years}
    status = 422 if form.errors else 200
    return render(request, "accounts/months_form.html", context, status=status)
