from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "programs"
    verbose_name = "Program"

    def ready(self) -> None:
        from django.db.models import Q

        from households.duplicates.relations import MOVES, declare

        declare("programs.need", "family", MOVES, taken=("programme_id",), taken_among=Q(met_on=None))
        declare("programs.enrolment", "family", MOVES)
        declare("programs.enrolment", "person", MOVES)
