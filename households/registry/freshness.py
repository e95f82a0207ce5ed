"""Whose data grew old: the one definition, for the number on a home, for its list and for the job that has them renewed.

A family's data are as old as its newest survey round, of one that moved house the newest of its own (`rounds`). A family that
nobody ever asked is as old as its row.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from households.models import RegistryEvent, SurveyRound
from households.registry import rounds
from slrt.core import clock

CHUNK = 500


def oldest_day() -> date:
    """Return the first day that data may be of without being old."""
    return clock.today() - timedelta(days=settings.DATA_UPDATE_DAYS)


def with_old_data(families: QuerySet) -> QuerySet:
    """Return those of these families, a query, whose data are old.

    Nobody moved in most families: they are told from the rounds of their house in the database. Those that moved are few; their own
    rounds are looked at here.
    """
    oldest = oldest_day()
    moves = RegistryEvent.objects.filter(family=OuterRef("pk"), **rounds.MOVES)
    taken = SurveyRound.objects.filter(household=OuterRef("household"))
    asked = Exists(taken.filter(collected_on__gte=oldest))
    begun = timezone.make_aware(datetime.combine(oldest, time.min))
    stayed = ~Exists(moves) & ~asked & (Q(created_at__lt=begun) | Exists(taken))
    moved = RegistryEvent.objects.filter(**rounds.MOVES).values("family")
    return families.filter(stayed | Q(pk__in=list(_old_among(families.filter(pk__in=moved), oldest))))


def _old_among(moved: QuerySet, oldest: date) -> Iterator[int]:
    """Those that moved and whose own data are old; read for many at a time."""
    rows: Iterator[Any] = (
        moved.order_by().only("pk", "household_id", "created_at").distinct().iterator(chunk_size=CHUNK)
    )
    while chunk := list(islice(rows, CHUNK)):
        own = rounds.of_moved(chunk)
        for family in chunk:
            newest = max(own.get(family.pk, {}).values(), default=timezone.localdate(family.created_at))
            if newest < oldest:
                yield family.pk
