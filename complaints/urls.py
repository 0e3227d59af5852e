"""Addresses of the customer's voice; one list per noun, so that they read one below the other."""

from django.urls import path

from complaints import views

app_name = "complaints"

call_patterns = [
    path("", views.call_list, name="home"),
    path("intake/", views.intake, name="intake"),
    path("intake/whose/", views.whose_call, name="whose_call"),
    path("calls/<int:pk>/", views.call_detail, name="call"),
    path("calls/<int:pk>/print/", views.call_print, name="call_print"),
    path("calls/<int:pk>/edit/", views.call_edit, name="call_edit"),
    path("calls/<int:pk>/assign/", views.call_assign, name="call_assign"),
    path("calls/<int:pk>/attempt/", views.call_attempt, name="call_attempt"),
    path("calls/<int:pk>/reply/", views.call_reply, name="call_reply"),
    path("calls/<int:pk>/link/", views.call_link, name="call_link"),
    path("calls/<int:pk>/void/", views.call_void, name="call_void"),
    path("calls/<int:pk>/ask/", views.call_ask, name="call_ask"),
]
department_patterns = [
    path("departments/", views.department_list, name="departments"),
    path("departments/new/", views.department_create, name="department_create"),
    path("departments/<int:pk>/", views.department_edit, name="department_edit"),
]
question_patterns = [
    path("questions/", views.question_list, name="questions"),
    path("questions/<int:pk>/", views.question, name="question"),
    path("questions/<int:pk>/note/", views.question_note, name="question_note"),
    path("questions/<int:pk>/withdraw/", views.question_withdraw, name="question_withdraw"),
    path("questions/<int:pk>/link/", views.question_link, name="question_link"),
    path("questions/<int:pk>/revoke/", views.question_revoke, name="question_revoke"),
    path("answer/<str:token>/", views.answer, name="answer"),
]
feedback_patterns = [
    path("feedback/", views.feedback_list, name="feedback"),
    path("feedback/new/", views.feedback_take, name="feedback_take"),
    path("feedback/<int:pk>/link/", views.feedback_link, name="feedback_link"),
    path("feedback/<int:pk>/revoke/", views.feedback_revoke, name="feedback_revoke"),
    path("feedback/<int:pk>/", views.feedback_answer, name="feedback_answer"),
]
complaint_patterns = [
    path("cases/", views.complaint_list, name="complaints"),
    path("cases/new/", views.complaint_create, name="complaint_create"),
    path("cases/figures/", views.complaint_figures, name="figures"),
    path("cases/<int:pk>/", views.complaint_detail, name="complaint"),
    path("cases/<int:pk>/print/", views.complaint_print, name="complaint_print"),
    path("cases/<int:pk>/edit/", views.complaint_edit, name="complaint_edit"),
    path("cases/<int:pk>/add/", views.complaint_add, name="complaint_add"),
    path("cases/<int:pk>/note/", views.complaint_note, name="complaint_note"),
    path("cases/<int:pk>/acknowledge/", views.complaint_acknowledge, name="complaint_acknowledge"),
    path("cases/<int:pk>/classify/", views.complaint_classify, name="complaint_classify"),
    path("cases/<int:pk>/investigate/", views.complaint_investigate, name="complaint_investigate"),
    path("cases/<int:pk>/assign/", views.complaint_assign, name="complaint_assign"),
    path("cases/<int:pk>/pause/", views.complaint_pause, name="complaint_pause"),
    path("cases/<int:pk>/resume/", views.complaint_resume, name="complaint_resume"),
    path("cases/<int:pk>/handle/", views.complaint_handle, name="complaint_handle"),
    path("cases/<int:pk>/reply/", views.complaint_reply, name="complaint_reply"),
    path("cases/<int:pk>/close/", views.complaint_close, name="complaint_close"),
    path("cases/<int:pk>/approve/", views.complaint_approve, name="complaint_approve"),
    path("cases/<int:pk>/refuse/", views.complaint_refuse, name="complaint_refuse"),
    path("cases/<int:pk>/reopen/", views.complaint_reopen, name="complaint_reopen"),
    path("cases/<int:pk>/link/", views.complaint_link, name="complaint_link"),
    path("cases/<int:pk>/files/", views.complaint_attach, name="complaint_attach"),
    path("cases/<int:pk>/files/<int:file_pk>/", views.complaint_file, name="complaint_file"),
    path(
        "cases/<int:pk>/files/<int:file_pk>/void/",
        views.complaint_file_void,
        name="complaint_file_void",
    ),
    path("cases/<int:pk>/void/", views.complaint_void, name="complaint_void"),
]
monthly_patterns = [
    path("monthly/", views.monthly_list, name="monthly_feedback"),
    path("monthly/<slug:month>/begin/", views.monthly_draw_up, name="monthly_draw_up"),
    path("monthly/<int:pk>/", views.monthly_detail, name="monthly"),
    path("monthly/<int:pk>/print/", views.monthly_print, name="monthly_print"),
    path("monthly/<int:pk>/edit/", views.monthly_edit, name="monthly_edit"),
    path("monthly/<int:pk>/gather/", views.monthly_gather, name="monthly_gather"),
    path("monthly/<int:pk>/send/", views.monthly_send, name="monthly_send"),
    path("monthly/<int:pk>/read/", views.monthly_read, name="monthly_read"),
]

urlpatterns = [
    *call_patterns,
    *department_patterns,
    *question_patterns,
    *feedback_patterns,
    *complaint_patterns,
    *monthly_patterns,
]
