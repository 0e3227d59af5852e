from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class ConfigAppConfig(AppConfig):
    default = True
    name = "config"

    def ready(self) -> None:
        from config import columns, roles  # noqa: F401  roles registers its deployment check

        columns.name_columns()


class OfficeConfig(admin_apps.AdminConfig):
    default = False
    default_site = "config.office.Office"
