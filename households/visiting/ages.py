"""Ages and relations on a visit that are odd: each is asked about until a reason for it is given."""

from typing import Any

from households.ages import Member, Oddity, oddities
from households.choices.person import Relation
from households.visiting.fields import day_of, said
from households.visiting.problem import Problem

# Where a draft keeps the reasons of a member: code of what is odd -> why it is right all the same.
REASONS = "kept_reasons"


def odd_members(answers: dict[str, Any]) -> list[Problem]:
    """Return what is odd between the members and has no reason yet, at the screen of the member it is said of."""
    return [Problem(f"person:{odd.keys[0]}", odd.sentence) for odd in _unexplained(answers)]


def odd_about(answers: dict[str, Any], key: str, member: dict[str, Any]) -> list[Oddity]:
    """Return what would be odd about a member with these answers, without what a reason was given for."""
    changed = {**answers, "members": {**answers["members"], key: member}}
    return [odd for odd in _unexplained(changed) if key in odd.keys]


def reasons_of(member: dict[str, Any]) -> str:
    """Return the reasons given for what is odd about a member, each once, as the round keeps them."""
    return "; ".join(dict.fromkeys(member.get(REASONS, {}).values()))[:1000]


def _unexplained(answers: dict[str, Any]) -> list[Oddity]:
    members = [_member(key, answers["members"][key]) for key in answers["order"]]
    return [
        odd
        for odd in oddities(members)
        if not any(odd.code in answers["members"][key].get(REASONS, {}) for key in odd.keys)
    ]


def _member(key: str, entered: dict[str, Any]) -> Member:
    relation = said(entered.get("relation")) or Relation.OTHER
    return Member(key, entered.get("name", ""), relation, day_of(entered.get("birth_date")))
