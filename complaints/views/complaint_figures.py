from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from complaints.complaint_figures import Figures
from staff.patience import takes_its_time
from staff.record import Period
from staff.types import StaffRequest


@require_GET
@takes_its_time
def complaint_figures(request: StaffRequest) -> HttpResponse:
    """Charts with their tables; every number leads to its rows."""
    period = Period.read(request.GET, timezone.localdate())
    figures = Figures(request.user, period)
    ages, elapsed = figures.open_by_age(), figures.elapsed()
    causes, verdicts = figures.causes(), figures.verdicts()
    context = {
        "period": period,
        "ages": ages,
        "grade_labels": [label for _grade, label in figures.grades()],
        "age_chart": figures.age_chart(ages),
        "elapsed": elapsed,
        "elapsed_chart": figures.elapsed_chart(elapsed),
        "causes": causes,
        "causes_chart": figures.causes_chart(causes),
        "verdicts": verdicts,
        "verdict_labels": figures.verdict_labels(),
        "verdicts_chart": figures.verdicts_chart(verdicts),
        "repeats": figures.repeat_customers(),
    }
    return render(request, "complaints/complaint_figures.html", context)
