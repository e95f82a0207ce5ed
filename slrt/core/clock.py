"""The one place that asks what time it is, so that rules can be given another answer in tests."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """Return the present moment, aware, UTC."""
    return timezone.now()


def today() -> date:
    """Return the date at the office (Asia/Jakarta)."""
    return timezone.localdate()
