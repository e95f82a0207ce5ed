"""Forms of registry events: plain questions, each form makes the one call that records its event."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from households.choices.person import AbsenceReason, MaritalStatus, NoNikReason, Relation, Sex
from households.forms.fields import HoodField, date_field
from households.models import Family, Membership, Person, RegistryEvent
from households.querysets import BY_RELATION
from households.registry import correcting, families, members
from households.registry.numbers import family_by_number
from households.validators import clean_digits
from slrt.accounts.models import User
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission
from slrt.core import clock, crypto
from slrt.core.row_ids import row_id
from slrt.regions.models import Region

CHOOSE, TO_HEAD = _("Pilih"), _("Hubungan dengan kepala keluarga")
DIGITS = {"inputmode": "numeric", "data-digits": "16", "autocomplete": "off"}


def pick(label: Any, empty: Any = CHOOSE, **options: Any) -> forms.TypedChoiceField:
    """A choice of a person by number; the choices come with the family."""
    field = forms.TypedChoiceField(label=label, coerce=int, empty_value=None, **options)
    field.empty_text = empty  # type: ignore[attr-defined]
    return field


def relation_field(label: Any = TO_HEAD, **options: Any) -> forms.ChoiceField:
    """A choice of a relation to a head."""
    return forms.ChoiceField(label=label, choices=[("", _("Pilih")), *Relation.choices], **options)


# What is said where a person has to be chosen and nobody can be, by what a field offers.
NOBODY = {
    "dead": _("Di keluarga ini tidak ada yang tercatat meninggal."),
    "away": _("Di keluarga ini tidak ada yang tercatat pergi."),
    "present": _("Semua anggota keluarga ini sudah tercatat tidak di rumah."),
    "not_head": _("Selain kepala keluarga tidak ada anggota lain."),
}


class EventForm(forms.Form):
    """What every event asks. `who` names the person fields and which members each offers."""

    who: dict[str, str] = {}
    on = date_field(_("Tanggal"), initial=clock.today)
    reason = forms.CharField(
        label=_("Keterangan atau alasan (boleh kosong)"), required=False, max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, family: Family, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.family, self.user = family, user
        self.members = list(
            family.memberships.open().select_related("person").order_by(BY_RELATION, "person__birth_date")
        )
        self.nobody: Any = ""  # why nothing can be recorded here: there is nobody of whom it could be said
        for name, kind in self.who.items():
            offered = self._offered(kind)
            self.offer(name, offered)
            if not offered and self.fields[name].required:
                self.nobody = NOBODY.get(kind, _("Keluarga ini tidak punya anggota."))
        last = [name for name in ("on", "reason") if name in self.fields]
        self.order_fields([name for name in self.fields if name not in last] + last)

    def offer(self, name: str, rows: list[Membership]) -> None:
        """Fill a person field's choices."""
        field: Any = self.fields[name]
        choices: list[Any] = [(row.person_id, f"{row.person.name} · {row.get_relation_display()}") for row in rows]
        field.choices = choices if isinstance(field, forms.MultipleChoiceField) else [("", field.empty_text), *choices]

    def _offered(self, kind: str) -> list[Membership]:
        if kind == "women":
            return [row for row in self.members if row.person.sex == Sex.FEMALE]
        if kind == "not_head":
            return [row for row in self.members if row.relation != Relation.HEAD]
        if kind == "house":
            rows = Membership.objects.open().filter(family__household=self.family.household_id).select_related("person")
            return list(rows.order_by("family", BY_RELATION))
        if kind == "present":
            return [row for row in self.members if row.absent_since is None]
        if kind == "away":
            gone = self.family.memberships.filter(
                end_reason__in=members.RETURNS, person__died_on=None, ended_on__isnull=False
            ).select_related("person")
            return [row for row in self.members if row.absent_since is not None] + list(gone)
        if kind == "dead":
            rows = self.family.memberships.filter(end_reason="died", person__died_on__isnull=False)
            return list(rows.select_related("person").order_by("-ended_on"))
        return self.members

    def call(self) -> RegistryEvent | None:
        """Record the event; the rules' refusals pass through."""
        raise NotImplementedError

    def common(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"by": self.user, "version": data["version"], "on": data["on"], "reason": data["reason"]}

    def stored(self) -> dict[str, str]:
        """Return what the registry now holds for the fields that can be compared, in words."""
        now = {row.person_id: row.get_relation_display() for row in self.members}
        found = {}
        for name in self.who:
            if name == "new_head":
                found[name] = self.family.head.name if self.family.head else "–"
            elif (number := row_id(self.data.get(name))) is not None:
                found[name] = now.get(number) or str(_("Bukan anggota keluarga ini lagi"))
        if "kk" in self.fields:
            found["kk"] = crypto.mask(self.family.kk_encrypted) if self.family.kk_encrypted else "–"
        if "address" in self.fields:
            house = self.family.household
            found["address"] = " ".join(part for part in (house.address, house.village.name) if part)
        return found


class BirthForm(EventForm):
    who = {"mother": "women"}
    name = forms.CharField(label=_("Nama bayi"), max_length=120)
    on = date_field(_("Tanggal lahir"))
    sex = forms.ChoiceField(label=_("Jenis kelamin"), choices=Sex.choices, widget=forms.RadioSelect)
    mother = pick(_("Ibu"), _("Ibunya bukan anggota keluarga ini"), required=False)
    relation = relation_field(initial=Relation.CHILD)
    birth_place = forms.CharField(label=_("Tempat lahir (boleh kosong)"), max_length=80, required=False)
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
    reason = forms.CharField(
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
    hamlet = forms.CharField(label=_("Jorong atau dusun"), max_length=80, required=False)
    address = forms.CharField(label=_("Alamat"), max_length=200, required=False)
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
            ("", _("Sesuaikan sendiri, yang tidak pasti ditanyakan nanti")),
            *[c for c in Relation.choices if c[0] != Relation.HEAD],
        ]
        for row in self.members:
            self.fields[f"relation_{row.person_id}"] = forms.ChoiceField(
                label=_("%(name)s, bagi kepala yang baru") % {"name": row.person.name}, choices=choices, required=False
            )

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


class CorrectionForm(forms.Form):
    """A member's fields as they stand, to be put right with a reason."""

    name = forms.CharField(label=_("Nama"), max_length=120)
    birth_date = date_field(_("Tanggal lahir"), required=False)
    birth_place = forms.CharField(label=_("Tempat lahir"), max_length=80, required=False)
    sex = forms.ChoiceField(label=_("Jenis kelamin"), choices=Sex.choices, widget=forms.RadioSelect)
    marital = forms.ChoiceField(
        label=_("Status kawin"), choices=[("", _("Tidak diisi")), *MaritalStatus.choices], required=False
    )
    occupation = forms.CharField(label=_("Pekerjaan"), max_length=80, required=False)
    mother_name = forms.CharField(label=_("Nama ibu kandung"), max_length=120, required=False)
    nik = forms.CharField(
        label=_("NIK baru"), max_length=30, required=False, widget=forms.TextInput(attrs=DIGITS),
        help_text=_("Kosongkan kalau NIK tidak berubah."),
    )  # fmt: skip
    no_nik_reason = forms.ChoiceField(label=_("Alasan tanpa NIK"), required=False)
    reason = forms.CharField(
        label=_("Alasan pembetulan"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Misalnya: menurut akta kelahiran."),
        error_messages={"required": _("Tulis alasan pembetulan, misalnya menurut KTP atau akta.")},
    )  # fmt: skip
    odd_reason = forms.CharField(
        label=_("Mengapa yang tidak biasa ini benar"), max_length=300, required=False, widget=forms.HiddenInput,
        help_text=_("Misalnya: anak tiri, atau NIK di KTP memang begitu."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, family: Family, user: User, person: Person, **kwargs: Any) -> None:
        initial = {name: getattr(person, name) for name in (*correcting.CORRECTED, "no_nik_reason", "version")}
        kwargs["initial"] = {**initial, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.family, self.user, self.person = family, user, person
        if person.nik_index is None:
            reasons: Any = self.fields["no_nik_reason"]
            reasons.choices = [("", _("Pilih alasan")), *NoNikReason.choices]
        else:
            del self.fields["no_nik_reason"]

    def values(self) -> dict[str, Any]:
        """Return the entered fields as the registry takes them; an empty NIK field leaves a known NIK alone."""
        data = self.cleaned_data
        found = {name: data[name] for name in correcting.CORRECTED}
        if clean_digits(data["nik"]) or self.person.nik_index is None:
            found.update(nik=data["nik"], no_nik_reason=data.get("no_nik_reason", ""))
        return found

    def call(self) -> RegistryEvent | None:
        """Record the correction; the rules' refusals pass through."""
        data = self.cleaned_data
        return correcting.correct(
            self.family, by=self.user, person=self.person, version=data["version"], values=self.values(),
            reason=data["reason"], odd_reason=data["odd_reason"],
        )  # fmt: skip

    def ask_why(self) -> None:
        """Show the field in which something odd is explained: nobody sees it before it is needed."""
        self.fields["odd_reason"].widget = forms.Textarea(attrs={"rows": 2})
