from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Keluhan")

    def ready(self) -> None:
        from complaints import exporting, workflow  # noqa: F401  (registers the list and the transition table)
        from households.duplicates.relations import MOVES, declare

        declare("complaints.complaint", "family", MOVES)
