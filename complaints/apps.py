from django.apps import AppConfig


class ComplaintsAppConfig(AppConfig):
    name = "complaints"
