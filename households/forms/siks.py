"""The form of the workbook for SIKS-NG."""

from django import forms
from django.utils.translation import gettext_lazy as _

from households.choices.siks import SiksPurpose


class PurposeForm(forms.Form):
    """What the data leave the house for."""

    purpose = forms.ChoiceField(
        label=_("Untuk apa"),
        choices=SiksPurpose.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih untuk apa data ini dikeluarkan.")},
    )
