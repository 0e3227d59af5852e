"""Addresses of visits; one list per noun, so that they read one below the other."""

from django.urls import path

from visits import views

app_name = "visits"

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

urlpatterns = [*return_visits, *question_sets]
