"""Which routing rule proposes a way for a complaint, and what another rule would change. Pure: no database, no request."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from slrt.accounts.querysets import covers


class Rule(Protocol):
    """What counts of a rule: its area, and the sector and issue it is for; an empty one stands for every one."""

    area_id: str
    sector: str
    issue: str


R = TypeVar("R", bound=Rule)


@dataclass(frozen=True)
class Case:
    """What counts of a complaint: its sector, its issue and its village's code."""

    sector: str
    issue: str
    place: str


def fits(rule: Rule, case: Case) -> bool:
    """Whether a rule is for such a complaint."""
    wanted = rule.sector in ("", case.sector) and rule.issue in ("", case.issue)
    return wanted and covers(rule.area_id, case.place)


def particularity(rule: Rule) -> tuple[int, bool, bool]:
    """Return what rules that fit are compared by: the smallest area, then a named issue, then a named sector."""
    return len(rule.area_id), bool(rule.issue), bool(rule.sector)


def most_particular(rules: Iterable[R]) -> R | None:
    """Return the rule that counts among those that fit; None without one."""
    return max(rules, key=particularity, default=None)


@dataclass(frozen=True)
class Effect:
    """What a rule would do for one complaint: whether it would propose, and which rule proposes without it."""

    proposes: bool
    instead_of: Rule | None = None


def effect(candidate: Rule, others: Iterable[Rule], case: Case) -> Effect:
    """Return what a rule would do for a complaint beside the other active rules. `others` must not hold the candidate itself."""
    if not fits(candidate, case):
        return Effect(False)
    now = most_particular(rule for rule in others if fits(rule, case))
    if now is not None and particularity(now) > particularity(candidate):
        return Effect(False)
    return Effect(True, now)
