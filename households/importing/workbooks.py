"""Reads one sheet of a workbook (XLSX): the first that is not hidden and whose headings are known.

`text_sheets` reads workbooks of texts, `cell_sheets` all others; both give the same.
"""

import io
import zipfile
from collections.abc import Iterator
from contextlib import suppress

import polars as pl
from django.utils.translation import gettext_noop

from households.importing.announced import Announced, look_through
from households.importing.cell_sheets import CellBook
from households.importing.headings import Names
from households.importing.opened import Opened
from households.importing.reach import Reach, TooFar
from households.importing.sheets import Book, Sheet
from households.importing.text_sheets import TextBook
from households.importing.unreadable import NO_TABLE, Unreadable

UNZIPPED_LIMIT = 600 * 1024 * 1024
BROKEN = r"\S\s*\n\s*\S"


def open_workbook(data: bytes, names: Names) -> Opened:
    """Open a workbook and find its headings. Raises Unreadable."""
    _demand_workbook(data)
    try:
        announced = look_through(data)
        reach = Reach(data, announced.far)
        sheet, others = _of_texts(data, names, announced, reach) or _found(CellBook(data), names, reach)
    except TooFar:
        raise
    except Exception:
        raise Unreadable(
            gettext_noop("Lembar kerja ini tidak bisa dibuka. Simpan ulang sebagai .xlsx atau CSV.")
        ) from None
    if sheet.heading is None:
        raise Unreadable(gettext_noop("Lembar pertama kosong. Pindahkan datanya ke lembar pertama."))

    def parts(short: frozenset[int]) -> Iterator[pl.DataFrame]:
        line, covered = sheet.row + 1, sheet.covered(short)
        for part in sheet.below:
            yield _frame(part, line, short, covered)
            line += part.height

    return Opened(sheet.heading.cells, sheet.row, "xlsx", parts, sheet.name, sheet.merged, others)


def _of_texts(data: bytes, names: Names, announced: Announced, reach: Reach) -> tuple[Sheet, tuple[str, ...]] | None:
    with suppress(Exception):  # whatever the fast reader stumbles over, the other one has the word
        return _found(TextBook(data, announced), names, reach)
    return None


def _found(book: Book, names: Names, reach: Reach) -> tuple[Sheet, tuple[str, ...]]:
    """The sheet to read, and the names of the others."""
    found: list[Sheet] = []
    for name in book.shown if names else book.shown[:1]:  # a cover has no headings: the data lie behind it
        reach.demand(name)
        found.append(book.sheet(name, names))
        if found[-1].known:
            break
    named = [sheet for sheet in found if sheet.known]
    sheet = (named or [sheet for sheet in found if sheet.heading] or found)[0]
    return sheet, tuple(name for name in book.shown if name != sheet.name)


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


def _frame(part: pl.DataFrame, line: int, short: frozenset[int], covered: frozenset[int]) -> pl.DataFrame:
    """The rows of a part with their numbers; those with a line break in a short cell, or below a merged one, are refused."""
    looked_at = pl.col([str(n) for n in sorted(short)]).str.contains("\n", literal=True).any()
    broken = [column.name for column in part.select(looked_at) if column.item()] if short else []
    refused = [pl.when(pl.col(name).str.contains(BROKEN)).then(pl.lit("line_break")) for name in broken]
    if covered:
        refused.append(pl.when(pl.col("line").is_in(list(covered))).then(pl.lit("merged_cells")))
    filled = pl.any_horizontal(pl.exclude("line") != "")
    unread = pl.when(filled).then(pl.coalesce(refused)) if refused else pl.lit(None, pl.String)
    numbered = part.fill_null("").with_row_index("line", offset=line)
    return numbered.select(pl.col("line"), unread.alias("unread"), pl.exclude("line"))
