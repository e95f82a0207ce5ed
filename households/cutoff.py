"""The monthly day by which proposals have to be sent: what comes later waits for the next month."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from django.conf import settings


@dataclass(frozen=True)
class Cutoff:
    """The next cut-off day and how many days are left; 0 on the day itself."""

    on: date
    days: int


def next_cutoff(today: date) -> Cutoff:
    """Return the next cut-off on or after a day (REGISTRATION_CUTOFF_DAY; the month's last day where it has fewer)."""
    year, month = today.year, today.month
    on = _in_month(year, month)
    if on < today:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        on = _in_month(year, month)
    return Cutoff(on, (on - today).days)


def _in_month(year: int, month: int) -> date:
    return date(year, month, min(settings.REGISTRATION_CUTOFF_DAY, monthrange(year, month)[1]))
