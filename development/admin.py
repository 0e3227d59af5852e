"""Plans, surveys and applications for those who keep master data: read here only."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from development.models import (
    DevelopmentPlan,
    MarketNote,
    Prospect,
    RecognitionApplication,
    Survey,
)


@admin.register(Survey)
class SurveyAdmin(ReadOnlyAdmin):
    list_display = ["account", "kind", "lead", "started_on", "status", "suitability"]
    list_filter = ["kind", "status", ("lead", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["account", "lead"]


@admin.register(RecognitionApplication)
class RecognitionApplicationAdmin(ReadOnlyAdmin):
    list_display = ["number", "account", "applicant", "status", "submitted_at", "decided_by"]
    list_filter = ["status", "origin", ("applicant", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["account", "applicant", "decided_by"]


@admin.register(DevelopmentPlan)
class DevelopmentPlanAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "author", "status", "reported_to", "reported_at", "answered_by"]
    list_filter = ["status", "year", ("author", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["author", "reported_to", "answered_by"]


@admin.register(Prospect)
class ProspectAdmin(ReadOnlyAdmin):
    list_display = ["account", "plan", "stage", "stage_since", "source", "is_focus"]
    list_filter = ["stage", "source", "is_focus"]
    list_select_related = ["account", "plan"]


@admin.register(MarketNote)
class MarketNoteAdmin(ReadOnlyAdmin):
    list_display = ["title", "kind", "author", "sent_to", "written_at", "read_at"]
    list_filter = ["kind", ("author", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["author", "sent_to"]
