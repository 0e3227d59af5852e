"""Complaints and monthly feedback for those who keep master data: read here, written elsewhere."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from complaints.models import Complaint, MonthlyFeedback


@admin.register(Complaint)
class ComplaintAdmin(ReadOnlyAdmin):
    list_display = ["number", "account", "grade", "cause", "status", "received_at", "handler"]
    list_filter = ["status", "grade", "cause", "verdict"]
    list_select_related = ["account", "handler"]
    date_hierarchy = "received_at"


@admin.register(MonthlyFeedback)
class MonthlyFeedbackAdmin(ReadOnlyAdmin):
    list_display = ["month", "status", "sent_by", "sent_at"]
    list_filter = ["status"]
    list_select_related = ["sent_by"]
