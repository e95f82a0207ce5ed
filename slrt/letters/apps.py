from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "slrt.letters"
    label = "letters"
    verbose_name = "Surat"

    def ready(self) -> None:
        from slrt.letters import checks  # noqa: F401  (registers the system check)
