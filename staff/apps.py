from django.apps import AppConfig


class StaffAppConfig(AppConfig):
    name = "staff"

    def ready(self) -> None:
        from staff import duties

        duties.autodiscover()
