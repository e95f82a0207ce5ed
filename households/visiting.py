"""A home visit: begun, filled screen by screen, resumed, checked, sent. Sending writes everything in one transaction."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from households.choices import CodeBook, RefusalReason, Relation, SurveyKind, VisitOrigin, VisitStatus
from households.codebook import BOOKS
from households.codebook.sorting import sort_answers
from households.codebook.variable import UNKNOWN
from households.models import Family, FormerFamilyCard, Household, Membership, Person, PersonAnswers, SurveyRound, Visit
from households.models.registration import ENDED_STATES
from households.names import fold
from households.questionnaire import VERSION, Step, consent, relevant_answers, waiting
from households.questionnaire.flow import empty_answers
from households.questionnaire.structure import OWNED
from households.registry.photos import take_over
from households.workflow import propose
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.core import clock, crypto, outbox
from slrt.core.errors import GuardFailed, NotPermitted, StaleVersion, TransitionNotAllowed

PERSON_FIELDS = ("name", "birth_date", "sex", "marital")
MEMBER_FIELDS = ("name", "nik", "birth_date", "sex", "marital", "relation")
HOUSEHOLD_FIELDS = ("hamlet", "address", "rt", "rw")
YOUNGEST_PARENT = 10  # years between a parent and a child below which a birth date must be wrong
_BOOK = BOOKS["bdt2015"]


@dataclass(frozen=True)
class Problem:
    """Something that keeps a visit from being sent, with the screen where it is mended."""

    step_id: str
    sentence: str


def begin(
    *, by: User, village_id: str, family: Family | None = None, first: dict[str, str] | None = None, kk: str = ""
) -> Visit:
    """Start a visit to a new or a known family; the answers of a known one are filled in. Raises NotPermitted.

    `first` (nik or name of the head) and `kk` were typed in the search before; nobody types them twice.
    """
    visit = Visit(facilitator=by, village_id=village_id, family=family, questionnaire=VERSION)
    _demand(may(by, Permission.VISIT_WRITE, visit))
    handed = family and by.visits.filter(family=family, state=VisitStatus.DRAFT, origin=VisitOrigin.RENEWAL).first()
    if handed:
        return handed  # the program has already laid this visit out for them
    visit.answers = known_answers(family) if family else empty_answers()
    if first:
        visit.answers["first"] = first
    if kk:
        visit.answers["household"]["kk"] = kk
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
    about: dict[int, dict[str, Any]] = {}
    if last is not None and last.codebook == CodeBook.BDT2015:
        answers["household"].update({**last.answers, **(last.private or {})})
        about = {row.person_id: {**row.answers, **(row.private or {})} for row in last.person_answers.all()}
    versions: dict[str, int] = {}
    members = family.memberships.open().select_related("person").order_by("relation", "person__birth_date", "pk")
    for membership in members:
        person, key = membership.person, f"p{membership.person_id}"
        answers["order"].append(key)
        versions[key] = person.version
        answers["members"][key] = {
            **_ticks_of(about.get(person.pk, {})),
            "person_id": person.pk,
            "nik": person.nik_encrypted or "",
            "no_nik_reason": person.no_nik_reason,
            "name": person.name,
            "birth_date": person.birth_date.isoformat() if person.birth_date else "",
            "sex": person.sex,
            "marital": person.marital,
            "relation": membership.relation,
        }
    answers["versions"] = {"family": family.version, "household": house.version, "members": versions}
    # What the registry said when the visit began: only what differs from it later was changed by somebody else.
    answers["base"] = {"": {name: answers["household"].get(name, "") for name in (*HOUSEHOLD_FIELDS, "kk")}}
    for key in answers["order"]:
        answers["base"][key] = {name: answers["members"][key].get(name, "") for name in MEMBER_FIELDS}
    return answers


def _ticks_of(about: dict[str, Any]) -> dict[str, Any]:
    """Turn the codes of an earlier round back into the ticks that ask for them."""
    ticks = dict(about)
    for name, tick, none in (("disabilitas", "ada_disabilitas", "00"), ("penyakit", "ada_penyakit", "0")):
        if name in about:
            ticks[tick] = UNKNOWN if about[name] == UNKNOWN else "2" if about[name] == none else "1"
    if about.get("sekolah") in ("0", "1", "2"):
        ticks["masih_sekolah"] = "1" if about["sekolah"] == "1" else "2"
        ticks["belum_sekolah"] = "1" if about["sekolah"] == "0" else "2"
    return ticks


def mark(answers: dict[str, Any], step: Step) -> str:
    """Return a short sign of what a screen's answers are now. A page carries it back, so that a change meanwhile is noticed."""
    own = answers["members"].get(step.member, {}) if step.member else answers["household"]
    values: dict[str, Any] = {}
    for question in step.screen.questions:
        if question.kind == "members":
            ticks = {key: answers["members"][key].get(question.name, "") for key in answers["order"]}
            values[question.name] = {key: tick for key, tick in ticks.items() if tick}
        for name in OWNED if question.kind == "owned" else (question.name,):
            values[name] = values.get(name) or own.get(name) or ""
    return crypto.blind_index(json.dumps(values, sort_keys=True)).hex()[:16]


@dataclass(frozen=True)
class Seen:
    """What a page knew when it was shown: the mark of its screen, and its own number."""

    step: Step
    mark: str
    page: str


def save_screen(
    visit: Visit,
    *,
    by: User,
    household: dict[str, Any],
    members: dict[str, dict[str, Any]],
    step_id: str,
    complete: bool,
    typed: dict[str, str] | None = None,
    seen: Seen | None = None,
) -> Visit:
    """Keep what was entered on one screen. `complete` False (autosave) keeps it without counting the screen as done.

    `typed` holds texts that are not valid yet; they are shown again and never become answers. With `seen`, raises StaleVersion
    when another page changed the screen meanwhile and the two differ; then nothing changed.
    """
    with transaction.atomic():
        row = _draft(visit, by)
        answers = row.answers
        if seen is not None:
            _demand_unchanged(row, seen, household, members)
            answers.setdefault("writers", {})[step_id] = seen.page
        answers["household"].update(household)
        for key, values in members.items():
            answers["members"].setdefault(key, {}).update(values)
            if key not in answers["order"]:
                answers["order"].append(key)
        answers.setdefault("typed", {})[step_id] = typed or {}
        begun = answers.setdefault("begun", [])
        if complete:
            answers.setdefault("asked", {})[step_id] = list(answers["order"])
            answers["saved"] = [*answers["saved"], *([] if step_id in answers["saved"] else [step_id])]
            answers["begun"] = [other for other in begun if other != step_id]
        elif step_id not in begun:
            begun.append(step_id)
        if step_id == "consent" and complete:
            answers["consent_version"] = consent.VERSION
        row.answers, row.screen, row.version = answers, step_id, row.version + 1
        row.save()
    return row


def _demand_unchanged(row: Visit, seen: Seen, household: dict[str, Any], members: dict[str, dict[str, Any]]) -> None:
    answers = row.answers
    if seen.mark == mark(answers, seen.step) or answers.get("writers", {}).get(seen.step.id) == seen.page:
        return
    differing = [
        name
        for own, entered in (
            (answers["household"], household),
            *((answers["members"].get(key, {}), values) for key, values in members.items()),
        )
        for name, value in entered.items()
        if (own.get(name) or "") != (value or "")
    ]
    if differing:
        raise StaleVersion(_("Layar ini juga diisi di tempat lain sesudah Anda membukanya."), current=row)


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
    """Return what has to be mended before sending: screens not filled, no head, two heads, one NIK twice, impossible ages."""
    answers, found = visit.answers, []
    for step in waiting(answers, clock.today()):
        if step.screen.optional:
            sentence = _('Bagian "%(title)s" sudah diisi sebagian. Simpan dulu layarnya.')
        else:
            sentence = _('Bagian "%(title)s" belum diisi.')
        sentence %= {"title": step.screen.title}
        if step.member:
            sentence = f"{answers['members'][step.member].get('name') or _('Belum bernama')}: {sentence}"
        found.append(Problem(step.id, sentence))
    members = [answers["members"][key] for key in answers["order"]]
    heads = [member for member in members if member.get("relation") == Relation.HEAD]
    if not members:
        found.append(Problem("members", _("Belum ada anggota keluarga. Tambahkan kepala keluarga dulu.")))
    elif len(heads) != 1:
        sentence = (
            _("Belum ada kepala keluarga. Pilih satu anggota.")
            if not heads
            else _("Ada lebih dari satu kepala keluarga. Sisakan satu.")
        )
        found.append(Problem("members", sentence))
    niks = [member["nik"] for member in members if member.get("nik") not in (None, "", UNKNOWN)]
    if len(set(niks)) != len(niks):
        found.append(Problem("members", _("Dua anggota memakai NIK yang sama. Periksa KTP keduanya.")))
    return found + _ages(answers)


def _ages(answers: dict[str, Any]) -> list[Problem]:
    """A child older than its mother or father, or born when they were children themselves."""
    found: list[Problem] = []
    for key in answers["order"]:
        child = answers["members"][key]
        if child.get("relation") == Relation.CHILD and not child.get("kept_reason"):
            found += [Problem(f"person:{key}", sentence) for sentence in odd_ages(answers, key, child)]
    return found


def odd_ages(answers: dict[str, Any], key: str, member: dict[str, Any]) -> list[str]:
    """Return a sentence for each parent of whom `member` would be a child too old to be theirs, or the other way round.

    A stepchild may be older than its step-parent, so a reason that the facilitator gives is accepted.
    """
    sentences = []
    for other_key in answers["order"]:
        other = answers["members"][other_key]
        relations = (member.get("relation"), other.get("relation"))
        if other_key == key or Relation.CHILD not in relations:
            continue
        child, parent = (member, other) if relations[0] == Relation.CHILD else (other, member)
        born, parent_born = _day(child.get("birth_date")), _day(parent.get("birth_date"))
        if parent.get("relation") not in (Relation.HEAD, Relation.SPOUSE) or born is None or parent_born is None:
            continue
        if (child is other and child.get("kept_reason")) or born.year - parent_born.year >= YOUNGEST_PARENT:
            continue
        sentence = (
            _("%(child)s tercatat sebagai anak, tetapi lebih tua dari %(parent)s. Periksa tanggal lahir keduanya.")
            if born <= parent_born
            else _("%(child)s tercatat lahir waktu %(parent)s masih anak-anak. Periksa tanggal lahir keduanya.")
        )
        sentences.append(sentence % {"child": child.get("name", ""), "parent": parent.get("name", "")})
    return sentences


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def refuse(visit: Visit, *, by: User, reason: str) -> Visit:
    """Record that the family does not consent. What was filled in is emptied; only the refusal and its reason stay.

    Raises GuardFailed for an unknown reason, TransitionNotAllowed for a visit that is not a draft.
    """
    with transaction.atomic():
        row = _draft(visit, by)
        if reason not in RefusalReason.values:
            raise GuardFailed("reason", _("Pilih alasan. Jika keluarga tidak menyebutnya, pilih yang pertama."))
        row.answers = {**empty_answers(), "consent_version": consent.VERSION}
        row.state, row.refusal, row.screen, row.version = VisitStatus.REFUSED, reason, "", row.version + 1
        row.save()
        trail.write("refuse", row, by=by, from_state=VisitStatus.DRAFT, to_state=row.state, reason=reason)
    return row


def send(visit: Visit, *, by: User, attested: bool) -> Visit:
    """Write the visit into the registry. Raises GuardFailed, StaleVersion or TransitionNotAllowed; then nothing changed."""
    with transaction.atomic():
        row = _draft(visit, by)
        found = problems(row)
        if found:
            raise GuardFailed("", found[0].sentence)
        if row.answers["household"].get("consent") != "1":
            raise GuardFailed("", _("Keluarga harus setuju dulu datanya dicatat."))
        if not attested:
            raise GuardFailed("attested", _("Centang pernyataan bahwa data ini benar menurut pengamatan Anda."))
        family = _write(row, by)
        if not family.registrations.exclude(state__in=ENDED_STATES).exists():
            propose(family, by=by)
        take_over(row, family)
        row.family, row.state, row.sent_at, row.version = family, VisitStatus.SENT, clock.now(), row.version + 1
        row.save()
        trail.write("send", row, by=by, from_state=VisitStatus.DRAFT, to_state=row.state, family=family.pk)
        trail.write("visited", family, by=by, place=row.village_id, visit=row.pk)
        members = family.memberships.open().order_by("pk").values_list("person", flat=True)
        outbox.promise("households.search_duplicates", persons=list(members))
    return row


def accept_stored_version(
    visit: Visit, *, by: User, versions: dict[str, Any], stored: Collection[tuple[str, str, Any]] = ()
) -> Visit:
    """Settle a clash: the facilitator saw what changed meanwhile, and the next sending is measured against it.

    `stored` lists (member key or "", field, value) for each value of the registry that is taken over into the draft. An empty
    field stands for the whole member: the answers of one who came into the family, None for one who left it.
    """
    with transaction.atomic():
        row = _draft(visit, by)
        answers = {**row.answers, "versions": versions}
        for key, name, value in stored:
            if name:
                own = answers["members"][key] if key else answers["household"]
                own[name] = value
            elif value is None:
                answers["order"] = [other for other in answers["order"] if other != key]
                answers["removed"] = [*answers.get("removed", []), key]
            else:
                answers["members"][key] = value
                answers["order"] = [*answers["order"], key]
        row.answers = answers
        row.version += 1
        row.save()
    return row


def _draft(visit: Visit, by: User) -> Visit:
    row = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    _demand(may(by, Permission.VISIT_WRITE, row))
    if row.facilitator_id != by.pk:
        raise NotPermitted(_("Ini kunjungan orang lain."))
    if row.state != VisitStatus.DRAFT:
        sentence = _("Data kunjungan ini sudah terkirim.") if row.sent_at else _("Keluarga ini menolak didata.")
        raise TransitionNotAllowed(sentence)
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
        **_open_and_private(kept),
        consent_version=answers["consent_version"],
        attested=True,
    )
    for key in answers["order"]:
        kept_members[key]["kept_reason"] = answers["members"][key].get("kept_reason")
    PersonAnswers.objects.bulk_create(
        PersonAnswers(person=persons[key], round=visit.round, **_open_and_private(kept_members[key]))
        for key in answers["order"]
    )
    return family


def _open_and_private(kept: dict[str, Any]) -> dict[str, Any]:
    """Split answers into what stands in clear and what is kept encrypted, each only of the code book."""
    found = sort_answers(_BOOK, kept)
    if kept.get("kept_reason"):  # why an odd number or age was kept, in the facilitator's words
        found.private["kept_reason"] = kept["kept_reason"]
    return {"answers": found.open, "private": found.private or None}


def _said(value: Any) -> Any:
    """What the registry keeps of an answer: "not known" is empty there; the round keeps it as it was said."""
    return "" if value in (None, UNKNOWN) else value


def _family(visit: Visit, kept: dict[str, Any]) -> Family:
    answers = visit.answers
    if visit.family_id is None:
        house = Household.objects.create(village_id=visit.village_id)
        family = Family(household=house)
    else:
        house = Household.objects.select_for_update(of=("self",)).get(families=visit.family_id)
        family = Family.objects.select_for_update(of=("self",)).get(pk=visit.family_id)
        seen = answers.get("versions", {})
        now = {f"p{m.person_id}": m.person.version for m in family.memberships.open().select_related("person")}
        known = (seen.get("family"), seen.get("household"), seen.get("members", now))
        if known != (family.version, house.version, now):
            raise StaleVersion(_("Data keluarga ini diubah orang lain sesudah Anda mulai."), current=family)
    changed = {name: _said(kept.get(name)) for name in HOUSEHOLD_FIELDS}
    changed.update(_position(kept))
    for name, value in changed.items():
        setattr(house, name, value)
    house.version += 1
    house.save()
    _card(family, _said(kept.get("kk")))
    family.household = house
    family.version += 1
    family.save()
    return family


def _position(kept: dict[str, Any]) -> dict[str, Any]:
    if not (_said(kept.get("latitude")) and _said(kept.get("longitude"))):
        return {}
    accuracy = _said(kept.get("accuracy"))
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
    nik = _said(entered.get("nik"))
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
        if _said(entered.get(name)):
            setattr(person, name, entered[name])
    person.birth_date = _day(entered.get("birth_date")) or person.birth_date
    person.name_folded = fold(person.name)
    person.version += 1 if person.pk else 0
    person.save()
    _membership(person, family, _said(entered["relation"]), today)
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
