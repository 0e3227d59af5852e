from django.apps import AppConfig


class ConfigAppConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import roles  # noqa: F401  registers its deployment check
