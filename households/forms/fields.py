"""Fields that many forms have."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from slrt.core.words import WordsField

CHOOSE = _("Pilih salah satu.")
DATE = {"inputmode": "numeric", "placeholder": "31/12/2026", "autocomplete": "off"}


def date_field(label: Any, **options: Any) -> forms.DateField:
    """A date as people write it, today by default."""
    return forms.DateField(
        label=label,
        input_formats=["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%d/%m/%Y", attrs=DATE),
        error_messages={
            "invalid": _("Tanggal tidak terbaca. Tulis seperti 31/12/2026."),
            "required": _("Tanggal wajib diisi."),
        },
        **options,
    )


class HoodField(WordsField):
    """The number of an RT or RW; the word before it, which many write, is left out."""

    def to_python(self, value: Any) -> Any:
        return re.sub(r"^r[tw]\W*", "", super().to_python(value) or "", flags=re.IGNORECASE)
