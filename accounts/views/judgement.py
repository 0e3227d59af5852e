from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from accounts.forms.judgement import JudgementsForm
from accounts.models import Account
from accounts.workflow import judgement as workflow
from staff.transitions import TransitionDenied
from staff.types import StaffRequest


@require_http_methods(["GET", "POST"])
def judgements(request: StaffRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.editable_by(request.user), pk=pk)
    form = JudgementsForm(request.POST if request.method == "POST" else None, account=account)
    if form.is_valid():
        try:
            n = workflow.judge(account, actor=request.user, answers=form.answers())
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            text = ngettext("%(n)d judgement recorded.", "%(n)d judgements recorded.", n)
            messages.success(request, text % {"n": n} if n else gettext("Nothing changed."))
            return redirect(account)
    context = {"account": account, "form": form}
    status = 422 if form.errors else 200
    return render(request, "accounts/judgement_form.html", context, status=status)
