from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HouseholdsConfig(AppConfig):
    name = "households"
    verbose_name = _("Keluarga")

    def ready(self) -> None:
        # Registers the lists that leave, the job handlers, the transition tables and the kinds of files.
        from households import (  # noqa: F401
            answering,
            exporting,
            exporting_absent,
            exporting_headless,
            exporting_imports,
            exporting_pairs,
            exporting_sheets,
            exporting_village,
            tasks,
        )
        from households.duplicates import workflow as duplicates  # noqa: F401
        from households.importing import deciles, dukcapil  # noqa: F401
        from households.workflow import answer, meeting, objection, registration, revisit  # noqa: F401
