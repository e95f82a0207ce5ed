"""Looks once through everything in a workbook that may be a sheet, before a reader is chosen: how many texts it announces, and how far
its cells may reach.
"""

import io
import re
import zipfile
from dataclasses import dataclass

from households.importing.reach import may_be_far, pieces

MERGED = b"mergeCell"
LAST = b"</c>"
# A sheet with more values than shared texts is not of texts: some are numbers, dates, answers or errors. What is written in
# another way than usual, so that counting does not tell, shows in the columns.
VALUE = b"</v></c>"
SHARED = b' t="s"'
INLINE = b' t="inlineStr"'
# Written in another encoding than UTF-8, where nothing can be looked for and the two readers differ.
ENCODED = re.compile(rb"\A(?:\xff\xfe|\xfe\xff|<\x00|\x00<)|encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)
TEXTS = "xl/sharedStrings.xml"  # no sheet, unless it says so
SHEET = b"sheetData"

Texts = tuple[int, bool]


@dataclass(frozen=True)
class Announced:
    """Of all that may be a sheet: how many texts each announces, and whether in its cells; None when some hold anything else,
    are hidden or merged. `far` names the members of the archive whose cells may reach too far for a reader.
    """

    texts: frozenset[Texts] | None
    far: frozenset[str]


def look_through(data: bytes) -> Announced:
    """Look through a workbook, a little at a time. Raises BadZipFile or KeyError for none."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        hidden = b"idden" in archive.read("xl/workbook.xml")
        seen = {member: _seen(archive, member) for member in archive.infolist()}
    texts = [looked.texts for looked in seen.values()]
    told = None if hidden or None in texts else frozenset(text for text in texts if text)
    return Announced(told, frozenset(member.filename for member, looked in seen.items() if looked.far))


@dataclass
class _Seen:
    """What is known of a member so far; `texts` is None once it is not of texts."""

    texts: Texts | None = (0, False)
    far: bool = False


def _seen(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> _Seen:
    seen, count, before = _Seen(), _Count(), b""
    try:
        for read in pieces(archive, member):
            if not before and ENCODED.search(read.partition(b"?>")[0]):
                seen.texts = None
            if member.filename == TEXTS and SHEET not in read:
                continue
            seen.far = seen.far or may_be_far(before, read)
            if seen.texts and not count.goes_on(before, read):
                seen.texts = None
            before = read
    except Exception:  # whatever it is, it is not known to be harmless
        return _Seen(None, far=True)
    if seen.texts:
        seen.texts = count.texts
    return seen


class _Count:
    """Counts the texts of a sheet."""

    def __init__(self) -> None:
        self._shared = self._inline = self._values = 0
        self._some_shared = self._some_inline = False

    def goes_on(self, before: bytes, read: bytes) -> bool:
        """Count a piece behind another; whether all is of texts so far, and nothing merged."""
        if not before:
            self._some_shared, self._some_inline = SHARED in read, INLINE in read
        self._shared += _count(SHARED, before, read) if self._some_shared else 0
        self._inline += _count(INLINE, before, read) if self._some_inline else 0
        self._values += _count(VALUE, before, read)
        # A piece may end within a cell.
        return self._shared in (self._values, self._values + 1) and not _merged(before, read)

    @property
    def texts(self) -> Texts | None:
        return (self._shared + self._inline, self._inline > 0) if self._shared == self._values else None


def _merged(before: bytes, read: bytes) -> bool:
    """Whether merged cells are told behind the last cell of a piece, where they stand, or begin in the one before."""
    rest = len(MERGED) - 1
    return MERGED in read[max(read.rfind(LAST), 0) :] or MERGED in before[-rest:] + read[:rest]


def _count(word: bytes, before: bytes, read: bytes) -> int:
    """How often a word stands in what was read, or begins in what was read before."""
    rest = len(word) - 1
    return read.count(word) + (before[-rest:] + read[:rest]).count(word)
