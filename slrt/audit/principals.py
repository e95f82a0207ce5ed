"""In whose name a step was taken: `in_name_of` of an entry's details, where the permission was another person's."""

from collections.abc import Iterable

from slrt.accounts.models import User
from slrt.audit.models import AuditEntry


def principals(entries: Iterable[AuditEntry]) -> dict[int, User]:
    """Return by number of the entry in whose name it was done, of those done in another's; no query where there is none."""
    asked = {entry.pk: pk for entry in entries if (pk := entry.details.get("in_name_of"))}
    people = User.objects.in_bulk(asked.values()) if asked else {}
    return {entry: people[pk] for entry, pk in asked.items() if pk in people}
