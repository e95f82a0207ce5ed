"""Forms of what happens to one member: plain questions, each form makes the one call that records its event."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from households.choices.person import AbsenceReason, Relation, Sex
from households.forms.events.asking import DIGITS, EventForm, pick, relation_field
from households.forms.fields import date_field
from households.models import RegistryEvent
from households.registry import correcting, members
from households.registry.numbers import family_by_number
from slrt.core import clock
from slrt.core.words import WordsField


class BirthForm(EventForm):
    who = {"mother": "women"}
    name = WordsField(label=_("Nama bayi"), max_length=120)
    on = date_field(_("Tanggal lahir"))
    sex = forms.ChoiceField(label=_("Jenis kelamin"), choices=Sex.choices, widget=forms.RadioSelect)
    mother = pick(_("Ibu"), _("Ibunya bukan anggota keluarga ini"), required=False)
    relation = relation_field(initial=Relation.CHILD)
    birth_place = WordsField(label=_("Tempat lahir (boleh kosong)"), max_length=80, required=False)
    nik = forms.CharField(
        label=_("NIK bayi (boleh kosong)"), max_length=30, required=False, widget=forms.TextInput(attrs=DIGITS)
    )

    def call(self) -> RegistryEvent | None:
        data = self.cleaned_data
        return members.birth(
            self.family, by=self.user, version=data["version"], name=data["name"], birth_date=data["on"],
            sex=data["sex"], mother=data["mother"], relation=data["relation"], birth_place=data["birth_place"],
            nik=data["nik"], reason=data["reason"],
        )  # fmt: skip


class _Departure(EventForm):
    who = {"person": "all", "new_head": "not_head"}
    person = pick(_("Siapa"))
    new_head = pick(
        _("Kepala keluarga baru"), _("Tidak perlu"), required=False,
        help_text=_("Isi hanya kalau yang pergi atau meninggal adalah kepala keluarga."),
    )  # fmt: skip

    def leaving(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {**self.common(), "person": data["person"], "new_head": data["new_head"]}


class DeathForm(_Departure):
    on = date_field(_("Tanggal meninggal"))

    def call(self) -> RegistryEvent | None:
        return members.death(self.family, **self.leaving())


class DeathMendedForm(EventForm):
    who = {"person": "dead"}
    person = pick(_("Siapa yang masih hidup"))
    on = None  # type: ignore[assignment]
    reason = WordsField(
        label=_("Mengapa kematian ini keliru"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Misalnya: salah orang, ditemui sendiri di rumahnya."),
        error_messages={"required": _("Tulis mengapa kematian ini keliru, misalnya salah orang.")},
    )  # fmt: skip

    def call(self) -> RegistryEvent | None:
        data = self.cleaned_data
        return correcting.mend_death(
            self.family, by=self.user, version=data["version"], person=data["person"], reason=data["reason"]
        )


class LeaveForm(_Departure):
    on = date_field(_("Tanggal pindah"), initial=clock.today)

    def call(self) -> RegistryEvent | None:
        return members.leave(self.family, **self.leaving())


class MoveForm(_Departure):
    target = forms.CharField(
        label=_("Nomor KK keluarga tujuan, atau NIK salah satu anggotanya"), max_length=30,
        widget=forms.TextInput(attrs=DIGITS),
    )  # fmt: skip
    relation = relation_field(_("Hubungan dengan kepala keluarga tujuan"))
    on = date_field(_("Tanggal pindah"), initial=clock.today)

    def call(self) -> RegistryEvent | None:
        data = self.cleaned_data
        target = family_by_number(data["target"], by=self.user, near=self.family)
        return members.move(self.family, **self.leaving(), target=target, relation=data["relation"])


class AbsenceForm(EventForm):
    who = {"person": "present"}
    person = pick(_("Siapa"))
    why = forms.ChoiceField(label=_("Sebab"), choices=AbsenceReason.choices, widget=forms.RadioSelect)
    on = date_field(_("Tidak di rumah sejak"), initial=clock.today)

    def call(self) -> RegistryEvent | None:
        data = self.cleaned_data
        return members.absence(self.family, **self.common(), person=data["person"], why=data["why"])


class BackForm(EventForm):
    who = {"person": "away"}
    person = pick(_("Siapa"))
    on = date_field(_("Tanggal kembali"), initial=clock.today)

    def call(self) -> RegistryEvent | None:
        return members.back(self.family, **self.common(), person=self.cleaned_data["person"])
