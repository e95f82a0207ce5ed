"""Reads one sheet of a workbook (XLSX): the first that is not hidden and whose headings are known."""

import gc
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from typing import Any

import polars as pl
import python_calamine
from django.utils.translation import gettext_noop
from python_calamine import SheetVisibleEnum

from households.importing.headings import ROWS_LOOKED_AT, Heading, Names, find_heading
from households.importing.opened import Opened
from households.importing.unreadable import NO_TABLE, Unreadable

UNZIPPED_LIMIT = 600 * 1024 * 1024
SHEET_ROWS = 5_000  # looked at together
BROKEN = r"\S\s*\n\s*\S"


def open_workbook(data: bytes, names: Names) -> Opened:
    """Open a workbook and find its headings. Raises Unreadable."""
    _demand_workbook(data)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        shown = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        found = [_Begun.of(book.get_sheet_by_name(shown[0]), names)]
        for name in shown[1:] if names else ():  # a cover has no headings: the data lie behind it
            if found[-1].heading and found[-1].heading.known:
                break
            found.append(_Begun.of(book.get_sheet_by_name(name), names))
        named = [begun for begun in found if begun.heading and begun.heading.known]
        begun = (named or [begun for begun in found if begun.heading] or found)[0]
    except Exception:
        raise Unreadable(
            gettext_noop("Lembar kerja ini tidak bisa dibuka. Simpan ulang sebagai .xlsx atau CSV.")
        ) from None
    sheet, rows, top, heading = begun.sheet, begun.rows, begun.top, begun.heading
    if heading is None:
        raise Unreadable(gettext_noop("Lembar pertama kosong. Pindahkan datanya ke lembar pertama."))
    title, merged = sheet.name, sheet.merged_cell_ranges or []
    above = sheet.start or (0, 0)  # empty rows above the data and columns beside it are none to the reader
    below = begun.empty + heading.row

    def parts(short: frozenset[int]) -> Iterator[pl.DataFrame]:
        line, hidden = above[0] + below + 1, _hidden(merged, above, sheet.end, short)
        following = chain(top[below:], rows)
        while columns := _columns(following):
            series = [_texts(str(n), column) for n, column in enumerate(columns)]
            yield _frame(series, line, short, hidden)
            line += len(series[0])

    others = tuple(name for name in shown if name != title)
    return Opened(heading.cells, above[0] + below, "xlsx", parts, title, bool(merged), others)


@dataclass
class _Begun:
    """A sheet, its first rows, how many of them are empty, the headings among them, and the rows that follow."""

    sheet: python_calamine.CalamineSheet
    top: list[list[Any]]
    empty: int
    heading: Heading | None
    rows: Iterator[list[Any]]

    @classmethod
    def of(cls, sheet: python_calamine.CalamineSheet, names: Names) -> "_Begun":
        rows = iter(sheet.iter_rows())
        top = list(islice(rows, ROWS_LOOKED_AT))
        while top and not any(str(cell).strip() for row in top for cell in row):
            top += islice(rows, ROWS_LOOKED_AT)
            if len(top) % ROWS_LOOKED_AT:
                break
        empty = next((n for n, row in enumerate(top) if any(str(cell).strip() for cell in row)), 0)
        return cls(sheet, top, empty, find_heading([[_text(cell) for cell in row] for row in top[empty:]], names), rows)


def _demand_workbook(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {info.filename for info in archive.infolist()}
            size = sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile:
        raise Unreadable(gettext_noop("Berkas ini terpotong atau rusak. Unduh lagi, lalu unggah.")) from None
    if "xl/workbook.xml" not in names:
        raise Unreadable(NO_TABLE)
    if size > UNZIPPED_LIMIT or size > 200 * len(data):
        raise Unreadable(
            gettext_noop("Isi berkas ini jauh lebih besar dari ukurannya, jadi tidak dibuka. Simpan ulang sebagai CSV.")
        )


Cell = tuple[int, int]


def _hidden(
    merged: Sequence[tuple[Cell, Cell]], start: Cell, end: Cell | None, short: frozenset[int]
) -> frozenset[int]:
    """Rows, from 1, in which a merged cell leaves a column empty that the rows above or beside it fill."""
    last, found = (end or (0, 0))[0], set()
    for (top, left), (bottom, right) in merged:
        columns = short.intersection(range(left - start[1], right - start[1] + 1))
        if columns - {left - start[1]}:
            found.add(top + 1)
        if columns:
            found.update(range(top + 2, min(bottom, last) + 2))
    return frozenset(found)


def _frame(series: list[pl.Series], line: int, short: frozenset[int], hidden: frozenset[int]) -> pl.DataFrame:
    """The rows of a part with their numbers; those with a line break in a short cell, or below a merged one, are refused."""
    broken = [n for n in sorted(short) if series[n].str.contains("\n", literal=True).any()]
    refused = [pl.when(pl.col(str(n)).str.contains(BROKEN)).then(pl.lit("line_break")) for n in broken]
    if hidden:
        refused.append(pl.when(pl.col("line").is_in(list(hidden))).then(pl.lit("merged_cells")))
    filled = pl.any_horizontal(pl.exclude("line") != "")
    unread = pl.when(filled).then(pl.coalesce(refused)) if refused else pl.lit(None, pl.String)
    numbered = pl.DataFrame(series).fill_null("").with_row_index("line", offset=line)
    return numbered.select(pl.col("line"), unread.alias("unread"), pl.exclude("line"))


def _columns(rows: Iterator[list[Any]]) -> list[tuple[Any, ...]]:
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
        return pl.Series(name, cells, dtype=pl.String)  # nearly all columns hold nothing but texts
    except TypeError:
        return pl.Series(name, [cell if type(cell) is str else _text(cell) for cell in cells], dtype=pl.String)


def _text(cell: Any) -> str:
    """A cell as text; a number of sixteen digits has lost its last ones already and stays recognisable as such."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, int | float):
        if abs(cell) >= 1e15:
            return f"{cell:.5E}"
        return str(int(cell)) if float(cell).is_integer() else str(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell or "")
