"""Whom a question concerns and when it is put: the building blocks of the skip rules, the same for both code books."""

from collections.abc import Callable
from datetime import date

from households.questionnaire.structure import Answers


def age(member: Answers, today: date) -> int | None:
    """Full years of a member; the estimate when the birth date is not known, None when neither is."""
    try:
        born = date.fromisoformat(member.get("birth_date") or "")
    except ValueError:
        years = str(member.get("usia") or "")
        return int(years) if years.isdecimal() else None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def aged_from(years: int) -> Callable[[Answers, date], bool]:
    """Whom a question by ticks concerns: members from an age on."""
    return lambda member, today: (age(member, today) or 0) >= years


def may_be_pregnant(member: Answers, today: date) -> bool:
    """Women of 10 to 49."""
    years = age(member, today)
    return member.get("sex") == "2" and years is not None and 10 <= years <= 49


def house(name: str, *codes: str) -> Callable[[Answers, Answers, date], bool]:
    """Asked when the household's answer is one of `codes`."""
    return lambda answers, member, today: answers["household"].get(name) in codes


def own(name: str, *codes: str) -> Callable[[Answers, Answers, date], bool]:
    """Asked when the member's own answer is one of `codes`."""
    return lambda answers, member, today: member.get(name) in codes


def anyone(whom: Callable[[Answers, date], bool]) -> Callable[[Answers, Answers, date], bool]:
    """Asked when it concerns any member."""
    return lambda answers, member, today: any(whom(answers["members"][key], today) for key in answers["order"])


def at_least(years: int) -> Callable[[Answers, Answers, date], bool]:
    """Asked from an age on."""
    return lambda answers, member, today: (age(member, today) or 0) >= years


def marriageable(answers: Answers, member: Answers, today: date) -> bool:
    """Asked from 10 years on, and when the age is not known."""
    years = age(member, today)
    return years is None or years >= 10


def family_planning(answers: Answers, member: Answers, today: date) -> bool:
    """Asked of married women of 10 to 49."""
    return may_be_pregnant(member, today) and member.get("marital") == "2"
