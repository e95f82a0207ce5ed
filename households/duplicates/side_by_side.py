"""Two entries beside each other as people read them: each line with both values and whether they differ."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.duplicates import folding, proposing
from households.duplicates.scoring import mothers_agree
from households.models import Membership, Person
from slrt.core import crypto
from slrt.core.numbers import masked
from slrt.core.templatetags.ui import tanggal


@dataclass(frozen=True)
class Line:
    """One field of both entries. `choice` names what a merge lets choose (`proposing.CHOICES`), empty for what it does not."""

    label: str
    first: str
    second: str
    differs: bool
    choice: str = ""
    # What the mark says where "differs" is too little, and its tone.
    said: str = ""
    tone: str = "warn"


def _nik(person: Person) -> str:
    if person.nik_encrypted:
        return crypto.mask(person.nik_encrypted)
    return _("Tanpa NIK: %(reason)s") % {"reason": person.get_no_nik_reason_display() or "–"}


_PERSON: tuple[tuple[str, Any, Callable[[Person], str]], ...] = (
    ("nik", "NIK", _nik),
    ("name", gettext_lazy("Nama"), lambda p: p.name),
    ("birth_date", gettext_lazy("Tanggal lahir"), lambda p: str(tanggal(p.birth_date))),
    ("birth_place", gettext_lazy("Tempat lahir"), lambda p: p.birth_place),
    ("sex", gettext_lazy("Jenis kelamin"), lambda p: str(p.get_sex_display())),
    ("marital", gettext_lazy("Status kawin"), lambda p: str(p.get_marital_display())),
    ("occupation", gettext_lazy("Pekerjaan"), lambda p: p.occupation),
    ("mother_name", gettext_lazy("Nama ibu kandung"), lambda p: _("Tercatat") if p.mother_name else ""),
    ("died_on", gettext_lazy("Meninggal"), lambda p: str(tanggal(p.died_on))),
)


def lines(first: Person, second: Person) -> list[Line]:
    """Return the fields of two entries, those of the person first, then where each lives."""
    apart = set(proposing.differing(first, second))
    found = [
        Line(
            str(label), say(first) or "–", say(second) or "–", choice in apart, choice, *_mothers(choice, first, second)
        )
        for choice, label, say in _PERSON
    ]
    homes = [_home(person) for person in (first, second)]
    for label in homes[0]:
        one, other = homes[0][label], homes[1][label]
        found.append(Line(label, one, other, one != other))
    return found


def _mothers(choice: str, first: Person, second: Person) -> tuple[str, str] | tuple[()]:
    """Whether the mothers' names agree, instead of the names: those are shown only to whom may see them and for a purpose."""
    if choice != "mother_name":
        return ()
    agree = mothers_agree(folding.key(first.mother_name or ""), folding.key(second.mother_name or ""))
    words = {"same": (_("sama"), "good"), "alike": (_("mirip"), "warn"), "different": (_("beda"), "warn")}
    return words.get(agree, ())


def place_of(person: Person) -> str:
    """Return in one line where a person lives: head of the family if it is somebody else, relation, card, village."""
    home = _home(person)
    return " · ".join(value for value in home.values() if value not in ("–", person.name))


def membership_of(person: Person) -> Membership | None:
    """Return the open membership with what a page says about it."""
    related = ("family__household__village", "family__head")
    return person.memberships.open().select_related(*related).first()


def _home(person: Person) -> dict[str, str]:
    membership = membership_of(person)
    family = membership.family if membership else None
    house = family.household if family else None
    return {
        _("Kepala keluarga"): family.head.name if family and family.head else "–",
        _("Hubungan"): str(membership.get_relation_display()) if membership else "–",
        _("Nomor KK"): crypto.mask(family.kk_encrypted) if family and family.kk_encrypted else "–",
        _("Alamat"): (masked(house.address) or "–") if house else "–",
        _("Desa"): house.village.name if house else "–",
    }
