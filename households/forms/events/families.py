"""Forms of what happens to a whole family: plain questions, each form makes the one call that records its event."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from households.choices.person import Relation
from households.forms.events.asking import CHOOSE, DIGITS, EventForm, pick
from households.forms.fields import HoodField, date_field
from households.models import RegistryEvent
from households.registry import families
from households.registry.numbers import family_by_number
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission
from slrt.core import clock
from slrt.core.words import WordsField
from slrt.regions.models import Region


class SplitForm(EventForm):
    who = {"going": "all", "head_of_new": "all", "new_head": "all"}
    going = forms.TypedMultipleChoiceField(
        label=_("Anggota yang masuk kartu baru"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    head_of_new = pick(_("Kepala keluarga di kartu baru"))
    new_head = pick(
        _("Kepala keluarga untuk yang tinggal"), _("Tidak berubah"), required=False,
        help_text=_("Isi hanya kalau kepala keluarga yang sekarang ikut ke kartu baru."),
    )  # fmt: skip
    kk = forms.CharField(
        label=_("Nomor KK baru (boleh kosong sampai kartunya terbit)"), max_length=30, required=False,
        widget=forms.TextInput(attrs=DIGITS),
    )  # fmt: skip
    on = date_field(_("Tanggal pecah kartu"), initial=clock.today)

    def call(self) -> RegistryEvent | None:
        data = self.cleaned_data
        return families.split(
            self.family, **self.common(), going=data["going"], head_of_new=data["head_of_new"], kk=data["kk"],
            new_head=data["new_head"],
        )  # fmt: skip


class RehouseForm(EventForm):
    target = forms.CharField(
        label=_("Menumpang di keluarga dengan nomor KK (boleh kosong)"), max_length=30, required=False,
        help_text=_("Kosongkan kalau pindah ke rumah sendiri, lalu isi alamatnya di bawah."),
        widget=forms.TextInput(attrs=DIGITS),
    )  # fmt: skip
    village = forms.ModelChoiceField(
        label=_("Desa"), queryset=Region.objects.none(), required=False, empty_label=CHOOSE
    )
    hamlet = WordsField(label=_("Jorong atau dusun"), max_length=80, required=False)
    address = WordsField(label=_("Alamat"), max_length=200, required=False)
    rt = HoodField(label="RT", max_length=3, required=False)
    rw = HoodField(label="RW", max_length=3, required=False)
    on = date_field(_("Tanggal pindah"), initial=clock.today)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = self.user.areas_for(Permission.FAMILY_CHANGE)
        villages: Any = self.fields["village"]
        villages.queryset = Region.objects.villages().filter(within(areas, "code")).order_by("name")

    def call(self) -> RegistryEvent | None:
        data = self.cleaned_data
        if data["target"]:
            joins = family_by_number(data["target"], by=self.user, near=self.family)
            return families.rehouse(self.family, **self.common(), joins=joins)
        village = data["village"].code if data["village"] else ""
        place = families.Place(village, data["hamlet"], data["address"], data["rt"], data["rw"])
        return families.rehouse(self.family, **self.common(), place=place)


class HeadForm(EventForm):
    who = {"new_head": "not_head"}
    new_head = pick(_("Kepala keluarga baru"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            ("", _("Sesuaikan atau tanya nanti")),
            *[c for c in Relation.choices if c[0] != Relation.HEAD],
        ]
        for row in self.members:
            self.fields[f"relation_{row.person_id}"] = forms.ChoiceField(
                label=_("%(name)s, bagi kepala yang baru") % {"name": row.person.name}, choices=choices, required=False
            )
        self.put_last("on", "reason")

    def call(self) -> RegistryEvent | None:
        data = self.cleaned_data
        said = {row.person_id: data.get(f"relation_{row.person_id}", "") for row in self.members}
        relations = {pk: relation for pk, relation in said.items() if relation and pk != data["new_head"]}
        return families.change_head(self.family, **self.common(), new_head=data["new_head"], relations=relations)


class HouseHeadForm(EventForm):
    who = {"new_head": "house"}
    new_head = pick(_("Kepala rumah tangga baru"))

    def call(self) -> RegistryEvent | None:
        return families.change_household_head(self.family, **self.common(), new_head=self.cleaned_data["new_head"])


class CardForm(EventForm):
    kk = forms.CharField(label=_("Nomor KK baru"), max_length=30, widget=forms.TextInput(attrs=DIGITS))
    on = date_field(_("Tanggal kartu"), initial=clock.today)

    def call(self) -> RegistryEvent | None:
        return families.change_card(self.family, **self.common(), kk=self.cleaned_data["kk"])
