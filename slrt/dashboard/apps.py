from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardConfig(AppConfig):
    name = "slrt.dashboard"
    label = "dashboard"
    verbose_name = _("Beranda")

    def ready(self) -> None:
        from slrt.dashboard import (  # noqa: F401  (registers the lists behind the numbers, and reminders)
            exporting,
            exporting_facilitators,
            exporting_reminders,
            exporting_trail,
        )
