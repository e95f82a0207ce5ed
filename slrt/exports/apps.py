from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "slrt.exports"
    label = "exports"
    verbose_name = "Unduhan"

    def ready(self) -> None:
        from slrt.exports import run_list, tasks  # noqa: F401  (registers the job handlers and the lists of apps below)
