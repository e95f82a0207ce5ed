from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "slrt.core"
    label = "core"

    def ready(self) -> None:
        from slrt.core import checks  # noqa: F401  (registers the system checks)
        from slrt.core.unanswered import say_what_to_do

        say_what_to_do()
