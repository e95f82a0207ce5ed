"""How far the cells of a sheet reach: a reader makes room for every cell between the first and the last, filled or not.

Two cells at opposite corners of a spreadsheet are a small file and hundreds of gigabytes, so a sheet is measured before a reader
sees it. Its `dimension` may be missing or wrong: only the cells tell.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from xml.etree import ElementTree  # nosec B405 - expat bounds what entities grow to
from xml.parsers import expat

import polars as pl
from django.utils.translation import gettext_noop

from households.importing.unreadable import Unreadable
from slrt.core.numbers import masked

LOOKED_AT = 256 * 1024  # bytes of an archive's member
# About 2.6 GB in either reader. A sheet without a sign below stays within it: it ends at column ZZ and row 99,999, or at column AZ.
MOST_CELLS = 702 * 99_999
# Signs that a sheet may reach further: a cell that says in another way than usual where it stands, or not at all, one in a column
# of three letters, and one right of column AZ in a row of six digits.
SIGN = r"""[<:]c(?:[>/\t\r\n]| (?:[^r]|r(?:[^=]|=(?:[^"]|"(?:[A-Za-z]{3,}[0-9]|[B-Zb-z][A-Za-z][0-9]{6})))))"""
TAIL = 32  # bytes in which a sign fits
PLACE = re.compile(r"([A-Za-z]+)([0-9]+)")


class TooFar(Unreadable):
    """The sheet's cells reach so far that nearly all of what lies between them is empty."""

    def __init__(self, sheet: str, cell: str) -> None:
        super().__init__(
            gettext_noop(
                "Lembar “%(sheet)s” berisi sel sampai %(cell)s, jauh di luar tabelnya, jadi tidak dibuka. Hapus kolom dan "
                "baris kosong di kanan dan di bawah tabel, atau simpan tabelnya sebagai CSV, lalu unggah lagi."
            ),
            sheet=masked(sheet),
            cell=cell,
        )


class Torn(Exception):
    """A member of an archive holds something else than its directory says."""


def pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """A member of an archive, LOOKED_AT bytes at a time. Raises Torn for one that is longer than announced.

    Readers go on behind the announced end, where nobody would have looked.
    """
    longer = copy(member)
    longer.file_size += 1
    left = member.file_size
    with archive.open(longer) as file:
        while read := file.read(LOOKED_AT):
            left -= len(read)
            if left < 0:
                raise Torn
            yield read


def may_be_far(before: bytes, read: bytes) -> bool:
    """Whether a piece of a sheet, behind another, holds a sign that its cells may reach further than MOST_CELLS."""
    return bool(pl.Series([(before[-TAIL:] + read).decode("latin-1")]).str.contains(SIGN).item())


@dataclass
class Box:
    """What lies between the filled cells of a sheet; rows count from the sheet's first, since readers do."""

    first_column: int = 0
    last_column: int = 0
    last_row: int = 0

    @property
    def cells(self) -> int:
        return self.last_row * (self.last_column - self.first_column + 1) if self.last_row else 0

    def hold(self, row: int, column: int) -> None:
        self.first_column = min(self.first_column or column, column)
        self.last_column, self.last_row = max(self.last_column, column), max(self.last_row, row)

    def __str__(self) -> str:
        """The corner at the end, as a spreadsheet writes it."""
        letters, left = "", self.last_column
        while left:
            left, letter = divmod(left - 1, 26)
            letters = chr(ord("A") + letter) + letters
        return f"{letters}{self.last_row}"


class Reach:
    """The sheets of a workbook of which some of the archive's `members` may reach too far."""

    def __init__(self, data: bytes, members: frozenset[str]) -> None:
        self._data, self._members = data, members

    def demand(self, sheet: str) -> None:
        """Raise TooFar for a sheet that no reader can make room for, Torn or ExpatError for one that cannot be measured."""
        if not self._members:
            return
        with zipfile.ZipFile(io.BytesIO(self._data)) as archive:
            names = _files_of(archive, sheet)
            for member in archive.infolist():
                if member.filename in self._members and (names is None or _file(member.filename) in names):
                    box = _box(pieces(archive, member))
                    if box.cells > MOST_CELLS:
                        raise TooFar(sheet, str(box))


def _files_of(archive: zipfile.ZipFile, sheet: str) -> set[str] | None:
    """The names of the files that may be the sheet, without their folders; None when the workbook does not tell."""
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314  # nosec B314
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314  # nosec B314
    except (KeyError, ElementTree.ParseError):
        return None
    ids = {
        value
        for element in book.iter()
        if _local(element.tag) == "sheet" and element.get("name") == sheet
        for key, value in element.items()
        if _local(key) == "id"
    }
    return {_file(link.get("Target", "")) for link in links.iter() if link.get("Id") in ids} or None


def _file(path: str) -> str:
    return re.split(r"[/\\]", path)[-1].lower()


def _local(name: str) -> str:
    return re.split("[}:]", name)[-1]


def _box(read: Iterator[bytes]) -> Box:
    """Go through a sheet from its first to its last cell. A cell or row that does not say where it stands follows the one before."""
    box, row, column = Box(), 1, 1
    cell: tuple[int, int] | None = None  # that we are in

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, cell
        kind, said = _local(name), attributes.get("r", "")
        if cell:
            box.hold(*cell)
        elif kind == "row" and said.isdecimal():
            row = int(said)
        elif kind == "c":
            place = PLACE.fullmatch(said)
            column = _number(place[1]) if place else column
            cell = (int(place[2]) if place else row, column)

    def end(name: str) -> None:
        nonlocal row, column, cell
        kind = _local(name)
        if kind == "c":
            column, cell = column + 1, None
        elif kind == "row":
            row, column = row + 1, 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    for piece in read:
        parser.Parse(piece)
    parser.Parse(b"", True)
    return box


def _number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
