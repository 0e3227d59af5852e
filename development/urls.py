"""Addresses of development; one list per noun, so that they read one below the other."""

from django.urls import URLPattern

app_name = "development"

urlpatterns: list[URLPattern] = []
