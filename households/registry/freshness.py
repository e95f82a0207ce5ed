"""Whose data grew old: the one definition, for the number on a home, for its list and for the job that has them renewed.

A family's data are as old as its newest survey round, of one that moved house the newest of its own (`rounds`). A family that
nobody ever asked is as old as its row.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
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

    Most families never moved: the database compares the rounds of their house, as one join. Those that moved are few; their own
    rounds are looked at here, and the join leaves them to what was found.
    """
    oldest = oldest_day()
    old, young = _moved(families, oldest)
    taken = SurveyRound.objects.filter(household=OuterRef("household"))
    lately = taken.filter(collected_on__gte=oldest)
    if old:
        asked_of = ExpressionWrapper(OuterRef("pk"), output_field=BigIntegerField())
        lately = lately.annotate(asked_of=asked_of).exclude(asked_of__in=old)
    begun = timezone.make_aware(datetime.combine(oldest, time.min))
    known = Q(created_at__lt=begun) | Exists(taken) | Q(pk__in=old)
    return families.exclude(pk__in=young).filter(~Exists(lately), known)


def _moved(families: QuerySet, oldest: date) -> tuple[list[int], list[int]]:
    """Those among these families that moved house: whose own data are old, and whose are not; read for many at a time."""
    moved = families.filter(pk__in=RegistryEvent.objects.filter(**rounds.MOVES).values("family")).order_by()
    rows: Iterator[Any] = moved.only("pk", "household_id", "created_at").distinct().iterator(chunk_size=CHUNK)
    old: list[int] = []
    young: list[int] = []
    while chunk := list(islice(rows, CHUNK)):
        own = rounds.of_moved(chunk)
        for family in chunk:
            newest = max(own.get(family.pk, {}).values(), default=timezone.localdate(family.created_at))
            (old if newest < oldest else young).append(family.pk)
    return old, young
