"""Addresses of visits; one list per noun, so that they read one below the other."""

from django.urls import URLPattern

app_name = "visits"

urlpatterns: list[URLPattern] = []
