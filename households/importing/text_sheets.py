"""Reads sheets of nothing but texts, twice as fast as cell by cell, and refuses every other.

Empty cells are null here. What it refuses is not wrong: `cell_sheets` reads it.
"""

import io
import re
import zipfile
from collections.abc import Iterator

import fastexcel
import polars as pl

from households.importing.headings import Names, find_heading
from households.importing.sheets import SHEET_ROWS, Sheet, first_rows

LOOKED_AT = 256 * 1024  # bytes of an archive's member
MERGED = b"mergeCell"
# A sheet with more values than shared texts is not begun with: some are numbers, dates, answers or errors. What is written in
# another way than usual, so that counting does not tell, shows in the columns.
VALUE = b"</v></c>"
SHARED = b' t="s"'
INLINE = b' t="inlineStr"'
# Written in another encoding than UTF-8, where nothing can be looked for and the two readers differ.
ENCODED = re.compile(rb"\A(?:\xff\xfe|\xfe\xff|<\x00|\x00<)|encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)
TEXTS = "xl/sharedStrings.xml"  # no sheet


class NotOfTexts(Exception):
    """The workbook holds what is no text, a merged cell, or a hidden sheet."""


class TextBook:
    """A workbook in which nothing is hidden or merged."""

    def __init__(self, data: bytes) -> None:
        self._texts = _texts_announced(data)
        self._data = data
        self._book: fastexcel.ExcelReader | None = fastexcel.read_excel(data)
        self.shown = self._book.sheet_names

    def sheet(self, name: str, names: Names) -> Sheet:
        # Rows count from the sheet's first, and a column of two types, or with an error that is no empty cell, raises.
        sheet = self._take_book().load_sheet(
            name, header_row=None, skip_rows=0, schema_sample_rows=None, dtype_coercion="strict"
        )
        columns = _Columns(sheet.__arrow_c_array__())
        del sheet  # its cells take more than the columns
        frame = pl.DataFrame(columns)
        if any(kind != pl.String for kind in frame.dtypes) or _escaped(frame):
            raise NotOfTexts
        if not _arrived(frame) & self._texts:
            raise NotOfTexts  # broken XML swallows texts without a word; the other reader goes through it a second time
        frame.columns = [str(n) for n in range(frame.width)]
        empty, top = first_rows(_rows(frame))
        heading = find_heading([list(row) for row in top], names)
        row = empty + heading.row if heading else 0
        return Sheet(name, heading, row, frame.slice(row).iter_slices(SHEET_ROWS))

    def _take_book(self) -> fastexcel.ExcelReader:
        """The opened workbook, without keeping its list of texts beside the columns that are made of them."""
        book, self._book = self._book or fastexcel.read_excel(self._data), None
        return book


class _Columns:
    """What a sheet handed over, for Polars to take without the sheet."""

    def __init__(self, capsules: tuple[object, object]) -> None:
        self._capsules = capsules

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        return self._capsules


def _arrived(frame: pl.DataFrame) -> set[tuple[int, bool]]:
    """How many texts there are, as `_texts_announced` tells it: an empty one counts where it cannot have lost anything."""
    texts = frame.width * frame.height - sum(column.null_count() for column in frame)
    return {(texts, False), (texts - sum(int((column == "").sum()) for column in frame), True)}


def _escaped(frame: pl.DataFrame) -> bool:
    """Whether a text may hold an escape like _x000D_: those in what a formula gave are left as they are by this reader alone."""
    return (
        frame.select(pl.any_horizontal(pl.all().str.contains("_x", literal=True).any())).item()
        if frame.width
        else False
    )


def _rows(frame: pl.DataFrame) -> Iterator[tuple[str, ...]]:
    for part in frame.iter_slices(100):
        yield from part.fill_null("").iter_rows()


def _texts_announced(data: bytes) -> set[tuple[int, bool]]:
    """Look through everything that may be a sheet, a little at a time; tell how many texts each announces, and whether in its cells."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if b"idden" in archive.read("xl/workbook.xml"):
            raise NotOfTexts
        return {_texts_of_member(archive, member) for member in archive.infolist()}


def _texts_of_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[int, bool]:
    before, shared, inline, values = b"", 0, 0, 0
    with archive.open(member) as file:
        read = file.read(LOOKED_AT)
        if ENCODED.search(read):
            raise NotOfTexts
        some_shared, some_inline = SHARED in read, INLINE in read
        while read and member.filename != TEXTS:
            shared += _count(SHARED, before, read) if some_shared else 0
            inline += _count(INLINE, before, read) if some_inline else 0
            values += _count(VALUE, before, read)
            # A piece may end within a cell; merged cells are told behind the last row.
            if shared not in (values, values + 1) or _count(MERGED, before, read):
                raise NotOfTexts
            before, read = read, file.read(LOOKED_AT)
    if shared != values:
        raise NotOfTexts
    return shared + inline, inline > 0


def _count(word: bytes, before: bytes, read: bytes) -> int:
    """How often a word stands in what was read, or begins in what was read before."""
    rest = len(word) - 1
    return read.count(word) + (before[-rest:] + read[:rest]).count(word)
