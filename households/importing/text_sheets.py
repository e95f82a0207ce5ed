"""Reads sheets of nothing but texts, twice as fast as cell by cell, and refuses every other.

Empty cells are null here. What it refuses is not wrong: `cell_sheets` reads it.
"""

from collections.abc import Iterator

import fastexcel
import polars as pl

from households.importing.announced import Announced
from households.importing.headings import Names, find_heading
from households.importing.sheets import SHEET_ROWS, Sheet, first_rows


class NotOfTexts(Exception):
    """The workbook holds what is no text, a merged cell, or a hidden sheet."""


class TextBook:
    """A workbook in which nothing is hidden or merged."""

    def __init__(self, data: bytes, announced: Announced) -> None:
        if announced.texts is None:
            raise NotOfTexts
        self._texts = announced.texts
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
    """How many texts there are, as `announced` tells it: an empty one counts where it cannot have lost anything."""
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
