from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "slrt.core"
    label = "core"

    def ready(self) -> None:
        from slrt.core import checks  # noqa: F401  (registers the system checks)
