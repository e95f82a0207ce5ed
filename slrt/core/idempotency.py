"""A form sent twice makes one record: the second sending gets the first one's answer."""

from collections.abc import Callable
from uuid import UUID, uuid4

from django.db import transaction

from slrt.core.errors import Malformed
from slrt.core.models import IdempotencyKey


def new_key() -> str:
    """Return a key for a freshly shown form."""
    return str(uuid4())


def once(key: str | UUID | None, *, user_id: int | None, purpose: str, make: Callable[[], object]) -> tuple[str, bool]:
    """Run `make` unless this key was used before; return (result as text, whether it ran now).

    `make` runs in the same transaction as the key, so a failure leaves neither. Two sendings at the same moment wait for
    each other on the key's row. A key of another person or purpose, or one that is none, is refused with Malformed. Without
    a key (old page, script) `make` simply runs.
    """
    if not key:
        with transaction.atomic():
            return str(make()), True
    try:
        key = UUID(str(key))
    except ValueError:
        raise Malformed from None
    with transaction.atomic():
        row, fresh = IdempotencyKey.objects.get_or_create(key=key, defaults={"user_id": user_id, "purpose": purpose})
        if not fresh:
            if (row.user_id, row.purpose) != (user_id, purpose):
                raise Malformed
            return row.result, False
        result = str(make())
        IdempotencyKey.objects.filter(key=key).update(result=result)
        return result, True
