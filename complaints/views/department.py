from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from complaints.views.pages import form_page
from staff.forms.department import DepartmentForm
from staff.models import Department
from staff.types import StaffRequest
from staff.workflow import department as workflow


@require_GET
def department_list(request: StaffRequest) -> HttpResponse:
    """The departments we ask, and who answers for them; names of colleagues are no secret."""
    departments = Department.objects.prefetch_related("people")
    context = {"departments": departments, "keep_blocker": workflow.keep_blocker(request.user)}
    return render(request, "complaints/department_list.html", context)


def _form(request: StaffRequest, department: Department, title: str) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    form = DepartmentForm(sent, instance=department)
    return form_page(
        request,
        form,
        lambda: workflow.keep(department, actor=request.user, people=form.cleaned_data["people"]),
        title=title,
        done=gettext("Department saved."),
        back=reverse("complaints:departments"),
        blocker=workflow.keep_blocker(request.user),
    )


@require_http_methods(["GET", "POST"])
def department_create(request: StaffRequest) -> HttpResponse:
    return _form(request, Department(), gettext("New department"))


@require_http_methods(["GET", "POST"])
def department_edit(request: StaffRequest, pk: int) -> HttpResponse:
    department = get_object_or_404(Department, pk=pk)
    return _form(request, department, department.name)
