"""A programme's conditions put together: met, not met, or data missing, with the reasons in words.

The allocation follows the local guideline: the poorest tenth is proposed for every programme whose rule it meets, deciles 2
to 4 for those ranked by need; from decile 5 on, and without a decile, an officer looks. A person decides in every case.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from programs.eligibility.conditions import CONDITIONS
from programs.eligibility.facts import FamilyFacts


class Outcome(StrEnum):
    """What the data say; not what is decided."""

    MEETS = "meets"
    FAILS = "fails"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The word on the screen."""
        return {"meets": _("Memenuhi"), "fails": _("Tidak memenuhi"), "unknown": _("Data kurang")}[self.value]

    @property
    def tone(self) -> str:
        """The badge's tone."""
        return {"meets": "good", "fails": "neutral", "unknown": "warn"}[self.value]


@dataclass(frozen=True)
class Verdict:
    """Advice on one programme."""

    programme: Any
    outcome: Outcome
    reasons: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def evaluate(programme: Any, conditions: list[dict[str, Any]], family: FamilyFacts, on: date) -> Verdict:
    """Return the verdict of one programme's conditions; without conditions an officer has to look."""
    reasons, missing, failed = [], [], []
    for rule in conditions or [{"kind": "assessment"}]:
        answer, sentence = CONDITIONS[rule["kind"]](family, rule, on)
        (reasons if answer else missing if answer is None else failed).append(sentence)
    if failed:
        return Verdict(programme, Outcome.FAILS, failed)
    return Verdict(programme, Outcome.UNKNOWN if missing else Outcome.MEETS, reasons, missing)


def ranked(verdicts: list[Verdict]) -> list[Verdict]:
    """Return verdicts with those met first, then those that lack data, then the rest; more reasons first."""
    order = {Outcome.MEETS: 0, Outcome.UNKNOWN: 1, Outcome.FAILS: 2}
    return sorted(verdicts, key=lambda verdict: (order[verdict.outcome], -len(verdict.reasons)))
