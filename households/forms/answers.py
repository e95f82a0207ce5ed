"""The form of the ministry's answer file."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AnswerFileForm(forms.Form):
    """The ministry's answer file."""

    file = forms.FileField(
        label=_("Berkas jawaban (CSV atau XLSX)"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        allow_empty_file=True,
        error_messages={"required": _("Pilih dulu berkasnya.")},
    )
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)
