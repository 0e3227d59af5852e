from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from staff.transitions import TransitionDenied
from staff.types import StaffRequest
from visits.forms.return_visit import QuestionFormSet, QuestionSetForm
from visits.models import QuestionSet
from visits.models.question_set import publish_blocker
from visits.workflow import return_visit as workflow


@require_GET
def question_set_list(request: StaffRequest) -> HttpResponse:
    """What is said and asked on return visits: every version."""
    sets = QuestionSet.objects.visible_to(request.user).for_list()
    context = {"sets": sets, "blocker": publish_blocker(request.user)}
    return render(request, "visits/question_set_list.html", context)


@require_GET
def question_set_detail(request: StaffRequest, pk: int) -> HttpResponse:
    sets = QuestionSet.objects.visible_to(request.user).for_list()
    return render(
        request, "visits/question_set_detail.html", {"asked": get_object_or_404(sets, pk=pk)}
    )


@require_http_methods(["GET", "POST"])
def question_set_new(request: StaffRequest, pk: int) -> HttpResponse:
    """A new version, drawn up from an earlier one."""
    sets = QuestionSet.objects.visible_to(request.user)
    before = get_object_or_404(sets.for_list(), pk=pk)
    blocker = publish_blocker(request.user)
    sent = request.POST if request.method == "POST" else None
    words = {"account_kind": before.account_kind, "opening": before.opening}
    form = QuestionSetForm(sent, initial={**words, "closing": before.closing})
    lines = [{"topic": row.topic, "text": row.text} for row in before.questions.all()]
    formset = QuestionFormSet(sent, initial=lines)
    if not blocker and form.is_valid() and formset.is_valid():
        rows = [(row["topic"], row["text"]) for row in formset.cleaned_data if row.get("text")]
        try:
            published = workflow.publish(form.instance, rows, actor=request.user)
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, gettext("The new version is in force."))
            return redirect(published)
    context = {"before": before, "form": form, "formset": formset, "blocker": blocker}
    status = 200 if sent is None else 403 if blocker else 422
    return render(request, "visits/question_set_form.html", context, status=status)
