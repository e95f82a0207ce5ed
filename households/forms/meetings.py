"""Forms of a village meeting's record."""

from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from households.choices.meeting import AttendeeRole, PaperKind
from households.forms.fields import date_field
from households.forms.papers import PaperForm
from households.models import VillageMeeting
from households.workflow.meeting import undecided
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission
from slrt.core import clock
from slrt.core.words import ReferenceField, WordsField
from slrt.regions.models import Region
from slrt.workflow.pages import VerbForm


class HoldForm(forms.Form):
    """A new meeting's record."""

    village = forms.ModelChoiceField(
        Region.objects.none(),
        label=_("Desa"),
        empty_label=_("Pilih"),
        error_messages={"required": _("Pilih desanya.")},
    )
    held_on = date_field(_("Tanggal musyawarah"), initial=clock.today)
    place = WordsField(
        label=_("Tempat"), max_length=120, error_messages={"required": _("Tempat musyawarah wajib diisi.")}
    )
    chair = WordsField(
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

    names = WordsField(
        label=_("Nama peserta, satu per baris"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis nama peserta.")},
    )
    # Buttons, for a select cuts the longer functions on a phone and takes the first for granted.
    role = forms.ChoiceField(
        label=_("Sebagai"),
        choices=AttendeeRole.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih mereka hadir sebagai apa.")},
    )
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def people(self) -> list[tuple[str, str]]:
        """Return (name, role) of each line."""
        lines = (line.strip() for line in self.cleaned_data["names"].splitlines())
        return [(line, self.cleaned_data["role"]) for line in lines if line]


class CloseForm(VerbForm):
    """Closing moves every family at once and is not taken back, so it says first what was decided."""

    def __init__(self, *args: Any, obj: VillageMeeting, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        self.says = gettext("Semua keluarga pindah sekaligus. Sesudah ditutup, isinya tidak bisa diubah lagi.")
        accepted = obj.decisions.filter(accepted=True).count()
        self.facts = [
            (gettext("Peserta"), number_format(obj.attendees.count())),
            (gettext("Disepakati"), number_format(accepted)),
            (gettext("Tidak disepakati"), number_format(obj.decisions.count() - accepted)),
        ]
        if waiting := undecided(obj).count():
            self.facts.append((gettext("Belum diputuskan"), number_format(waiting)))


class MinutesForm(PaperForm):
    kind, column = PaperKind.MINUTES, "minutes"
    minutes_number = ReferenceField(
        label=_("Nomor berita acara"),
        max_length=80,
        error_messages={"required": _("Nomor berita acara wajib diisi.")},
    )
    field_order = ("minutes_number", "file")
