"""Reads sheets cell by cell, whatever the cells hold: numbers, dates, errors, and cells that are merged."""

import gc
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from itertools import chain, islice
from typing import Any

import polars as pl
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from households.importing.headings import Names, find_heading
from households.importing.sheets import SHEET_ROWS, Sheet, first_rows


class CellBook:
    """A workbook of any cells."""

    def __init__(self, data: bytes) -> None:
        self._book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        self.shown = [sheet.name for sheet in self._book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]

    def sheet(self, name: str, names: Names) -> Sheet:
        sheet = self._book.get_sheet_by_name(name)
        rows = iter(sheet.iter_rows())
        empty, top = first_rows(rows)
        heading = find_heading([[_text(cell) for cell in row] for row in top], names)
        row = heading.row if heading else 0
        below = _parts(chain(top[row:], rows))
        merged = sheet.merged_cell_ranges or []
        covered = partial(_covered, merged, sheet.start or (0, 0), sheet.end)
        return Sheet(name, heading, empty + row, below, bool(merged), covered)


Cell = tuple[int, int]


def _covered(
    merged: Sequence[tuple[Cell, Cell]], start: Cell, end: Cell | None, short: frozenset[int]
) -> frozenset[int]:
    """Rows, from 1, in which a merged cell leaves a column empty that the rows above or beside it fill.

    Rows are read from the sheet's first, columns from the first that is filled.
    """
    last, found = (end or (0, 0))[0], set()
    for (top, left), (bottom, right) in merged:
        columns = short.intersection(range(left - start[1], right - start[1] + 1))
        if columns - {left - start[1]}:
            found.add(top + 1)
        if columns:
            found.update(range(top + 2, min(bottom, last) + 2))
    return frozenset(found)


def _parts(rows: Iterator[Sequence[Any]]) -> Iterator[pl.DataFrame]:
    while columns := _columns(rows):
        yield pl.DataFrame([_texts(str(n), column) for n, column in enumerate(columns)])


def _columns(rows: Iterator[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """The columns of the next rows, none behind the last."""
    with _uncollected():
        return list(zip(*islice(rows, SHEET_ROWS), strict=True))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Rows are many lists in which nothing goes round: looking through them for what does takes a fifth of the reading."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


def _texts(name: str, cells: Sequence[Any]) -> pl.Series:
    try:
        return pl.Series(name, cells, dtype=pl.String)  # most columns hold nothing but texts
    except TypeError:
        return pl.Series(name, [cell if type(cell) is str else _text(cell) for cell in cells], dtype=pl.String)


def _text(cell: Any) -> str:
    """A cell as text; a number of sixteen digits has lost its last ones already and stays recognisable as such."""
    if type(cell) is float and -1e15 < cell < 1e15:  # nearly all of them
        return str(int(cell)) if cell.is_integer() else str(cell)
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, int | float):
        if abs(cell) >= 1e15:
            return f"{cell:.5E}"
        return str(int(cell)) if float(cell).is_integer() else str(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell or "")
