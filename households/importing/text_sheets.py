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
# Where the first rows of a sheet hold a number, a date, a yes or an error it is not begun with; what stands further down is found then.
NO_TEXT = re.compile(rb'<c (?![^>]*t="(?:s|str|inlineStr)")[^>]*[^/]>')
# Written in another encoding than UTF-8, where nothing can be looked for and the two readers differ.
ENCODED = re.compile(rb"\A(?:\xff\xfe|\xfe\xff|<\x00|\x00<)|encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)
TEXTS = "xl/sharedStrings.xml"  # no sheet


class NotOfTexts(Exception):
    """The workbook holds what is no text, a merged cell, or a hidden sheet."""


class TextBook:
    """A workbook in which nothing is hidden or merged."""

    def __init__(self, data: bytes) -> None:
        _demand_plain(data)
        self._book = fastexcel.read_excel(data)
        self.shown = self._book.sheet_names

    def sheet(self, name: str, names: Names) -> Sheet:
        # Rows count from the sheet's first, and a column of two types, or with an error that is no empty cell, raises.
        frame = self._book.load_sheet(
            name, header_row=None, skip_rows=0, schema_sample_rows=None, dtype_coercion="strict"
        ).to_polars()
        if any(kind != pl.String for kind in frame.dtypes) or _escaped(frame):
            raise NotOfTexts
        frame.columns = [str(n) for n in range(frame.width)]
        empty, top = first_rows(_rows(frame))
        heading = find_heading([list(row) for row in top], names)
        row = empty + heading.row if heading else 0
        return Sheet(name, heading, row, frame.slice(row).iter_slices(SHEET_ROWS))


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


def _demand_plain(data: bytes) -> None:
    """Look through everything that may be a sheet, a little at a time: merged cells are told behind the last row."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if b"idden" in archive.read("xl/workbook.xml"):
            raise NotOfTexts
        for member in archive.infolist():
            with archive.open(member) as file:
                before, read = b"", file.read(LOOKED_AT)
                if ENCODED.search(read) or NO_TEXT.search(read):
                    raise NotOfTexts
                while read and member.filename != TEXTS:
                    if MERGED in read or MERGED in before + read[: len(MERGED)]:
                        raise NotOfTexts
                    before, read = read[-len(MERGED) :], file.read(LOOKED_AT)
