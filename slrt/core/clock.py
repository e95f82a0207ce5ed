"""The one place that asks what time it is, so that rules can be given another answer in tests and in demo data."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """Return the present moment, aware, UTC."""
    return _told.get() or timezone.now()


def today() -> date:
    """Return the date at the office (Asia/Jakarta)."""
    return timezone.localdate(now())


@contextmanager
def told(moment: datetime) -> Iterator[None]:
    """Answer with another moment inside the block; for tests and for demo data that lie in the past."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)
