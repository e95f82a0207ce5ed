"""The number of a referral's letter: gap-free within a year."""

from datetime import datetime

from django.db import connection

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def next_number(at: datetime) -> str:
    """Return the next letter number of the year; the row of the counter stays locked until commit."""
    return f"460/{_next(at.year):03d}/SLRT/{_ROMAN[at.month - 1]}/{at.year}"


def _next(year: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO referrals_lettercounter (year, last) VALUES (%s, 1) "
            "ON CONFLICT (year) DO UPDATE SET last = referrals_lettercounter.last + 1 RETURNING last",
            [year],
        )
        return cursor.fetchone()[0]
