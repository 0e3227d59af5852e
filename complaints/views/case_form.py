"""The page of one step of a complaint."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import HttpResponse

from complaints.models import Complaint
from complaints.views.pages import form_page
from staff.types import StaffRequest


def case_form(
    request: StaffRequest,
    complaint: Complaint,
    form: forms.BaseForm,
    act: Callable[[], object],
    *,
    title: str,
    done: str,
    blocker: str,
    submit: str = "",
    hint: str = "",
    template: str = "complaints/case_form.html",
) -> HttpResponse:
    """Show the form under its complaint, or act on it and go back to the complaint."""
    return form_page(
        request,
        form,
        act,
        title=title,
        done=done,
        back=complaint.get_absolute_url(),
        blocker=blocker,
        submit=submit or title,
        hint=hint,
        template=template,
        more={"complaint": complaint},
    )
