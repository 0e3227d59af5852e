from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffAppConfig(AppConfig):
    name = "staff"
    verbose_name = _("People")

    def ready(self) -> None:
        from staff import company, duties  # noqa: F401 (the key stands on the page of values)

        duties.autodiscover()
