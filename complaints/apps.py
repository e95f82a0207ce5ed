from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = "Keluhan"

    def ready(self) -> None:
        from complaints import exporting, workflow  # noqa: F401  (registers the list and the transition table)
        from households.duplicates.relations import MOVES, declare

        declare("complaints.complaint", "family", MOVES)
