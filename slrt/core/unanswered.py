"""What a form says of a question left empty: what to do, where Django only says that a field must not be empty."""

from django import forms
from django.utils.translation import gettext_lazy as _


def say_what_to_do() -> None:
    """Give every kind of field its sentence. Call before the first form is read; a field's own sentence stays."""
    forms.Field.default_error_messages["required"] = _("Isi dulu bagian ini.")
    forms.ChoiceField.default_error_messages["required"] = _("Pilih salah satu.")
    forms.MultipleChoiceField.default_error_messages["required"] = _("Pilih sedikitnya satu.")
    forms.FileField.default_error_messages["required"] = _("Pilih dulu berkasnya.")
