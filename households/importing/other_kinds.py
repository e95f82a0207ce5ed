"""Which other kind of file its headings belong to: whoever uploads has to say the kind, and the first one stands chosen."""

from collections.abc import Iterable

from households.choices.imports import ImportKind
from households.importing.blank import headings
from households.importing.columns import plain


def fitting(headers: Iterable[str], *, but: str) -> list[ImportKind]:
    """Return the kinds of which these headings name every needed column and one of the keys, without the one that was said.

    None where more than half of what the said kind needs is there: a heading of it differs, and a kind that needs little, as a list
    of deciles does, fits every extract.
    """
    there = {plain(header) for header in headers}
    lines = headings()
    if any(line.kind == but and _mostly(line.needed, there) for line in lines):
        return []
    return [line.kind for line in lines if line.kind != but and _names(line.needed, line.one_of, there)]


def _mostly(needed: Iterable[str], there: set[str]) -> bool:
    names = {plain(name) for name in needed}
    return 2 * len(names & there) > len(names)


def _names(needed: Iterable[str], one_of: Iterable[str], there: set[str]) -> bool:
    keys = {plain(name) for name in one_of}
    return {plain(name) for name in needed} <= there and (not keys or bool(keys & there))
