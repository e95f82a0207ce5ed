"""Deadlines in working days at the office (Asia/Jakarta). Saturdays, Sundays and the given holidays do not count.

First response 3 working days (SP4N-LAPOR! verification); information 5, without field check 14, with field check 60 days
(Perpres 76/2013 practice). The receiver of a referral answers within 5 working days.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OFFICE = ZoneInfo("Asia/Jakarta")
CLOSING = time(16, 0)
FIRST_RESPONSE_DAYS = 3
RECEIVER_DAYS = 5
RUNG_DAYS = 5  # that a late complaint stays at a rung before the program hands it to the next; the office's own setting
DAYS_BY_KIND = {"question": 5, "suggestion": 14, "grievance": 14}
FIELD_CHECK_DAYS = 60


def is_working(day: date, holidays: Collection[date]) -> bool:
    """Whether the office works on a day."""
    return day.weekday() < 5 and day not in holidays


def due_at(start: datetime, days: int, holidays: Collection[date] = ()) -> datetime:
    """Return the office's closing time on the working day so many working days after `start` (aware)."""
    day, left = start.astimezone(OFFICE).date(), days
    while left:
        day += timedelta(days=1)
        left -= is_working(day, holidays)
    return datetime.combine(day, CLOSING, OFFICE)


def shifted(due: datetime, paused_from: datetime, paused_to: datetime) -> datetime:
    """Return a deadline moved by the time in which the case waited for the citizen."""
    return due + max(paused_to - paused_from, timedelta(0))
