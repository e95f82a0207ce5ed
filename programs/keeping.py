"""Stored advice: what the rules said of a family and since when, renewed for the families about whom something changed.

It answers "which families may be eligible, and since when" without evaluating everybody. Advice, never a decision; the case
file evaluates afresh and says beside it since when that stands and whether the data changed since (`selectors.advised`).
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Max, Prefetch, Q

from households.models import Family, Household, Membership, Person, SurveyRound
from households.querysets.household import BY_RELATION
from households.registry.rounds import has_moved, knowing_moves, rounds_of, stays_of
from programs.eligibility import FamilyFacts, evaluate
from programs.models import Enrolment, FamilyAdvice, Programme, ProgrammeRule
from programs.selectors import FamilyRecord, facts_of
from slrt.core import clock
from slrt.core.marks import writing_for

CHUNK = 250
KEPT = "facts_mark"  # what is kept of a family; named in the marks, so that everybody is looked at again when it grows
# What a run looks at once more: rows are dated by the clock of the machine that wrote them, which may have stood a day behind the
# one of the last run, and an import that was open then dates its rows from hours before they can be seen.
OVERLAP = timedelta(hours=26)
NUMBERED = (Membership._meta.db_table, SurveyRound._meta.db_table)  # new rows of these are known by their numbers
WRITTEN = ["outcomes", "changed_at", "checked_at", "facts_mark"]
Rules = list[tuple[Programme, list[dict[str, Any]]]]


def rules_on(day: date) -> Rules:
    """Return every active programme with its newest rule in force."""
    newest: dict[int, list[dict[str, Any]]] = {}
    for rule in ProgrammeRule.objects.in_force(day).order_by("valid_from"):
        newest[rule.programme_id] = rule.conditions
    return [(programme, newest.get(programme.pk, [])) for programme in Programme.objects.active().order_by("pk")]


def read_families(ids: Iterable[int]) -> list[tuple[Family, FamilyRecord]]:
    """Return families with what was ever said about them, in a handful of queries for all and some more for each that moved."""
    rounds = SurveyRound.objects.order_by("collected_on", "pk").prefetch_related("person_answers")
    members = Membership.objects.open().select_related("person").order_by(BY_RELATION, "person__birth_date")
    current = Enrolment.objects.current().select_related("programme")
    families = (
        knowing_moves(Family.objects.filter(pk__in=list(ids)))
        .select_related("household")
        .prefetch_related(
            Prefetch("household__rounds", rounds, to_attr="rounds_read"),
            Prefetch("memberships", members, to_attr="members_read"),
            Prefetch("enrolments", current, to_attr="enrolments_read"),
        )
    )
    return [
        (
            family,
            FamilyRecord(
                _own(family) if has_moved(family) else family.household.rounds_read,  # type: ignore[attr-defined]
                family.members_read,  # type: ignore[attr-defined]
                frozenset(row.programme.code for row in family.enrolments_read),  # type: ignore[attr-defined]
            ),
        )
        for family in families
    ]


def _own(family: Family) -> list[SurveyRound]:
    return list(rounds_of(family, stays_of(family)).prefetch_related("person_answers"))


def outcomes(family: Family, record: FamilyRecord, rules: Rules, day: date) -> dict[str, str]:
    """Return the outcome (meets, fails, unknown) of every programme's rule for a family on a day, by programme code."""
    return _put(rules, facts_of(family, record), day)


def _put(rules: Rules, facts: FamilyFacts, day: date) -> dict[str, str]:
    """Put the rules to the facts."""
    return {programme.code: str(evaluate(programme, conditions, facts, day).outcome) for programme, conditions in rules}


def reevaluate(marks: dict[str, Any], step: Callable[[int, int], None] = lambda done, total: None) -> dict[str, int]:
    """Renew the advice of the families that changed since `marks`, and move the marks on; return counts: checked, changed.

    Everybody is evaluated in the first run and after a rule changed. Stopped halfway it begins again from the old marks and
    finds the same families; what is unchanged keeps its date.
    """
    now, day = clock.now(), clock.today()
    rules = rules_on(day)
    mark = _mark_of(rules)
    since = datetime.fromisoformat(marks["since"]) if marks.get("rules") == mark else None
    tops = _tops(marks)
    ids = sorted(Family.objects.values_list("pk", flat=True) if since is None else changed_since(since, marks, now))
    changed = 0
    for start in range(0, len(ids), CHUNK):
        step(start, len(ids))
        changed += _renew(ids[start : start + CHUNK], rules, day, now)
    step(len(ids), len(ids))
    marks.update(tops, since=(now - OVERLAP).isoformat(), rules=mark)
    return {"checked": len(ids), "changed": changed}


def _tops(marks: dict[str, Any]) -> dict[str, int]:
    """Return up to which number memberships and rounds are seen by this run.

    Whoever writes some at the moment may commit smaller numbers than are there already: then they stay where they were.
    """
    tops = {
        "membership": Membership.objects.aggregate(n=Max("pk"))["n"] or 0,
        "round": SurveyRound.objects.aggregate(n=Max("pk"))["n"] or 0,
    }
    if writing_for(NUMBERED) is None:
        return tops
    return {name: marks.get(name, 0) for name in tops}


def _mark_of(rules: Rules) -> str:
    text = json.dumps([KEPT, *([programme.code, conditions] for programme, conditions in rules)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def changed_since(since: datetime, marks: dict[str, Any], now: datetime) -> set[int]:
    """Return the families about whom anything a rule can read has changed: data, members, answers, enrolments, birthdays."""
    left = apps.get_model("households", "MembershipEvent")
    touched = Q(updated_at__gt=since) | Q(household__in=Household.objects.filter(updated_at__gt=since))
    touched |= Q(household__in=SurveyRound.objects.filter(pk__gt=marks.get("round", 0)).values("household"))
    families = set(Family.objects.filter(touched).values_list("pk", flat=True))
    families |= set(left._default_manager.filter(pgh_created_at__gt=since).values_list("family_id", flat=True))
    families |= set(Enrolment.objects.filter(updated_at__gt=since).values_list("family_id", flat=True))
    people = Person.objects.filter(Q(updated_at__gt=since) | _birthday_between(since.date(), now.date()))
    members = Membership.objects.filter(Q(pk__gt=marks.get("membership", 0)) | Q(person__in=people))
    return families | set(members.values_list("family_id", flat=True))


def _birthday_between(first: date, last: date) -> Q:
    """Somebody grew a year older after `first` up to `last`; born on 29 February counts with 1 March."""
    days = {first + timedelta(days=n) for n in range(min((last - first).days, 366) + 2)}
    found = Q(pk__in=[])
    for month, day in {(d.month, d.day) for d in days} | (
        {(2, 29)} if any(d.month == 3 and d.day == 1 for d in days) else set()
    ):
        found |= Q(birth_date__month=month, birth_date__day=day)
    return found


def _renew(ids: list[int], rules: Rules, day: date, now: datetime) -> int:
    """Write what changed; an outcome that stays the same keeps the day since which it stands."""
    with transaction.atomic():
        kept = {row.family_id: row for row in FamilyAdvice.objects.select_for_update().filter(pk__in=ids)}
        rows, changed = [], 0
        for family, record in read_families(ids):
            stored = kept.get(family.pk)
            before = stored.outcomes if stored else {}
            facts = facts_of(family, record)
            said = _put(rules, facts, day)
            after = {
                code: before[code]
                if before.get(code, {}).get("outcome") == outcome
                else {"outcome": outcome, "since": day.isoformat()}
                for code, outcome in said.items()
            }
            changed += after != before
            since = stored.changed_at if stored and after == before else now
            rows.append(
                FamilyAdvice(family=family, outcomes=after, changed_at=since, checked_at=now, facts_mark=facts.mark)
            )
        FamilyAdvice.objects.bulk_create(rows, update_conflicts=True, unique_fields=["family"], update_fields=WRITTEN)
    return changed
