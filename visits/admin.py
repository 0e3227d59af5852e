"""Visits and receptions for those who keep master data: read here, written on their own pages."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from visits.models import Reception, Visit


@admin.register(Visit)
class VisitAdmin(ReadOnlyAdmin):
    list_display = ["account", "visitor", "planned_at", "purpose", "status"]
    list_filter = ["status", ("visitor", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["account", "visitor"]
    date_hierarchy = "planned_at"


@admin.register(Reception)
class ReceptionAdmin(ReadOnlyAdmin):
    list_display = ["account", "host", "planned_at", "level", "purpose", "status"]
    list_filter = ["status", "level", ("host", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["account", "host"]
    date_hierarchy = "planned_at"
