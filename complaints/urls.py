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
]

urlpatterns = [*call_patterns]
