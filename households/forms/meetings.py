"""Forms of a village meeting's record."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from households.choices.meeting import AttendeeRole, PaperKind
from households.forms.fields import date_field
from households.forms.papers import PaperForm
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission
from slrt.core import clock
from slrt.regions.models import Region


class HoldForm(forms.Form):
    """A new meeting's record."""

    village = forms.ModelChoiceField(
        Region.objects.none(),
        label=_("Desa"),
        empty_label=_("Pilih"),
        error_messages={"required": _("Pilih desanya.")},
    )
    held_on = date_field(_("Tanggal musyawarah"), initial=clock.today)
    place = forms.CharField(
        label=_("Tempat"), max_length=120, error_messages={"required": _("Tempat musyawarah wajib diisi.")}
    )
    chair = forms.CharField(
        label=_("Pemimpin musyawarah"),
        max_length=120,
        error_messages={"required": _("Nama pemimpin musyawarah wajib diisi.")},
    )
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        villages = Region.objects.villages().filter(within(user.areas_for(Permission.REGISTRATION_MEETING), "code"))
        self.fields["village"].queryset = villages.order_by("name")  # type: ignore[attr-defined]
        if villages.count() == 1:
            self.initial.setdefault("village", villages.get())


class AttendeeForm(forms.Form):
    """People who took part, one a line, all in the same function."""

    names = forms.CharField(
        label=_("Nama peserta, satu per baris"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis nama peserta.")},
    )
    role = forms.ChoiceField(label=_("Sebagai"), choices=AttendeeRole.choices)
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def people(self) -> list[tuple[str, str]]:
        """Return (name, role) of each line."""
        lines = (line.strip() for line in self.cleaned_data["names"].splitlines())
        return [(line, self.cleaned_data["role"]) for line in lines if line]


class MinutesForm(PaperForm):
    kind, column = PaperKind.MINUTES, "minutes"
    minutes_number = forms.CharField(
        label=_("Nomor berita acara"),
        max_length=80,
        error_messages={"required": _("Nomor berita acara wajib diisi.")},
    )
    field_order = ("minutes_number", "file")
