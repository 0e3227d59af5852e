from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.forms.feedback import AnswerForm
from accounts.models import Feedback
from accounts.workflow import feedback as workflow
from complaints.call_filters import FeedbackFilter
from complaints.views.pages import form_page
from complaints.waiting import with_feedback_waits
from config.pagination import CappedPaginator
from staff.types import StaffRequest


@require_GET
def feedback_list(request: StaffRequest) -> HttpResponse:
    """What customers said and where it stands, the longest wait first."""
    rows = Feedback.objects.visible_to(request.user).for_list()
    waiting = rows.untold().order_by("raised_at", "pk")
    tabs = {
        "open": (gettext("Customer not told"), waiting),
        "to_pass": (gettext("To pass on"), waiting.filter(passed_at=None, answered_at=None)),
        "passed": (
            gettext("Waiting for an answer"),
            waiting.filter(passed_at__isnull=False, answered_at=None),
        ),
        "to_tell": (gettext("To tell the customer"), waiting.exclude(answered_at=None)),
        "told": (gettext("Customer told"), rows.exclude(told_at=None)),
        "all": (gettext("All"), rows),
    }
    show = request.GET.get("show", "open")
    show = show if show in tabs else "open"
    filterset = FeedbackFilter(request.GET, tabs[show][1], request=request)
    page = CappedPaginator(filterset.qs, 25).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": with_feedback_waits(page.object_list),
        "tabs": [(word, label, word == show) for word, (label, _rows) in tabs.items()],
        "show": show,
        "filterset": filterset,
    }
    return render(request, "complaints/feedback_list.html", context)


@require_http_methods(["GET", "POST"])
def feedback_answer(request: StaffRequest, pk: int) -> HttpResponse:
    """What was passed on to me or my department: the words alone, not the customer's file."""
    feedback: Feedback = get_object_or_404(Feedback.objects.asked_of(request.user), pk=pk)
    initial = {"text": feedback.answer}
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=initial)
    return form_page(
        request,
        form,
        lambda: workflow.answer(feedback, actor=request.user, text=form.cleaned_data["text"]),
        title=gettext("Answer what a customer said"),
        done=gettext("Answered; whoever looks after the customer tells them."),
        back=reverse("complaints:questions"),
        blocker=feedback.answer_blocker(request.user),
        submit=gettext("Send the answer"),
        hint=f"{feedback.get_kind_display()}\n{feedback.text}",
    )
