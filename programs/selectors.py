"""Facts of a family for the rules, and the advice that comes of them."""

from datetime import date

from households.models import Family
from programs.catalogue import FLAGS, VISIT_FLAGS
from programs.eligibility import FamilyFacts, MemberFacts, Verdict, evaluate, ranked
from programs.models import Programme, ProgrammeRule
from slrt.core import clock


def facts_of(family: Family) -> FamilyFacts:
    """Return what is known of a family: newest answer of each variable, whichever round it comes from."""
    house: dict[str, str] = {}
    answers: dict[int, dict[str, str]] = {}
    flags: set[str] = set()
    rounds = family.household.rounds.order_by("collected_on", "pk").prefetch_related("person_answers")
    for survey in rounds:
        house.update({k: v for k, v in survey.answers.items() if isinstance(v, str)})
        if "program" in survey.answers:
            flags = {VISIT_FLAGS[code] for code in survey.answers["program"] if code in VISIT_FLAGS}
        for row in survey.person_answers.all():
            answers.setdefault(row.person_id, {}).update(row.answers)
            flags |= {code for flag, code in FLAGS.items() if row.answers.get(flag) == "1"}
    members = [
        _member(membership.person, answers.get(membership.person_id, {}))
        for membership in family.memberships.open().select_related("person")
    ]
    enrolled = family.enrolments.current().values_list("programme__code", flat=True)
    return FamilyFacts(family.decile, tuple(members), house, frozenset(flags | set(enrolled)))


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


def advice(family: Family, on: date | None = None) -> list[Verdict]:
    """Return advice on every active programme, those the family meets first."""
    on = on or clock.today()
    rules: dict[int, list[dict]] = {}
    for rule in ProgrammeRule.objects.in_force(on).order_by("programme_id", "valid_from"):
        rules[rule.programme_id] = rule.conditions
    facts = facts_of(family)
    verdicts = [evaluate(programme, rules.get(programme.pk, []), facts, on) for programme in Programme.objects.active()]
    return ranked(verdicts)
