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
    path("activity/", views.activity, name="activity"),
    path("calendar/", views.calendar, name="calendar"),
    path("feed/", views.feed, name="feed"),
    path("feed/renew/", views.feed_renew, name="feed_renew"),
    path("feed/revoke/", views.feed_revoke, name="feed_revoke"),
    path("feed/<str:token>.ics", views.feed_ics, name="ics"),
]

receptions = [
    path("receptions/", views.reception_list, name="receptions"),
    path("receptions/measures/", views.measures, name="measures"),
    path("receptions/measures/<int:pk>/", views.measures_file, name="measures_file"),
    path("receptions/plan/<int:account_pk>/", views.reception_plan, name="reception_plan"),
    path("receptions/<int:pk>/", views.reception_detail, name="reception"),
    path("receptions/<int:pk>/print/", views.reception_print, name="reception_print"),
    path("receptions/<int:pk>/edit/", views.reception_edit, name="reception_edit"),
    path("receptions/<int:pk>/record/", views.reception_record, name="reception_record"),
    path("receptions/<int:pk>/cancel/", views.reception_cancel, name="reception_cancel"),
    path("receptions/<int:pk>/thank/", views.reception_thank, name="reception_thank"),
    path("receptions/<int:pk>/feedback/", views.reception_hear, name="reception_hear"),
    path("receptions/<int:pk>/files/", views.reception_attach, name="reception_attach"),
    path("receptions/<int:pk>/items/", views.reception_item_add, name="reception_item_add"),
    path(
        "receptions/<int:pk>/items/<int:item_pk>/tick/",
        views.reception_tick,
        name="reception_tick",
    ),
    path(
        "receptions/<int:pk>/items/<int:item_pk>/untick/",
        views.reception_untick,
        name="reception_untick",
    ),
]
catering = [
    path("receptions/catering/", views.catering_list, name="catering"),
    path("receptions/<int:pk>/catering/", views.catering_ask, name="catering_ask"),
    path("receptions/catering/<int:pk>/", views.catering_decide, name="catering_decide"),
    path("receptions/catering/<int:pk>/approve/", views.catering_approve, name="catering_approve"),
    path("receptions/catering/<int:pk>/refuse/", views.catering_refuse, name="catering_refuse"),
    path("receptions/catering/<int:pk>/cost/", views.catering_cost, name="catering_cost"),
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
    path("reports/look/<int:pk>/", views.contact_report_look, name="contact_report_look"),
]

urlpatterns = [
    *visit_patterns,
    *calendar_patterns,
    *receptions,
    *catering,
    *return_visits,
    *question_sets,
    *contact_reports,
]
