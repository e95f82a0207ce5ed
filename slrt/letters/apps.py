from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LettersConfig(AppConfig):
    name = "slrt.letters"
    label = "letters"
    verbose_name = _("Surat")

    def ready(self) -> None:
        from slrt.letters import checks  # noqa: F401  (registers the system check)
