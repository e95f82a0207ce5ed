"""A programme's rule tried out on the families of an area before it is saved. Nothing is written and nothing is decided."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from households.models import Family
from programs.eligibility import FamilyFacts, Outcome, evaluate
from programs.eligibility.conditions import faults
from programs.keeping import CHUNK, read_families
from programs.models import ProgrammeRule
from programs.selectors import facts_of
from slrt.accounts.models import User
from slrt.accounts.querysets import covers, within
from slrt.accounts.roles import Permission as P
from slrt.core import clock

SAMPLE = 2000  # families a rule is tried out on; where there are more, as many spread evenly over all
FEW = 5  # below it a number is not told to somebody who may not see the families; the others are rounded to it


@dataclass(frozen=True)
class Count:
    """How many families stand so by the rule of today and by the one tried out; None where the number is too small to tell."""

    outcome: Outcome
    now: int | None
    then: int | None


@dataclass(frozen=True)
class Rehearsal:
    """A rule beside the one in force today (`before`: its conditions, None without one). `come` and `go`: families that would
    begin or cease to meet it. `looked` of `total` families were looked at; `rounded`: the numbers are not exact."""

    rule: ProgrammeRule
    before: list[dict[str, Any]] | None
    counts: list[Count]
    come: int | None
    go: int | None
    looked: int
    total: int
    rounded: bool

    @property
    def sampled(self) -> bool:
        """Whether only some families were looked at."""
        return self.looked < self.total


def rehearse(user: User, candidates: list[ProgrammeRule]) -> list[Rehearsal]:
    """Return what each rule, saved or not, would say of the families in the areas whose families or registers are the person's.

    A rule is taken as in force today. Whoever may not see all of the families is told rounded numbers, and none under `FEW`.
    """
    areas = user.areas_for(P.FAMILY_VIEW) + user.areas_for(P.USERS_MANAGE)
    families = Family.objects.filter(within(areas, "household__village__code"), merged_into=None)
    ids = list(families.order_by("household__village_id", "pk").values_list("pk", flat=True))
    chosen = _spread(ids)
    rounded = not _sees_all(user, areas)
    facts = list(_facts(chosen))
    return [_tried(rule, facts, len(ids), rounded) for rule in candidates]


def _spread(ids: list[int]) -> list[int]:
    """The same families every time, so that two rules can be compared."""
    if len(ids) <= SAMPLE:
        return ids
    return [ids[n * len(ids) // SAMPLE] for n in range(SAMPLE)]


def _sees_all(user: User, areas: Iterable[str]) -> bool:
    seen = user.areas_for(P.FAMILY_VIEW)
    return all(any(covers(one, area) for one in seen) for area in areas)


def _facts(ids: list[int]) -> Iterable[FamilyFacts]:
    for start in range(0, len(ids), CHUNK):
        for family, record in read_families(ids[start : start + CHUNK]):
            yield facts_of(family, record)


def _tried(rule: ProgrammeRule, facts: list[FamilyFacts], total: int, rounded: bool) -> Rehearsal:
    day = clock.today()
    newest = ProgrammeRule.objects.in_force(day).filter(programme=rule.programme_id).order_by("-valid_from").first()
    before = newest.conditions if newest else None
    asked = before if before and not faults(before) else []  # what cannot be read, an officer looks at
    pairs = Counter(
        (
            evaluate(rule.programme, asked, family, day).outcome,
            evaluate(rule.programme, rule.conditions, family, day).outcome,
        )
        for family in facts
    )

    def told(chosen: Any) -> int | None:
        number = sum(count for pair, count in pairs.items() if chosen(*pair))
        if not rounded or number == 0:
            return number
        return None if number < FEW else FEW * round(number / FEW)

    return Rehearsal(
        rule=rule,
        before=before,
        counts=[
            Count(one, told(lambda now, then, one=one: now == one), told(lambda now, then, one=one: then == one))
            for one in Outcome
        ],
        come=told(lambda now, then: now != Outcome.MEETS and then == Outcome.MEETS),
        go=told(lambda now, then: now == Outcome.MEETS and then != Outcome.MEETS),
        looked=len(facts),
        total=total,
        rounded=rounded,
    )
