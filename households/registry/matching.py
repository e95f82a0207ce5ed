"""What a NIK is compared by: when any of it changes, the comparison with Dukcapil's records has to be made again."""

from typing import Any

from households.models import Person
from households.names import fold


def compared(person: Person) -> tuple[Any, ...]:
    """Return what a comparison looks at, to tell whether a change touched it. A name counts as it is searched, not as spelt."""
    index = bytes(person.nik_index) if person.nik_index is not None else None
    return index, fold(person.name), person.birth_date, person.sex
