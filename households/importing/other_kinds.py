"""Which other kind of file its headings belong to: whoever uploads has to say the kind, and the first one stands chosen."""

from collections.abc import Iterable

from households.choices.imports import ImportKind
from households.importing.blank import Headings, headings
from households.importing.columns import plain


def fitting(headers: Iterable[str], *, but: str) -> list[ImportKind]:
    """Return the kinds of which these headings name every needed column and one of the keys, without the one that was said.

    None where more than half of what the said kind needs is there: a heading of it differs, and a kind that needs little, as a list
    of deciles does, fits every extract. For the same reason no kind is named beside one that reads all its headings and more.
    """
    there = {plain(header) for header in headers}
    lines = headings()
    if any(line.kind == but and _mostly(line.needed, there) for line in lines):
        return []
    fit = [line for line in lines if line.kind != but and _fits(line, there)]
    return [line.kind for line in fit if not any(_read(line, there) < _read(other, there) for other in fit)]


def reading_more(headers: Iterable[str], *, than: str) -> list[ImportKind]:
    """Return the kinds that fit, too, a file that was read as what was said, and read all of its headings that were read and more.

    An extract has all that a list of deciles needs: read as one, each family that is new is refused as unknown.
    """
    there = {plain(header) for header in headers}
    lines = headings()
    read = next(_read(line, there) for line in lines if line.kind == than)
    return [line.kind for line in lines if read < _read(line, there) and _fits(line, there)]


def _mostly(needed: Iterable[str], there: set[str]) -> bool:
    names = {plain(name) for name in needed}
    return 2 * len(names & there) > len(names)


def _fits(line: Headings, there: set[str]) -> bool:
    keys = {plain(name) for name in line.one_of}
    return {plain(name) for name in line.needed} <= there and (not keys or bool(keys & there))


def _read(line: Headings, there: set[str]) -> set[str]:
    return {plain(name) for name in (*line.needed, *line.one_of, *line.known)} & there
