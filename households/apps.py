from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "households"
    verbose_name = "Keluarga"

    def ready(self) -> None:
        from households import tasks, workflow  # noqa: F401  (registers the job handlers and the transition table)
        from households.duplicates import workflow as duplicates  # noqa: F401  (and those of entries made twice)
