"""The fields of the registry that a visit fills, and how an answer becomes their value."""

from datetime import date
from typing import Any

from households.codebook.variable import UNKNOWN

PERSON_FIELDS = ("name", "birth_date", "sex", "marital")
MEMBER_FIELDS = ("name", "nik", "birth_date", "sex", "marital", "relation")
HOUSEHOLD_FIELDS = ("hamlet", "address", "rt", "rw")


def said(value: Any) -> Any:
    """What the registry keeps of an answer: "not known" is empty there; the round keeps it as it was said."""
    return "" if value in (None, UNKNOWN) else value


def day_of(text: Any) -> date | None:
    """Return a date of its ISO text; None when it is none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
