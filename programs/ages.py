"""Members who reach an age at which programmes begin or end, and what that changes for their family: dated advice.

Which ages these are, the rules' own conditions say: school age is 6 to 21 for PIP and PKH, so it ends with the 22nd birthday; PKH
counts an elderly member from 70 on (Kepmensos 79/HUK/2025).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext_noop

from households.models import Family, Membership
from programs.eligibility import Outcome, turning_points
from programs.keeping import CHUNK, Rules, outcomes, read_families, rules_on
from programs.selectors import FamilyRecord
from slrt.accounts.roles import Permission as P
from slrt.core import clock
from slrt.core.sentence import Sentence
from slrt.jobs.models import Reminder
from slrt.jobs.reminding import Wanted, keep

THRESHOLDS = turning_points()
FIRST_LOOK = timedelta(days=31)  # how far the first run looks back
CURRENT = timedelta(days=180)  # after that the advice is old news
SUBJECT = "households.person"
MESSAGE = gettext_noop(
    "Genap %(age)d tahun. Mungkin berhak: %(gained)s. Mungkin tidak lagi: %(lost)s. Saran, bukan keputusan."
)


@dataclass(frozen=True)
class Birthday:
    """Somebody reached one of the thresholds on a day."""

    person: int
    family: int
    village: str
    age: int
    on: date


def birthdays(after: date, until: date) -> list[Birthday]:
    """Return who reached a threshold after one day and up to another; the dead and those who left are not counted."""
    found = []
    for age in THRESHOLDS:
        rows = Membership.objects.open().filter(
            person__died_on=None,
            person__birth_date__gt=years_before(after, age),
            person__birth_date__lte=years_before(until, age),
        )
        for person, family, village, born in rows.values_list(
            "person_id", "family_id", "family__household__village_id", "person__birth_date"
        ):
            found.append(Birthday(person, family, village, age, turns(born, age)))
    return found


def years_before(day: date, years: int) -> date:
    """Return the latest birth date of somebody who is so many years old on a day; 29 February counts from 1 March."""
    if (day.month, day.day) == (2, 29) and not _is_leap(day.year - years):
        return date(day.year - years, 2, 28)
    return day.replace(year=day.year - years)


def turns(born: date, age: int) -> date:
    """Return the day somebody reaches an age."""
    if (born.month, born.day) == (2, 29) and not _is_leap(born.year + age):
        return date(born.year + age, 3, 1)
    return born.replace(year=born.year + age)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def remind(marks: dict[str, Any], step: Callable[[int, int], None] = lambda done, total: None) -> dict[str, int]:
    """Tell facilitator and back office whose birthday changes the family's advice; move the marks on.

    Returns counts: reached (a threshold), affected (their family's advice differs from the day before). A second run on the
    same day finds the same people and raises nothing anew.
    """
    today = clock.today()
    after = date.fromisoformat(marks["until"]) if "until" in marks else today - FIRST_LOOK
    reached = birthdays(after, today)
    facilitator, office = [], []
    for number, (birthday, gained, lost) in enumerate(_consequences(reached), 1):
        step(number, len(reached))
        if not gained and not lost:
            continue
        facilitator.append(_wanted(birthday, gained, lost, P.VISIT_WRITE))
        if gained:
            office.append(_wanted(birthday, gained, lost, P.REFERRAL_DRAFT))
    keep("age", SUBJECT, facilitator, settle=False)
    keep("age.office", SUBJECT, office, settle=False)
    _settle(today)
    marks["until"] = today.isoformat()
    return {"reached": len(reached), "affected": len(facilitator)}


def _settle(today: date) -> None:
    """Close what is old news, and what was said of somebody who died or left the family since; a family that moved takes it along."""
    standing = Reminder.objects.open().filter(code__in=("age", "age.office"), subject=SUBJECT)
    standing.filter(since__lt=today - CURRENT).settle(clock.now())
    lives = Membership.objects.open().filter(person=OuterRef("subject_id"), person__died_on=None)
    there = lives.annotate(said=Cast("family_id", CharField())).filter(
        said=KeyTextTransform("family", OuterRef("counts"))
    )
    standing.exclude(Exists(there)).settle(clock.now())
    village = Subquery(there.values("family__household__village_id")[:1])
    standing.filter(Exists(there)).exclude(place=village).update(place=village)


def _consequences(reached: list[Birthday]) -> Iterator[tuple[Birthday, list[str], list[str]]]:
    """Yield every birthday with its consequences; families are read many at a time, and the rules of a day once."""
    rules: dict[date, Rules] = {}
    for start in range(0, len(reached), CHUNK):
        part = reached[start : start + CHUNK]
        read = {family.pk: (family, record) for family, record in read_families({row.family for row in part})}
        for birthday in part:
            if birthday.on not in rules:
                rules[birthday.on] = rules_on(birthday.on)
            yield birthday, *consequences(birthday, *read[birthday.family], rules[birthday.on])


def consequences(birthday: Birthday, family: Family, record: FamilyRecord, rules: Rules) -> tuple[list[str], list[str]]:
    """Return the codes of programmes the family may now meet, and of those it may no longer, because of the birthday."""
    before = outcomes(family, record, rules, birthday.on - timedelta(days=1))
    after = outcomes(family, record, rules, birthday.on)
    gained = [code for code in after if before[code] == Outcome.FAILS and after[code] != Outcome.FAILS]
    lost = [code for code in after if before[code] != Outcome.FAILS and after[code] == Outcome.FAILS]
    return sorted(gained), sorted(lost)


def _wanted(birthday: Birthday, gained: list[str], lost: list[str], permission: str) -> Wanted:
    said = {
        "age": birthday.age,
        "gained": ", ".join(gained) or "–",
        "lost": ", ".join(lost) or "–",
        "family": birthday.family,
    }
    return Wanted(
        birthday.person, birthday.on, Sentence(MESSAGE, said), place=birthday.village, permission=str(permission)
    )
