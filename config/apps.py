from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class ConfigAppConfig(AppConfig):
    default = True
    name = "config"

    def ready(self) -> None:
        from config import roles  # noqa: F401  registers its deployment check


class OfficeConfig(admin_apps.AdminConfig):
    default = False
    default_site = "config.office.Office"
