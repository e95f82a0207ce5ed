"""What is asked whenever data leave."""

from django import forms
from django.utils.translation import gettext_lazy as _

from slrt.core.words import WordsField
from slrt.exports.choices import ExportBasis


class Grounds(forms.Form):
    """Why data leave: purpose and legal basis."""

    purpose = WordsField(
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
