"""Facts of a family for the rules, and the advice that comes of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Subquery

from households.choices.survey import CodeBook
from households.models import Family, Membership, SurveyRound
from households.querysets.household import BY_RELATION
from households.registry.rounds import rounds_of, stays_of
from programs.catalogue import FLAGS, VISIT_FLAGS
from programs.eligibility import FamilyFacts, MemberFacts, Outcome, Verdict, evaluate, ranked
from programs.models import FamilyAdvice, Programme, ProgrammeRule
from slrt.core import clock

# Variables that both code books have with the same codes for the same answers; a test compares their words.
SHARED = ("hamil", "bekerja", "lahan", "rumah_lain")


@dataclass(frozen=True)
class FamilyRecord:
    """What was ever said about a family, read once for all that is shown of it."""

    rounds: list[SurveyRound]  # oldest first, with the answers about persons
    memberships: list[Membership]
    enrolled: frozenset[str]  # codes of the programmes it takes part in


def record_of(family: Family, enrolled: Iterable[str] | None = None) -> FamilyRecord:
    """Read a family's record; `enrolled` when it is known already."""
    rounds = rounds_of(family, stays_of(family)).select_related("collected_by")
    if enrolled is None:
        enrolled = family.enrolments.current().values_list("programme__code", flat=True)
    return FamilyRecord(
        list(rounds.prefetch_related("person_answers")),
        list(family.memberships.open().select_related("person").order_by(BY_RELATION, "person__birth_date")),
        frozenset(enrolled),
    )


def facts_of(family: Family, record: FamilyRecord) -> FamilyFacts:
    """Return what is known of a family: newest answer of each variable, whichever round it comes from.

    Rules are written in codes of BDT 2015. Of a round under the other code book only those variables count whose codes mean the
    same in both; nothing is translated, and what no round of BDT 2015 answered is not known. Of a house the family left only what
    was said about persons and programmes counts.
    """
    house: dict[str, str] = {}
    answers: dict[int, dict[str, str]] = {}
    flags: set[str] = set()
    for survey in record.rounds:
        same = survey.codebook == CodeBook.BDT2015
        if survey.household_id == family.household_id:
            house.update({k: v for k, v in survey.answers.items() if isinstance(v, str) and (same or k in SHARED)})
        if "program" in survey.answers:
            flags = {VISIT_FLAGS[code] for code in survey.answers["program"] if code in VISIT_FLAGS}
        for row in survey.person_answers.all():
            said = {k: v for k, v in row.answers.items() if same or k in SHARED}
            answers.setdefault(row.person_id, {}).update(said)
            flags |= {code for flag, code in FLAGS.items() if said.get(flag) == "1"}
    members = [_member(row.person, answers.get(row.person_id, {})) for row in record.memberships]
    return FamilyFacts(family.decile, tuple(members), house, frozenset(flags | record.enrolled))


def _member(person, answers: dict[str, str]) -> MemberFacts:
    return MemberFacts(
        born=person.birth_date,
        sex=person.sex,
        pregnant=answers.get("hamil", ""),
        disability=answers.get("disabilitas", ""),
        illness=answers.get("penyakit", ""),
        schooling=answers.get("sekolah", ""),
        working=answers.get("bekerja", ""),
        nik_known=person.nik_index is not None,
    )


def advice(family: Family, record: FamilyRecord | None = None, on: date | None = None) -> list[Verdict]:
    """Return advice on every active programme, those the family meets first."""
    return _verdicts(facts_of(family, record or record_of(family)), on or clock.today())


def _verdicts(facts: FamilyFacts, on: date) -> list[Verdict]:
    newest = ProgrammeRule.objects.in_force(on).filter(programme=OuterRef("pk")).order_by("-valid_from")
    programmes = Programme.objects.active().annotate(rule=Subquery(newest.values("conditions")[:1]))
    return ranked([evaluate(programme, programme.rule or [], facts, on) for programme in programmes])


@dataclass(frozen=True)
class Standing:
    """Advice on one programme beside what is stored: since when it stands, or what was said before it changed."""

    verdict: Verdict
    since: date | None = None
    before: Outcome | None = None


@dataclass(frozen=True)
class Advised:
    """All advice on a family. `checked_at` is the last periodic check (None: never); `touched`: its facts changed since."""

    standings: list[Standing]
    checked_at: datetime | None = None
    touched: bool = False


def advised(family: Family, record: FamilyRecord, on: date | None = None) -> Advised:
    """Return advice from the data of now, beside the stored one, which `family.stored_advice` holds if it was ever made."""
    facts = facts_of(family, record)
    verdicts = _verdicts(facts, on or clock.today())
    stored: FamilyAdvice | None = getattr(family, "stored_advice", None)
    if stored is None:
        return Advised([Standing(verdict) for verdict in verdicts])
    touched = bool(stored.facts_mark) and stored.facts_mark != facts.mark
    return Advised(
        [_standing(verdict, stored.outcomes.get(verdict.programme.code)) for verdict in verdicts],
        stored.checked_at or stored.changed_at,
        touched,
    )


def _standing(verdict: Verdict, said: dict[str, str] | None) -> Standing:
    if said is None:
        return Standing(verdict)
    if said["outcome"] == verdict.outcome:
        return Standing(verdict, since=date.fromisoformat(said["since"]))
    return Standing(verdict, before=Outcome(said["outcome"]))
