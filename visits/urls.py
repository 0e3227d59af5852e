"""Addresses of visits; one list per noun, so that they read one below the other."""

from django.urls import path

from visits import views

app_name = "visits"

visit_patterns = [
    path("", views.visit_list, name="list"),
    path("choose/<slug:page>/", views.account_choose, name="choose"),
    path("plan/<int:account_pk>/", views.visit_plan, name="plan"),
    path("record/<int:account_pk>/", views.visit_record_new, name="record_new"),
    path("nearby/<int:account_pk>/", views.nearby, name="nearby"),
    path("<int:pk>/", views.visit_detail, name="detail"),
    path("<int:pk>/edit/", views.visit_edit, name="edit"),
    path("<int:pk>/record/", views.visit_record, name="record"),
    path("<int:pk>/cancel/", views.visit_cancel, name="cancel"),
    path("<int:pk>/check-in/", views.visit_check_in, name="check_in"),
    path("<int:pk>/follow-up/", views.visit_follow_up, name="follow_up"),
    path("<int:pk>/files/", views.visit_attach, name="attach"),
    path("<int:pk>/feedback/", views.visit_hear, name="hear"),
]
calendar_patterns = [
    path("today/", views.my_day, name="my_day"),
    path("calendar/", views.calendar, name="calendar"),
    path("feed/", views.feed, name="feed"),
    path("feed/renew/", views.feed_renew, name="feed_renew"),
    path("feed/revoke/", views.feed_revoke, name="feed_revoke"),
    path("feed/<str:token>.ics", views.feed_ics, name="ics"),
]

return_visits = [
    path("return-visits/", views.return_visit_due, name="return_visits_due"),
    path("return-visits/made/", views.return_visit_list, name="return_visits"),
    path("return-visits/figures/", views.return_visit_figures, name="return_visit_figures"),
    path("return-visits/<int:pk>/", views.return_visit_detail, name="return_visit"),
    path("return-visits/attempts/<int:pk>/", views.attempt_open, name="attempt"),
    path("return-visits/call/<int:pk>/", views.call, name="call"),
    path("return-visits/call/<int:pk>/attempt/", views.attempt_create, name="attempt_create"),
]
question_sets = [
    path("questions/", views.question_set_list, name="question_sets"),
    path("questions/<int:pk>/", views.question_set_detail, name="question_set"),
    path("questions/<int:pk>/new-version/", views.question_set_new, name="question_set_new"),
]
contact_reports = [
    path("reports/", views.contact_report_list, name="contact_reports"),
    path("reports/<int:pk>/", views.contact_report_detail, name="contact_report"),
    path("reports/<int:pk>/read/", views.contact_report_read, name="contact_report_read"),
    path("reports/new/<int:pk>/", views.contact_report_send, name="contact_report_send"),
]

urlpatterns = [
    *visit_patterns,
    *calendar_patterns,
    *return_visits,
    *question_sets,
    *contact_reports,
]
