from django.apps import AppConfig


class VisitsAppConfig(AppConfig):
    name = "visits"
