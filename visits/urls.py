"""Addresses of visits; one list per noun, so that they read one below the other."""

from django.urls import URLPattern, path

from visits.views import return_visit

app_name = "visits"

return_visits: list[URLPattern] = [
    path("return/", return_visit.return_visit_list, name="return_visits"),
    path("return/figures/", return_visit.return_visit_figures_page, name="return_visit_figures"),
    path("return/questions/", return_visit.question_set_list, name="question_sets"),
    path("return/questions/<int:pk>/", return_visit.question_set_detail, name="question_set"),
    path("return/<int:pk>/", return_visit.return_visit_detail, name="return_visit"),
    path("return/call/<int:pk>/", return_visit.return_visit_call, name="return_visit_call"),
    path(
        "return/call/<int:pk>/attempt/",
        return_visit.return_visit_attempt,
        name="return_visit_attempt",
    ),
]

urlpatterns: list[URLPattern] = [*return_visits]
