"""Which survey rounds tell of a family: those of every house it lived in, taken while it lived there.

A round belongs to a house. A family that moves leaves the rounds of its old house behind and finds those of the new one, which
tell of other people. Where it lived is read from the moves recorded in the registry (events that were not taken back).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q

from households.choices.events import EventKind
from households.models import Family, Membership, PersonAnswers, RegistryEvent, SurveyRound

MOVES = {"kind": EventKind.REHOUSE, "undone_at": None}


@dataclass(frozen=True)
class Stay:
    """A house and the days from and to which a family lived there; None where no move tells it."""

    household_id: int
    since: date | None = None
    until: date | None = None


def knowing_moves(families: Any) -> Any:
    """Let families bring their moves along (`moves_known`), so that `stays_of` asks nothing more about them."""
    moves = RegistryEvent.objects.filter(family=OuterRef("pk"), **MOVES).order_by("at", "pk")
    return families.annotate(
        moved_rows=ArraySubquery(moves.values("rows")), moved_on=ArraySubquery(moves.values("happened_on"))
    )


def has_moved(family: Family) -> bool:
    """Whether a family that knows its moves (`knowing_moves`) ever moved."""
    return bool(family.moved_on)  # type: ignore[attr-defined]


def stays_of(family: Family) -> list[Stay]:
    """Return where the family lived, oldest house first, its present one last; asks nothing when the family knows its moves."""
    if hasattr(family, "moved_on"):
        return _stays(family, zip(family.moved_rows, family.moved_on, strict=True))  # type: ignore[attr-defined]
    events = family.registry_events.filter(**MOVES).order_by("at", "pk")
    return _stays(family, ((event.rows, event.happened_on) for event in events))


def _stays(family: Family, moves: Iterable[tuple[list[dict[str, Any]], date]]) -> list[Stay]:
    found: list[Stay] = []
    since = None
    for rows, day in moves:
        left = next((row["before"].get("household") for row in rows if _is(family, row)), None)
        if left is not None:
            found.append(Stay(left, since, day))
            since = day
    return [*found, Stay(family.household_id, since)]


def of_moved(families: Iterable[Family]) -> dict[int, dict[int, date]]:
    """Return of those among `families` that moved house, by family, their rounds (`rounds_of`): round and its day.

    Families that never moved are left out. Four questions to the database, however many families there are.
    """
    rows = {family.pk: family for family in families}
    moves: dict[int, list[tuple[list[dict[str, Any]], date]]] = {}
    for event in RegistryEvent.objects.filter(family__in=rows, **MOVES).order_by("at", "pk"):
        moves.setdefault(event.family_id, []).append((event.rows, event.happened_on))
    stays = {pk: _stays(rows[pk], events) for pk, events in moves.items()}
    if not stays:
        return {}
    houses = {stay.household_id for lived in stays.values() for stay in lived}
    taken: dict[int, list[tuple[int, date]]] = {}
    rounds = SurveyRound.objects.filter(household__in=houses)
    for pk, house, day in rounds.values_list("pk", "household_id", "collected_on"):
        taken.setdefault(house, []).append((pk, day))
    asked: dict[int, set[int]] = {}
    for survey, person in PersonAnswers.objects.filter(round__in=rounds.values("pk")).values_list("round", "person"):
        asked.setdefault(survey, set()).add(person)
    members: dict[int, list[tuple[int, date, date]]] = {}
    for family, person, start, end in Membership.objects.filter(family__in=stays).values_list(
        "family_id", "person_id", "started_on", "ended_on"
    ):
        members.setdefault(family, []).append((person, start or date.min, end or date.max))

    def own(family: int, survey: int, day: date) -> bool:
        there = {person for person, start, end in members.get(family, []) if start <= day <= end}
        return not there.isdisjoint(asked.get(survey, ()))

    return {
        family: {
            survey: day
            for stay in lived
            for survey, day in taken.get(stay.household_id, [])
            if (stay.since or date.min) < day < (stay.until or date.max) or own(family, survey, day)
        }
        for family, lived in stays.items()
    }


def _is(family: Family, row: dict[str, Any]) -> bool:
    return (row["model"], row["pk"]) == (Family._meta.label, family.pk)


def rounds_of(family: Family, stays: list[Stay]) -> Any:
    """Return the rounds of the houses a family lived in (`stays_of`) as a query, oldest first.

    On the day of a move, and where the move was recorded late, a round counts when it asked somebody who was a member then.
    """
    ordered = SurveyRound.objects.order_by("collected_on", "pk")
    if len(stays) == 1:
        return ordered.filter(household=stays[0].household_id)
    asked = PersonAnswers.objects.filter(
        round=OuterRef("pk"), person__in=_members_on(family, OuterRef("round__collected_on"))
    )
    wanted = Q()
    for stay in stays:
        wanted |= Q(household=stay.household_id) & (_days(stay) | Q(own=True))
    return ordered.annotate(own=Exists(asked)).filter(wanted)


def _days(stay: Stay) -> Q:
    """The days between the moves, without those of the moves themselves."""
    days = Q()
    if stay.since is not None:
        days &= Q(collected_on__gt=stay.since)
    if stay.until is not None:
        days &= Q(collected_on__lt=stay.until)
    return days


def _members_on(family: Family, day: Any) -> Any:
    rows = Membership.objects.filter(family=family)
    rows = rows.filter(Q(started_on=None) | Q(started_on__lte=day), Q(ended_on=None) | Q(ended_on__gte=day))
    return rows.values("person")
