"""Addresses of development; one list per noun, so that they read one below the other."""

from django.urls import path

from development import views

app_name = "development"

plan_patterns = [
    path("", views.plan_list, name="home"),
    path("plans/new/", views.plan_create, name="plan_create"),
    path("plans/<int:pk>/", views.plan_detail, name="plan"),
    path("plans/<int:pk>/board/", views.plan_board, name="plan_board"),
    path("plans/<int:pk>/edit/", views.plan_edit, name="plan_edit"),
    path("plans/<int:pk>/report/", views.plan_report, name="plan_report"),
    path("plans/<int:pk>/take-back/", views.plan_take_back, name="plan_take_back"),
    path("plans/<int:pk>/note/", views.plan_note, name="plan_note"),
    path("plans/<int:pk>/approve/", views.plan_approve, name="plan_approve"),
    path("plans/<int:pk>/send-back/", views.plan_send_back, name="plan_send_back"),
    path("plans/<int:pk>/void/", views.plan_void, name="plan_void"),
    path("plans/<int:pk>/add/", views.prospect_add, name="prospect_add"),
    path("plans/<int:pk>/new-customer/", views.prospect_new, name="prospect_new"),
]
prospect_patterns = [
    path("prospects/", views.prospect_list, name="prospects"),
    path("prospects/<int:pk>/", views.prospect_detail, name="prospect"),
    path("prospects/<int:pk>/analyse/", views.prospect_analyse, name="prospect_analyse"),
    path("prospects/<int:pk>/report/", views.prospect_report, name="prospect_report"),
    path("prospects/<int:pk>/channel/", views.prospect_channel, name="prospect_channel"),
    path("prospects/<int:pk>/survey/", views.prospect_survey, name="prospect_survey"),
    path("prospects/<int:pk>/screen/", views.prospect_screen, name="prospect_screen"),
    path("prospects/<int:pk>/drop/", views.prospect_drop, name="prospect_drop"),
    path("prospects/<int:pk>/resume/", views.prospect_resume, name="prospect_resume"),
]
note_patterns = [
    path("notes/", views.note_list, name="notes"),
    path("notes/new/", views.note_create, name="note_create"),
    path("notes/<int:pk>/", views.note_detail, name="note"),
    path("notes/<int:pk>/edit/", views.note_edit, name="note_edit"),
    path("notes/<int:pk>/customers/", views.note_link, name="note_link"),
    path("notes/<int:pk>/files/", views.note_attach, name="note_attach"),
    path("notes/<int:pk>/files/<int:file_pk>/", views.note_file, name="note_file"),
    path("notes/<int:pk>/read/", views.note_read, name="note_read"),
    path("notes/<int:pk>/void/", views.note_void, name="note_void"),
]
application_patterns = [
    path("applications/", views.application_list, name="applications"),
    path("approvals/", views.approval_list, name="approvals"),
    path("applications/new/<int:account_pk>/", views.application_start, name="application_start"),
    path("applications/<int:pk>/", views.application_detail, name="application"),
    path("applications/<int:pk>/edit/", views.application_edit, name="application_edit"),
    path("applications/<int:pk>/submit/", views.application_submit, name="application_submit"),
    path(
        "applications/<int:pk>/withdraw/", views.application_withdraw, name="application_withdraw"
    ),
    path("applications/<int:pk>/approve/", views.application_approve, name="application_approve"),
    path("applications/<int:pk>/refuse/", views.application_refuse, name="application_refuse"),
    path(
        "applications/<int:pk>/send-back/",
        views.application_send_back,
        name="application_send_back",
    ),
    path("applications/<int:pk>/remark/", views.application_comment, name="application_comment"),
    path("applications/<int:pk>/print/", views.application_print, name="application_print"),
    path(
        "applications/<int:pk>/files/<int:attachment_pk>/",
        views.application_file,
        name="application_file",
    ),
]
deputy_patterns = [
    path("deputies/", views.deputy_list, name="deputies"),
    path("deputies/<int:pk>/end/", views.deputy_end, name="deputy_end"),
]
survey_patterns = [
    path("surveys/", views.survey_list, name="surveys"),
    path("surveys/new/<int:account_pk>/", views.survey_start, name="survey_start"),
    path("surveys/<int:pk>/", views.survey_detail, name="survey"),
    path("surveys/<int:pk>/talk/", views.survey_talk, name="survey_talk"),
    path("surveys/<int:pk>/principles/", views.survey_principles, name="survey_principles"),
    path("surveys/<int:pk>/field/", views.survey_field, name="survey_field"),
    path("surveys/<int:pk>/documents/", views.survey_document_add, name="survey_document_add"),
    path(
        "surveys/<int:pk>/documents/<int:document_pk>/",
        views.survey_document_edit,
        name="survey_document_edit",
    ),
    path("surveys/<int:pk>/files/", views.survey_file_add, name="survey_file_add"),
    path("surveys/<int:pk>/judge/", views.survey_judge, name="survey_judge"),
    path("surveys/<int:pk>/reopen/", views.survey_reopen, name="survey_reopen"),
    path("surveys/<int:pk>/drop/", views.survey_drop, name="survey_drop"),
]

urlpatterns = [
    *plan_patterns,
    *prospect_patterns,
    *note_patterns,
    *survey_patterns,
    *application_patterns,
    *deputy_patterns,
]
