"""Surveys and applications for those who keep master data: read here, decided on their pages."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from development.models import RecognitionApplication, Survey


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
