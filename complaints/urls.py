"""Addresses of the customer's voice; one list per noun, so that they read one below the other."""

from django.urls import path

from complaints import views

app_name = "complaints"

call_patterns = [
    path("", views.call_list, name="home"),
    path("calls/<int:pk>/", views.call_detail, name="call"),
]

urlpatterns = [*call_patterns]
