from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "programs"
    verbose_name = "Program"

    def ready(self) -> None:
        from programs import (
            exporting,  # noqa: F401  (registers the list)
            importing,  # noqa: F401  (registers its kind of file)
        )
