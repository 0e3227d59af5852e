"""Addresses of development; one list per noun, so that they read one below the other."""

from django.urls import path

from development import views

app_name = "development"

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

urlpatterns = [*survey_patterns]
