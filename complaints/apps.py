from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsAppConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Customer voice")
