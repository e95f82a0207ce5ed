"""What others write between the moment a person saw a comparison and the moment a file is applied."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from households.models.household import REGISTRY_WRITES
from slrt.core import clock, marks

REGISTRY = tuple(f"households_{name}" for name in ("household", "family", "person", "membership", "surveyround"))
# Where a file's comparison was seen, and where the registry's mark stood while it was made.
SEEN_AT, COMPARED_AT_MARK = "seen_at", "compared_at_mark"


def seen_at(besides: Sequence[str] = ()) -> str:
    """The moment from which on a write is one that the comparison about to be made does not see.

    `besides`: tables that it looks into besides the registry's.
    """
    # The database's rows carry the machine's time or, of jobs, the one that the clock tells.
    writing = marks.writing_for([*REGISTRY, *besides]) or timedelta()
    return (max(clock.now(), timezone.now()) - writing).isoformat()


def since(counts: Mapping[str, Any]) -> datetime | None:
    """When the person saw the comparison that these counts are of; None for counts that were kept without it."""
    return datetime.fromisoformat(counts[SEEN_AT]) if SEEN_AT in counts else None


def mark_now() -> int | None:
    """Where the registry stands for a comparison about to be made; None when somebody is writing."""
    stood, writing = marks.mark(REGISTRY_WRITES), marks.writing_for(REGISTRY)
    return None if writing is not None else stood


def still_stands(counts: Mapping[str, Any]) -> bool:
    """Whether nobody wrote in the registry since the comparison, or while it was made."""
    return counts.get(COMPARED_AT_MARK) == marks.mark(REGISTRY_WRITES)
