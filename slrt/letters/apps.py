from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "slrt.letters"
    label = "letters"
    verbose_name = "Surat"
