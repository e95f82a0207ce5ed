"""Whether a family meets a programme's rule: advice with reasons, never a decision. Pure; facts and rules come in, verdicts go out."""

from programs.eligibility.conditions import turning_points
from programs.eligibility.facts import FamilyFacts, MemberFacts
from programs.eligibility.verdict import Outcome, Verdict, evaluate, ranked

__all__ = ["FamilyFacts", "MemberFacts", "Outcome", "Verdict", "evaluate", "ranked", "turning_points"]
