"""The end of a visit: it is sent, or the family refuses."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from households.choices.visit import RefusalReason


class SendForm(forms.Form):
    """The last page before sending: the facilitator's attestation."""

    attested = forms.BooleanField(required=False)
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attested"].label = _("Data ini benar menurut yang saya lihat dan dengar sendiri.")


class RefusalForm(forms.Form):
    """The family does not consent: the visit ends here."""

    reason = forms.ChoiceField(choices=RefusalReason, widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Alasan keluarga, jika disebutkan")
