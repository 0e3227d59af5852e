from django.apps import AppConfig


class StaffAppConfig(AppConfig):
    name = "staff"
