from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from development.forms.recognition import DeputyForm
from development.models import Deputy
from development.views.case_pages import sent
from development.workflow import deputy as workflow
from staff.transitions import TransitionDenied
from staff.types import StaffRequest


@require_http_methods(["GET", "POST"])
def deputy_list(request: StaffRequest) -> HttpResponse:
    """Who decides for whom, and naming somebody."""
    user = request.user
    blocker = "" if user.is_superior else gettext("Only a supervisor or a manager can do this.")
    form = DeputyForm(sent(request), user=user)
    if form.is_valid() and not blocker:
        try:
            workflow.name(form.instance, actor=user)
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, gettext("Named. Both see it here."))
            return redirect("development:deputies")
    rows = Deputy.objects.visible_to(user).select_related("absent", "deputy", "named_by")
    context = {
        "rows": [(row, row.end_blocker(user)) for row in rows[:50]],
        "form": form,
        "blocker": blocker,
    }
    status = (403 if blocker else 422) if request.method == "POST" else 200
    return render(request, "development/deputy_list.html", context, status=status)


@require_POST
def deputy_end(request: StaffRequest, pk: int) -> HttpResponse:
    deputy = get_object_or_404(Deputy.objects.visible_to(request.user), pk=pk)
    try:
        workflow.end(deputy, actor=request.user)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, gettext("Ended."))
    return redirect("development:deputies")
