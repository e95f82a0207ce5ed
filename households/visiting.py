"""A home visit: begun, filled screen by screen, resumed, checked, sent. Sending writes everything in one transaction."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from households.choices import CodeBook, Relation, SurveyKind, VisitStatus
from households.codebook import BOOKS
from households.models import Family, FormerFamilyCard, Household, Membership, Person, PersonAnswers, SurveyRound, Visit
from households.models.registration import ENDED_STATES
from households.names import fold
from households.questionnaire import VERSION, relevant_answers, steps
from households.questionnaire.flow import empty_answers
from households.workflow import propose
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.core import clock, crypto, outbox
from slrt.core.errors import GuardFailed, NotPermitted, StaleVersion, TransitionNotAllowed

CONSENT_VERSION = "2026-1"
PERSON_FIELDS = ("name", "birth_date", "sex", "marital")
HOUSEHOLD_FIELDS = ("hamlet", "address", "rt", "rw")
_BOOK = BOOKS["bdt2015"]


@dataclass(frozen=True)
class Problem:
    """Something that keeps a visit from being sent, with the screen where it is mended."""

    step_id: str
    sentence: str


def begin(*, by: User, village_id: str, family: Family | None = None) -> Visit:
    """Start a visit to a new or a known family; the answers of a known one are filled in. Raises NotPermitted."""
    visit = Visit(facilitator=by, village_id=village_id, family=family, questionnaire=VERSION)
    _demand(may(by, Permission.VISIT_WRITE, visit))
    visit.answers = known_answers(family) if family else empty_answers()
    with transaction.atomic():
        visit.save()
        trail.write("begin", visit, by=by, to_state=visit.state, family=family.pk if family else None)
    return visit


def known_answers(family: Family) -> dict[str, Any]:
    """Return the answers of a new visit to a known family: what the registry holds, for the facilitator to confirm."""
    answers = empty_answers()
    house = family.household
    answers["household"] = {name: getattr(house, name) for name in HOUSEHOLD_FIELDS}
    answers["household"]["kk"] = family.kk_encrypted or ""
    last = house.rounds.order_by("-collected_on", "-pk").first()
    if last is not None and last.codebook == CodeBook.BDT2015:
        answers["household"].update(last.answers)
    for membership in family.memberships.open().select_related("person").order_by("relation", "person__birth_date"):
        person, key = membership.person, f"p{membership.person_id}"
        answers["order"].append(key)
        answers["members"][key] = {
            "person_id": person.pk,
            "nik": person.nik_encrypted or "",
            "no_nik_reason": person.no_nik_reason,
            "name": person.name,
            "birth_date": person.birth_date.isoformat() if person.birth_date else "",
            "sex": person.sex,
            "marital": person.marital,
            "relation": membership.relation,
        }
    answers["versions"] = {"family": family.version, "household": house.version}
    return answers


def save_screen(
    visit: Visit,
    *,
    by: User,
    household: dict[str, Any],
    members: dict[str, dict[str, Any]],
    step_id: str,
    complete: bool,
    typed: dict[str, str] | None = None,
) -> Visit:
    """Keep what was entered on one screen. `complete` False (autosave) keeps it without counting the screen as done.

    `typed` holds texts that are not valid yet; they are shown again and never become answers.
    """
    with transaction.atomic():
        row = _draft(visit, by)
        answers = row.answers
        answers["household"].update(household)
        for key, values in members.items():
            answers["members"].setdefault(key, {}).update(values)
            if key not in answers["order"]:
                answers["order"].append(key)
        answers.setdefault("typed", {})[step_id] = typed or {}
        if complete and step_id not in answers["saved"]:
            answers["saved"].append(step_id)
        row.answers, row.screen, row.version = answers, step_id, row.version + 1
        row.save()
    return row


def remove_member(visit: Visit, key: str, *, by: User) -> Visit:
    """Take a member out of the visit; `restore_member` brings them back with everything entered."""
    with transaction.atomic():
        row = _draft(visit, by)
        answers = row.answers
        if key in answers["order"]:
            answers["order"].remove(key)
            answers.setdefault("removed", []).append(key)
        row.answers, row.version = answers, row.version + 1
        row.save()
    return row


def restore_member(visit: Visit, key: str, *, by: User) -> Visit:
    """Undo `remove_member`."""
    with transaction.atomic():
        row = _draft(visit, by)
        answers = row.answers
        if key in answers["members"] and key not in answers["order"]:
            answers["order"].append(key)
            answers["removed"] = [k for k in answers.get("removed", []) if k != key]
        row.answers, row.version = answers, row.version + 1
        row.save()
    return row


def new_member_key(answers: dict[str, Any]) -> str:
    """Return a key for the next new member."""
    taken = [int(key[1:]) for key in answers["members"] if key.startswith("m")]
    return f"m{max(taken, default=0) + 1}"


def problems(visit: Visit) -> list[Problem]:
    """Return what has to be mended before sending: screens not filled, no head, two heads, one NIK twice."""
    answers, found = visit.answers, []
    for step in steps(answers, clock.today()):
        if step.id not in answers["saved"]:
            found.append(Problem(step.id, _('Bagian "%(title)s" belum diisi.') % {"title": step.screen.title}))
    heads = [k for k in answers["order"] if answers["members"][k].get("relation") == Relation.HEAD]
    if not answers["order"]:
        found.append(Problem("members", _("Belum ada anggota keluarga. Tambahkan kepala keluarga dulu.")))
    elif len(heads) != 1:
        sentence = (
            _("Belum ada kepala keluarga. Pilih satu anggota.")
            if not heads
            else _("Ada lebih dari satu kepala keluarga. Sisakan satu.")
        )
        found.append(Problem("members", sentence))
    niks = [answers["members"][k].get("nik") for k in answers["order"] if answers["members"][k].get("nik")]
    if len(set(niks)) != len(niks):
        found.append(Problem("members", _("Dua anggota memakai NIK yang sama. Periksa KTP keduanya.")))
    return found


def send(visit: Visit, *, by: User, attested: bool, consented: bool) -> Visit:
    """Write the visit into the registry. Raises GuardFailed, StaleVersion or TransitionNotAllowed; then nothing changed."""
    with transaction.atomic():
        row = _draft(visit, by)
        if not consented:
            raise GuardFailed("consented", _("Keluarga harus setuju dulu datanya dicatat."))
        if not attested:
            raise GuardFailed("attested", _("Centang pernyataan bahwa data ini benar menurut pengamatan Anda."))
        found = problems(row)
        if found:
            raise GuardFailed("", found[0].sentence)
        family = _write(row, by)
        if not family.registrations.exclude(state__in=ENDED_STATES).exists():
            propose(family, by=by)
        row.family, row.state, row.sent_at, row.version = family, VisitStatus.SENT, clock.now(), row.version + 1
        row.save()
        trail.write("send", row, by=by, from_state=VisitStatus.DRAFT, to_state=row.state, family=family.pk)
        trail.write("visited", family, by=by, place=row.village_id, visit=row.pk)
        members = family.memberships.open().order_by("pk").values_list("person", flat=True)
        outbox.promise("households.search_duplicates", persons=list(members))
    return row


def accept_stored_version(visit: Visit, *, by: User, versions: dict[str, int]) -> Visit:
    """The facilitator has seen what changed meanwhile: the next sending is measured against it."""
    with transaction.atomic():
        row = _draft(visit, by)
        row.answers = {**row.answers, "versions": versions}
        row.version += 1
        row.save()
    return row


def _draft(visit: Visit, by: User) -> Visit:
    row = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    _demand(may(by, Permission.VISIT_WRITE, row))
    if row.facilitator_id != by.pk:
        raise NotPermitted(_("Ini kunjungan orang lain."))
    if row.state != VisitStatus.DRAFT:
        raise TransitionNotAllowed(_("Data kunjungan ini sudah terkirim."))
    return row


def _demand(decision: Any) -> None:
    if not decision:
        raise NotPermitted(decision.reason)


def _write(visit: Visit, by: User) -> Family:
    answers, today = visit.answers, clock.today()
    kept, kept_members = relevant_answers(answers, today)
    family = _family(visit, kept)
    persons = {key: _person(family, answers["members"][key], today) for key in answers["order"]}
    _absent(family, {person.pk for person in persons.values()}, today)
    head = next(persons[k] for k in answers["order"] if answers["members"][k]["relation"] == Relation.HEAD)
    house = family.household
    if family.head_id != head.pk:
        family.head = head
        family.save()
    house.head = house.head or head
    house.last_visited_on = today
    house.save()
    visit.round = SurveyRound.objects.create(
        household=house,
        kind=SurveyKind.VISIT,
        codebook=CodeBook.BDT2015,
        collected_on=today,
        collected_by=by,
        answers={k: v for k, v in kept.items() if k in _BOOK},
        consent_version=CONSENT_VERSION,
        attested=True,
    )
    PersonAnswers.objects.bulk_create(
        PersonAnswers(
            person=persons[key], round=visit.round, answers={k: v for k, v in kept_members[key].items() if k in _BOOK}
        )
        for key in answers["order"]
    )
    return family


def _family(visit: Visit, kept: dict[str, Any]) -> Family:
    answers = visit.answers
    if visit.family_id is None:
        house = Household.objects.create(village_id=visit.village_id)
        family = Family(household=house)
    else:
        house = Household.objects.select_for_update(of=("self",)).get(families=visit.family_id)
        family = Family.objects.select_for_update(of=("self",)).get(pk=visit.family_id)
        seen = answers.get("versions", {})
        if (seen.get("family"), seen.get("household")) != (family.version, house.version):
            raise StaleVersion(_("Data keluarga ini diubah orang lain sesudah Anda mulai."), current=family)
    changed = {name: kept.get(name, "") for name in HOUSEHOLD_FIELDS}
    changed.update(_position(kept))
    for name, value in changed.items():
        setattr(house, name, value)
    house.version += 1
    house.save()
    _card(family, kept.get("kk", ""))
    family.household = house
    family.version += 1
    family.save()
    return family


def _position(kept: dict[str, Any]) -> dict[str, Any]:
    if not (kept.get("latitude") and kept.get("longitude")):
        return {}
    accuracy = kept.get("accuracy")
    return {
        "latitude": round(float(kept["latitude"]), 6),
        "longitude": round(float(kept["longitude"]), 6),
        "position_accuracy": int(float(accuracy)) if accuracy else None,
    }


def _card(family: Family, number: str) -> None:
    """A new number replaces the old one, which is kept; a number of another family is refused."""
    index = crypto.blind_index(number) if number else None
    if index is None or index == family.kk_index:
        return
    if Family.objects.filter(kk_index=index).exclude(pk=family.pk).exists():
        raise GuardFailed("card", _("Nomor KK ini sudah dipakai keluarga lain. Periksa kartunya."))
    if family.kk_index is not None:
        FormerFamilyCard.objects.create(
            family=family, kk_encrypted=family.kk_encrypted, kk_index=family.kk_index, until=clock.now()
        )
    family.kk_encrypted, family.kk_index = number, index


def _person(family: Family, entered: dict[str, Any], today: date) -> Person:
    nik = entered.get("nik") or ""
    index = crypto.blind_index(nik) if nik else None
    person = Person.objects.filter(pk=entered.get("person_id") or 0).first()
    known = Person.objects.filter(nik_index=index).first() if index else None
    if known is not None and person is not None and known.pk != person.survivor().pk:
        raise GuardFailed("person", _("Satu NIK di kunjungan ini milik orang lain yang sudah terdata."))
    # A draft may have been begun before the entry it names was merged into another.
    person = person.survivor() if person else known or Person()
    open_one = person.memberships.open().exclude(family=family).first() if person.pk else None
    if open_one is not None:
        raise GuardFailed(
            "person", _("Satu anggota sudah terdata di keluarga lain. Minta supervisor memindahkannya dulu.")
        )
    person.nik_encrypted, person.nik_index = (nik, index) if nik else (person.nik_encrypted, person.nik_index)
    person.no_nik_reason = "" if person.nik_index else entered.get("no_nik_reason", "")
    for name in PERSON_FIELDS:
        if entered.get(name):
            setattr(person, name, entered[name])
    person.birth_date = date.fromisoformat(entered["birth_date"])
    person.name_folded = fold(person.name)
    person.version += 1 if person.pk else 0
    person.save()
    _membership(person, family, entered["relation"], today)
    return person


def _membership(person: Person, family: Family, relation: str, today: date) -> None:
    if relation == Relation.HEAD:
        family.memberships.open().filter(relation=Relation.HEAD).exclude(person=person).update(relation=Relation.OTHER)
    current = family.memberships.open().filter(person=person).first()
    if current is None:
        Membership.objects.create(
            person=person, family=family, relation=relation, household_relation=relation, started_on=today
        )
    elif current.relation != relation or current.missing_since:
        current.relation, current.missing_since = relation, None
        current.save()


def _absent(family: Family, present: set[int], today: date) -> None:
    """Members whom the facilitator took out of a known family no longer live there; their history stays."""
    family.memberships.open().exclude(person_id__in=present).update(ended_on=today, end_reason="visit")
