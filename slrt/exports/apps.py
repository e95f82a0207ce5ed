from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExportsConfig(AppConfig):
    name = "slrt.exports"
    label = "exports"
    verbose_name = _("Unduhan")

    def ready(self) -> None:
        from slrt.exports import run_list, tasks  # noqa: F401  (registers the job handlers and the lists of apps below)
