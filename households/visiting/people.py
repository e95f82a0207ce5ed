"""What a sent visit writes about people: who they are, where they belong."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from households.choices.person import NikMatch, Relation
from households.models import Family, Membership, Person
from households.names import fold
from households.registry import former_numbers, matching
from households.registry.bearers import why_not
from households.registry.heads import relation_in_house
from households.registry.numbers import whom_to_ask
from households.visiting.fields import PERSON_FIELDS, day_of, said
from slrt.accounts.models import User
from slrt.core import crypto
from slrt.core.errors import GuardFailed


def write_person(family: Family, entered: dict[str, Any], today: date, by: User) -> Person:
    """Write one member, and that they belong to the family.

    Raises GuardFailed for somebody who lives elsewhere, is recorded as dead, or left a family of another area, and for a NIK that
    was dropped in a merge.
    """
    nik = said(entered.get("nik"))
    index = crypto.blind_index(nik) if nik else None
    person = Person.objects.filter(pk=entered.get("person_id") or 0).first()
    known = Person.objects.filter(nik_index=index).first() if index else None
    if known is not None and person is not None and known.pk != person.survivor().pk:
        raise GuardFailed("person", _("Satu NIK di kunjungan ini milik orang lain yang sudah terdata."))
    # A draft may have been begun before the entry it names was merged into another.
    person = person.survivor() if person else known or Person()
    if index is not None and known is None and (bearer := former_numbers.bearer_of(index)):
        if person.pk != bearer.pk or person.nik_index is None:
            raise GuardFailed("person", former_numbers.why_not(index, by=by, village=family.place_code))
        nik = index = None  # a draft begun before the merge: the number that was chosen then stays
    fault = _stands_in_the_way(person, entered, family, by) if person.pk else ""
    if fault:
        raise GuardFailed("person", fault)
    open_one = person.memberships.open().exclude(family=family).first() if person.pk else None
    if open_one is not None:
        raise GuardFailed("person", _lives_elsewhere(family, open_one.family, by))
    compared = matching.compared(person)
    person.nik_encrypted, person.nik_index = (nik, index) if nik else (person.nik_encrypted, person.nik_index)
    person.no_nik_reason = "" if person.nik_index else entered.get("no_nik_reason", "")
    for name in PERSON_FIELDS:
        if said(entered.get(name)):
            setattr(person, name, entered[name])
    person.birth_date = day_of(entered.get("birth_date")) or person.birth_date
    person.name_folded = fold(person.name)
    if compared != matching.compared(person):
        person.nik_match = NikMatch.UNCHECKED
    person.version += 1 if person.pk else 0
    person.save()
    _membership(person, family, said(entered["relation"]), today)
    return person


def _stands_in_the_way(person: Person, entered: dict[str, Any], family: Family, by: User) -> str:
    """Why a person who is in the registry may not be entered; the name is compared where only the number found them."""
    name = "" if entered.get("person_id") else said(entered.get("name"))
    born = day_of(entered.get("birth_date"))
    return why_not(person, by=by, village=family.household.village_id, name=name, born=born)


def _lives_elsewhere(family: Family, other: Family, by: User) -> str:
    """Whoever may change both families moves the person first; anybody else is told whom to ask, and no name from outside."""
    if not Family.objects.visible_to(by).filter(pk=other.pk).exists():
        who = whom_to_ask(family.place_code, other.place_code)
        return _("Satu anggota sudah terdata di keluarga lain di luar wilayah Anda. Hubungi %(who)s.") % {"who": who}
    head = other.head.name if other.head else _("Tanpa kepala keluarga")
    return _(
        "Satu anggota sudah terdata di keluarga %(head)s. Buka keluarga itu, pilih Catat perubahan, dan pindahkan dia dulu."
    ) % {"head": head}


def _membership(person: Person, family: Family, relation: str, today: date) -> None:
    if relation == Relation.HEAD:
        family.memberships.open().filter(relation=Relation.HEAD).exclude(person=person).update(relation="")
    current = family.memberships.open().filter(person=person).first()
    if current is None:
        Membership.objects.create(
            person=person,
            family=family,
            relation=relation,
            household_relation=relation_in_house(family, relation),
            started_on=today,
        )
    elif current.relation != relation or current.missing_since:
        current.relation, current.missing_since = relation, None
        current.save()
