from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "households"
    verbose_name = "Keluarga"

    def ready(self) -> None:
        from households import exporting, tasks, workflow  # noqa: F401  (registers lists, job handlers, transition table)
