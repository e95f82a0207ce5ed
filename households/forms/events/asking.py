"""What every form of a registry event asks, and the fields several of them have."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from households.choices.person import Relation, Sex
from households.forms.fields import date_field
from households.models import Family, Membership, RegistryEvent
from households.querysets.household import BY_RELATION
from households.registry import members
from slrt.accounts.models import User
from slrt.core import clock, crypto
from slrt.core.row_ids import row_id
from slrt.core.words import WordsField

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
    reason = WordsField(
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
        self.put_last("on", "reason")

    def put_last(self, *names: str) -> None:
        """Ask these after all others."""
        self.order_fields([*(name for name in self.fields if name not in names), *names])

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
