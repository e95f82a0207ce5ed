"""Writing the trail. Call inside the transaction of what it tells."""

from datetime import datetime
from typing import Any

from django.db import models

from slrt.accounts.models import User
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.numbers import masked


def write(
    verb: str,
    obj: models.Model | None,
    *,
    by: User | None,
    entry_kind: str = AuditEntry.Kind.CHANGE,
    from_state: str = "",
    to_state: str = "",
    note: str = "",
    place: str | None = None,
    at: datetime | None = None,
    **details: Any,
) -> AuditEntry:
    """Append one entry. `by` is None only for the program's own periodic work and for the server's console (which
    `details` tells). `details` takes codes, counts and ids.

    A NIK or KK number in a note or a text of `details` is kept masked: who reads the trail need not be allowed to see it.
    A row whose key is no number, such as a region, has no `subject_id`; its place names it.
    """
    return AuditEntry.objects.create(
        at=at or clock.now(),
        actor=by,
        kind=entry_kind,
        verb=verb,
        subject=obj._meta.label_lower if obj is not None else "",
        subject_id=obj.pk if obj is not None and isinstance(obj.pk, int) else None,
        place=place if place is not None else getattr(obj, "place_code", ""),
        from_state=from_state,
        to_state=to_state,
        note=masked(note),
        details=_masked(details),
    )


def read(verb: str, obj: models.Model, *, by: User, **details: Any) -> AuditEntry:
    """Note that a person's full number or another guarded value was shown to someone."""
    return write(verb, obj, by=by, entry_kind=AuditEntry.Kind.READ, **details)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {key: _masked(one) for key, one in value.items()}
    return [_masked(one) for one in value] if isinstance(value, list | tuple) else value
