"""People and regions, for those who keep them: supervisors their line, managers the department."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportMixin
from import_export.tmp_storages import MediaStorage

from staff import workflow
from staff.forms import PersonForm
from staff.models import Region, User
from staff.passwords import initial_password
from staff.resources import PersonResource, RegionResource
from staff.transitions import TransitionDenied
from staff.types import StaffRequest
from staff.workbooks import ReferenceWorkbook

# What the workflow alone writes.
LOGIN_FIELDS = [
    "is_active",
    "left_on",
    "must_change_password",
    "password_changed_at",
    "last_login",
    "joined_at",
]


class WorkbookMixin(ImportExportMixin):
    """A reference table in and out as Excel: one format, a preview before anything is written."""

    import_formats = export_formats = (ReferenceWorkbook,)
    skip_export_form = True
    tmp_storage_class = MediaStorage  # the preview may be confirmed at another web server

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"user": request.user}

    get_export_resource_kwargs = get_import_resource_kwargs


@admin.register(Region)
class RegionAdmin(WorkbookMixin, admin.ModelAdmin[Region]):
    resource_classes = (RegionResource,)
    list_display = ["name", "is_active", "people_here"]
    list_filter = ["is_active"]
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Region]:
        active = Count("people", filter=Q(people__is_active=True))
        return super().get_queryset(request).annotate(people_count=active)

    @admin.display(description=_("people"), ordering="people_count")
    def people_here(self, region: Region) -> int:
        return int(region.people_count)  # type: ignore[attr-defined]


@admin.register(User)
class PersonAdmin(WorkbookMixin, admin.ModelAdmin[User]):
    """`is_active` and `left_on` change on the person's page alone, by a step with its own rules."""

    resource_classes = (PersonResource,)

    form = PersonForm
    list_display = [
        "name",
        "role",
        "region",
        "reports_to",
        "employee_number",
        "mobile",
        "is_active",
        "last_login",
    ]
    list_filter = [
        "is_active",
        "role",
        ("region", admin.RelatedOnlyFieldListFilter),
        ("reports_to", admin.RelatedOnlyFieldListFilter),
        "is_service_centre",
    ]
    list_select_related = ["region", "reports_to"]
    list_per_page = 50
    search_fields = ["name"]  # what is searched, stands in `UserQuerySet.search`
    search_help_text = _("Name, pinyin or its initials, user name, employee number, mobile")
    autocomplete_fields = ["reports_to", "region"]
    actions = ["end_sessions", "new_initial_passwords"]
    fieldsets = [
        (None, {"fields": ["name", "username", "employee_number"]}),
        (_("Post"), {"fields": ["role", "reports_to", "region", "is_service_centre"]}),
        (pgettext_lazy("staff", "Contact"), {"fields": ["mobile", "email", "dialects"]}),
        (
            _("Login"),
            {
                "fields": ["is_superuser", *LOGIN_FIELDS],
                "description": _(
                    "Ending a login and a new initial password: on the person's page."
                ),
            },
        ),
    ]
    add_fieldsets = fieldsets[:3]

    # --- scope ---------------------------------------------------------------------------------
    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        people: QuerySet[User] = User.objects.visible_to(as_user(request))
        return people

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.administration_blocker(as_user(request)))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        found = queryset.search(search_term)  # type: ignore[attr-defined]
        if request.path.endswith("/autocomplete/"):
            found = found.filter(is_active=True)
        return found, False

    # --- form ----------------------------------------------------------------------------------
    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Who sees all calls, and who administers, is not for a supervisor to say."""
        actor = as_user(request)
        fields = list(LOGIN_FIELDS)
        if not (actor.is_manager or actor.is_superuser):
            fields.append("is_service_centre")
        if not actor.is_superuser:
            fields.append("is_superuser")
        return fields

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = as_user(request)  # type: ignore[attr-defined]
        for name in ("reports_to", "region"):  # chosen here, kept on their own pages
            if name in form.base_fields:
                widget: Any = form.base_fields[name].widget
                widget.can_add_related = widget.can_change_related = False
                widget.can_delete_related = widget.can_view_related = False
        return form

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except TransitionDenied as denied:  # someone changed the line in the same moment
            messages.error(request, str(denied))
            return redirect("admin:staff_user_changelist")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            request.issued_password = initial_password()  # type: ignore[attr-defined]
            obj.set_password(request.issued_password)  # type: ignore[attr-defined]
        workflow.save_person(obj, actor=as_user(request))

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The initial password in this one answer, instead of a redirect."""
        return self.show_passwords(request, [(obj, request.issued_password)])  # type: ignore[attr-defined]

    def show_passwords(self, request: HttpRequest, issued: list[tuple[User, str]]) -> HttpResponse:
        context = {"issued": issued, "back_url": reverse("admin:staff_user_changelist")}
        return render(request, "staff/initial_password.html", context)

    # --- actions -------------------------------------------------------------------------------
    @admin.action(
        description=_("Log the selected people out of all devices"), permissions=["change"]
    )
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        try:
            with transaction.atomic():
                ended = sum(workflow.end_sessions(p, actor=as_user(request)) for p in queryset)
        except TransitionDenied as denied:
            self.message_user(request, str(denied), messages.ERROR)
        else:
            self.message_user(request, gettext("Devices logged out: %d.") % ended)

    @admin.action(
        description=_("Give the selected people new initial passwords"), permissions=["change"]
    )
    def new_initial_passwords(
        self, request: HttpRequest, queryset: QuerySet[User]
    ) -> HttpResponse | None:
        """All or none: a list with gaps would be read out wrong."""
        actor = as_user(request)
        try:
            with transaction.atomic():
                issued = [(p, workflow.issue_initial_password(p, actor=actor)) for p in queryset]
        except TransitionDenied as denied:
            self.message_user(request, str(denied), messages.ERROR)
            return None
        return self.show_passwords(request, issued)


def as_user(request: HttpRequest | StaffRequest) -> User:
    """The admin's gate has let only one of ours in."""
    assert isinstance(request.user, User)  # noqa: S101 — for the type checker
    return request.user
