from django.apps import AppConfig


class DevelopmentAppConfig(AppConfig):
    name = "development"
