"""What is asked before a list leaves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from slrt.exports.choices import ExportBasis, ExportFormat


class Grounds(forms.Form):
    """Why data leave: purpose and legal basis."""

    purpose = forms.CharField(
        label=_("Untuk apa daftar ini diunduh"),
        help_text=_("Dicatat di jejak audit. Jangan tulis nama atau nomor orang."),
        max_length=300,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("Tulis keperluannya."),
            "min_length": _("Tulis keperluannya lebih jelas, misalnya: bahan musyawarah nagari bulan ini."),
        },
    )
    basis = forms.ChoiceField(
        label=_("Dasar hukum"),
        choices=[("", _("Pilih salah satu")), *ExportBasis.choices],
        help_text=_("UU 27/2022 tentang Pelindungan Data Pribadi, pasal 20 ayat 2."),
        error_messages={"required": _("Pilih dasar hukumnya.")},
    )


class ExportForm(Grounds):
    """Purpose, legal basis, kind of file; full numbers only for whom the role allows it."""

    format = forms.ChoiceField(label=_("Bentuk berkas"), choices=ExportFormat.choices, widget=forms.RadioSelect)
    full_numbers = forms.BooleanField(
        label=_("Sertakan NIK dan nomor KK lengkap"),
        required=False,
        help_text=_("Tanpa ini nomor disamarkan. Pembacaan nomor lengkap tercatat di jejak audit."),
    )
    numbers_reason = forms.CharField(
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
