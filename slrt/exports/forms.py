"""What is asked before a list leaves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from slrt.core.words import WordsField
from slrt.exports.choices import ExportFormat
from slrt.exports.grounds import Grounds


class ExportForm(Grounds):
    """Purpose, legal basis, kind of file; full numbers only for whom the role allows it."""

    format = forms.ChoiceField(label=_("Bentuk berkas"), choices=ExportFormat.choices, widget=forms.RadioSelect)
    full_numbers = forms.BooleanField(
        label=_("Sertakan NIK dan nomor KK lengkap"),
        required=False,
        help_text=_("Tanpa ini nomor disamarkan. Pembacaan nomor lengkap tercatat di jejak audit."),
    )
    numbers_reason = WordsField(
        label=_("Mengapa nomor lengkap diperlukan"),
        required=False,
        max_length=300,
        help_text=_("Wajib bila nomor lengkap disertakan."),
    )
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, numbers: bool, formats: tuple[ExportFormat, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["format"]
        field.choices = [(kind.value, kind.label) for kind in formats]  # type: ignore[attr-defined]
        field.initial = formats[0].value
        if len(formats) == 1:
            field.widget = forms.HiddenInput()
        if not numbers:
            del self.fields["full_numbers"], self.fields["numbers_reason"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("full_numbers") and not data.get("numbers_reason", "").strip():
            self.add_error("numbers_reason", _("Tulis mengapa nomor lengkap diperlukan."))
        return data
