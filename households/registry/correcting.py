"""Corrections: a member's fields put right, a death taken back that was recorded by mistake."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from households import ages
from households.choices.events import EventKind
from households.choices.person import NikMatch, Relation
from households.models import Family, Membership, Person, RegistryEvent
from households.models.person import mother_columns
from households.names import fold
from households.registry import former_numbers, matching, rules
from households.registry import ledger as book
from households.registry.heads import settle_households
from households.registry.members import membership_of
from households.registry.numbers import free_nik
from households.validators import check_nik, clean_digits
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, StaleVersion

CORRECTED = ("name", "birth_date", "birth_place", "sex", "marital", "occupation", "mother_name")


def correct(
    family: Family, *, by: User, person: Person, version: int, values: dict[str, Any], reason: str, odd_reason: str = ""
) -> RegistryEvent | None:
    """Correct fields of a member; None when nothing differs.

    `values` maps names of CORRECTED, "nik" and "no_nik_reason" to new values; `version` is the person's. `odd_reason` says
    why a birth date or sex that does not agree with the NIK or the family is right all the same. Raises StaleVersion whose
    `current` is the stored person, GuardFailed for what cannot be.
    """
    with book.opened(family, by=by, version=None) as opened:
        family = opened.family
        membership_of(family, person.pk)
        who = book.lock_person(person.pk)
        if who.version != version:
            raise StaleVersion(_("Data orang ini sudah diubah orang lain sejak Anda membukanya."), current=who)
        if not reason.strip():
            raise GuardFailed("reason", _("Tulis alasan pembetulan, misalnya menurut KTP atau akta."))
        changed = {k: values[k] for k in CORRECTED if k in values and (values[k] or None) != (getattr(who, k) or None)}
        changed.update(_numbers(values, who, by, family, reason))
        if not changed:
            return None
        born = values.get("birth_date", who.birth_date)
        if born is not None:
            rules.birth_possible(born, clock.today())
            if who.died_on is not None and who.died_on < born:
                raise GuardFailed("birth_date", _("Tanggal lahir lebih akhir dari tanggal meninggalnya."))
        if not values.get("name", who.name).strip():
            raise GuardFailed("name", _("Nama wajib diisi."))
        rules.demand_reason(_odd(family, who, changed, by), odd_reason, "odd_reason")
        if "mother_name" in changed:
            changed.update(mother_columns(changed["mother_name"] or ""))
        if "name" in changed:
            changed["name_folded"] = fold(changed["name"])
        compared = matching.compared(who)
        opened.change(who, **changed)
        if who.nik_match != NikMatch.UNCHECKED and compared != matching.compared(who):
            changed["nik_match"] = NikMatch.UNCHECKED
            opened.change(who, nik_match=NikMatch.UNCHECKED)
        fields = sorted(name for name in changed if name not in ("name_folded", "mother_index", "nik_encrypted"))
        return book.close(opened, EventKind.CORRECTION, person=who, reason=reason, fields=fields)


def _odd(family: Family, who: Person, changed: dict[str, Any], by: User) -> list[str]:
    """Return what looks odd after a correction that was not so before: against the NIK, the family's ages, and an earlier merge.

    Two people who were merged and cannot be parted any more are two again only in this way: one of them gets the dropped NIK.
    """
    if not {"nik_encrypted", "birth_date", "sex"} & set(changed):
        return []
    number = changed.get("nik_encrypted", who.nik_encrypted)
    born, sex = changed.get("birth_date", who.birth_date), changed.get("sex", who.sex)
    found = [sentence for _code, sentence in check_nik(number, born=born, sex=sex).warnings] if number else []
    if (index := changed.get("nik_index")) is not None and former_numbers.bearer_of(index) not in (None, who):
        found.append(former_numbers.why_not(index, by=by, village=family.place_code))
    if "birth_date" in changed:
        members = [
            ages.Member(str(row.person_id), row.person.name, row.relation, row.person.birth_date)
            for row in family.memberships.open().select_related("person").order_by("pk")
        ]
        after = [replace(row, born=born) if row.key == str(who.pk) else row for row in members]
        found += [odd.sentence for odd in ages.oddities(after) if str(who.pk) in odd.keys and odd.about_ages]
    return found


def _numbers(values: dict[str, Any], who: Person, by: User, family: Family, reason: str) -> dict[str, Any]:
    """Return what a corrected NIK changes: a new number was not compared by anybody yet."""
    if "nik" not in values:
        return {}
    number = clean_digits(values["nik"])
    if number:
        if number == (who.nik_encrypted or ""):
            return {}
        born, sex = values.get("birth_date", who.birth_date), values.get("sex", who.sex)
        index = free_nik(number, by=by, family=family, person=who, born=born, sex=sex, reason=reason)
        return {"nik_encrypted": number, "nik_index": index, "no_nik_reason": ""}
    why = values.get("no_nik_reason") or ""
    if not why:
        raise GuardFailed("no_nik_reason", _("Tanpa NIK boleh, tetapi pilih alasannya."))
    if who.nik_index is None:
        return {"no_nik_reason": why} if why != who.no_nik_reason else {}
    return {"nik_encrypted": None, "nik_index": None, "no_nik_reason": why}


def mend_death(family: Family, *, by: User, version: int, person: int, reason: str) -> RegistryEvent:
    """Take back a death recorded by mistake, however long ago: the person lives, and again in this family.

    For roles above the one that records (Permission.DEATH_CORRECT). Of a head whose place another took in the meantime it is left open what
    they are to that one. Raises NotPermitted, StaleVersion, GuardFailed.
    """
    decision = may(by, book.ASKS_FOR[EventKind.DEATH_MENDED], family)
    if not decision:
        raise NotPermitted(decision.reason)
    with book.opened(family, by=by, version=version) as opened:
        family = opened.family
        if not reason.strip():
            raise GuardFailed("reason", _("Tulis mengapa kematian ini keliru, misalnya salah orang."))
        row = _ended_by_death(family, person)
        who = book.lock_person(row.person_id)
        if who.died_on is None or who.memberships.open().exists():
            raise GuardFailed("person", _("Orang ini tidak tercatat meninggal di keluarga ini. Muat ulang halamannya."))
        members = family.memberships.open()
        alone, led = not members.exists(), members.filter(relation=Relation.HEAD).exists()
        relation = Relation.HEAD if alone else "" if led and row.relation == Relation.HEAD else row.relation
        in_house = Relation.OTHER if row.household_relation == Relation.HEAD else row.household_relation
        opened.change(who, died_on=None)
        opened.change(row, ended_on=None, end_reason="", relation=relation, household_relation=in_house)
        if relation == Relation.HEAD and family.head_id != who.pk:
            opened.change(family, head=who)
        settle_households(opened, family.household_id)
        return book.close(opened, EventKind.DEATH_MENDED, person=who, reason=reason)


def _ended_by_death(family: Family, person: int) -> Membership:
    rows = family.memberships.select_for_update(of=("self",)).filter(person_id=person, end_reason="died")
    row = rows.order_by("-ended_on", "-pk").first()
    if row is None:
        raise GuardFailed("person", _("Orang ini tidak tercatat meninggal di keluarga ini. Muat ulang halamannya."))
    return row
