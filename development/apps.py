from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DevelopmentAppConfig(AppConfig):
    name = "development"
    verbose_name = _("Development")
