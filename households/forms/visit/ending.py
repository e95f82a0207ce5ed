"""The end of a visit: it is sent, or the family refuses."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from households.choices.visit import RefusalReason
from households.forms.fields import date_field
from households.visiting.departures import DIED, Gone


class SendForm(forms.Form):
    """The last page before sending: when somebody died of whom the visit says so, and the facilitator's attestation."""

    attested = forms.BooleanField(required=False)
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, gone: Sequence[Gone] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dead = [row for row in gone if row.how == DIED]
        for row in self.dead:
            label = _("Tanggal %(name)s meninggal (kosongkan kalau tidak tahu)") % {"name": row.name}
            self.fields[f"died_{row.key}"] = date_field(label, required=False)
        self.order_fields([*(f"died_{row.key}" for row in self.dead), "attested"])
        self.fields["attested"].label = _("Data ini benar menurut yang saya lihat dan dengar sendiri.")

    def days(self) -> dict[str, date]:
        """Return the day of death by member, of those for whom it is known."""
        days = {row.key: self.cleaned_data.get(f"died_{row.key}") for row in self.dead}
        return {key: day for key, day in days.items() if day is not None}


class RefusalForm(forms.Form):
    """The family does not consent: the visit ends here."""

    reason = forms.ChoiceField(choices=RefusalReason, widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Alasan keluarga, jika disebutkan")
