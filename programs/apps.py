from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    name = "programs"
    verbose_name = _("Program")

    def ready(self) -> None:
        from django.db.models import Q

        from households.duplicates.relations import MOVES, STAYS, declare
        from households.importing.belonging import forgets
        from programs import exporting, importing  # noqa: F401  (registers the list and the kind of file)
        from programs.eligibility.wording import stored
        from slrt.workflow.differences import reads_as

        declare(
            "programs.familyadvice", "family", STAYS, "derived by the job, which looks again at the family that stays"
        )
        forgets("programs.familyadvice", "family_id")
        declare("programs.need", "family", MOVES, taken=("programme_id",), taken_among=Q(met_on=None))
        declare("programs.enrolment", "family", MOVES)
        declare("programs.enrolment", "person", MOVES)
        reads_as("programs.programmerule", "conditions", stored)
