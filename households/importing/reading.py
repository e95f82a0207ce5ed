"""Turns an uploaded file into tables of texts, part after part, or says in one sentence why it cannot."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, islice
from typing import Any

import polars as pl
import python_calamine
from django.conf import settings
from django.utils.translation import gettext as _

from households.importing.columns import EXTRACT, Columns, plain

UNZIPPED_LIMIT = 600 * 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0"
BLOCK_BYTES = 2 << 20  # of CSV looked at together: some 9,000 rows, and several blocks are on their way at once
SHEET_ROWS = 10_000  # of a workbook looked at together


class Unreadable(ValueError):
    """The file is not what it should be; the message says what is wrong and what to do."""


class NoRows(Unreadable):
    """The file holds headings and nothing below them."""


class ColumnsMissing(Unreadable):
    """Required columns have no heading of their own. A person may say which of the file's headings they are."""

    def __init__(self, missing: list[str], headers: list[str]) -> None:
        self.missing, self.headers = missing, headers
        super().__init__(
            _("Kolom wajib tidak ada: %(columns)s. Tambahkan kolom itu dengan judul yang sama.")
            % {"columns": ", ".join(missing)}
        )


@dataclass
class Table:
    """A file as parts of texts: our columns and `line`, the row's number in the spreadsheet.

    Absent columns are empty, `Columns.seldom` only there when the file has them. `headers` and `sheet` are those of
    the file; `parts` can be gone through once.
    """

    headers: list[str]
    kind: str
    parts: Iterator[pl.DataFrame] = field(repr=False)
    sheet: str = ""


def read(chunks: Iterable[bytes], columns: Columns = EXTRACT, mapping: Mapping[str, str] | None = None) -> Table:
    """Read CSV (comma or semicolon, UTF-8 or Windows-1252) or XLSX (first sheet).

    `mapping` says which heading of the file is which of our columns, where they differ. Raises Unreadable at once for a file
    that is none, and while the parts are read for one that goes wrong later.
    """
    return _opened(chunks, lambda headers, names: _chooser(headers, columns, mapping or {}, names))


def grid(data: bytes) -> tuple[pl.DataFrame, list[str], str]:
    """Return a small table of any columns as texts, its headers as they stand in the file, and "csv" or "xlsx"; raise Unreadable.

    Empty rows stay, so that the row number tells the line.
    """
    table = _opened([data], lambda headers, names: _as_it_is)
    try:
        return pl.concat(table.parts), table.headers, table.kind
    except NoRows:
        return (
            pl.DataFrame(schema=dict.fromkeys(map(str, range(len(table.headers))), pl.String)),
            table.headers,
            table.kind,
        )


# Makes of a part of the file, and the line it begins at, the part that is handed on.
Choose = Callable[[pl.DataFrame, int], pl.DataFrame]
# Finds out from the headings, and the names of the columns where they differ from them, how to choose.
Choosing = Callable[[list[str], list[str] | None], Choose]


def _as_it_is(frame: pl.DataFrame, first_line: int) -> pl.DataFrame:
    return frame.rename({name: str(n) for n, name in enumerate(frame.columns)}).fill_null("")


def _opened(chunks: Iterable[bytes], choosing: Choosing) -> Table:
    source = iter(chunks)
    first = _enough(source)
    if not first:
        raise Unreadable(_("Berkas ini kosong. Unduh lagi dari SIKS-NG, lalu unggah."))
    if first[:4] == OLE:
        raise Unreadable(
            _("Berkas ini berkata sandi atau bentuk lama (.xls). Simpan sebagai .xlsx tanpa sandi atau CSV.")
        )
    if first[:2] == b"PK":
        return _workbook(first + b"".join(source), choosing)
    if first[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable(_("Tulisan berkas ini berbentuk UTF-16. Simpan ulang sebagai CSV UTF-8."))
    if b"\x00" in first[:4096] or first[:4] == b"%PDF":
        raise Unreadable(_("Berkas ini bukan CSV atau XLSX. Unggah hasil unduhan DTSEN dalam bentuk itu."))
    return _csv(first, source, choosing)


def check_size(size: int) -> None:
    """Raise Unreadable for a file of more bytes than one import takes; asked before the file is read into memory."""
    if size > settings.IMPORT_MAX_BYTES:
        raise Unreadable(
            _("Berkas ini %(size)d MB, batasnya %(limit)d MB. Bagi per kecamatan, lalu unggah satu per satu.")
            % {"size": size // 1_048_576, "limit": settings.IMPORT_MAX_BYTES // 1_048_576}
        )


def _enough(source: Iterator[bytes]) -> bytes:
    """The beginning of a file, at least as much as its kind and its headings need."""
    held = b""
    for chunk in source:
        held += chunk
        if len(held) >= 65_536:
            break
    return held


def _csv(first: bytes, rest: Iterator[bytes], choosing: Choosing) -> Table:
    blocks = _blocks(first.removeprefix(b"\xef\xbb\xbf"), rest)
    opening = next(blocks)
    heading = _decoded(opening).split("\n", 1)[0]
    separator = ";" if heading.count(";") > heading.count(",") else ","
    head = _parsed(opening, separator, None)
    headers = list(head.columns)
    choose = choosing(headers, None)

    def parts() -> Iterator[pl.DataFrame]:
        line, found, frame, last = 2, False, head, opening
        while True:
            part = choose(frame, line)
            line += frame.height
            if part.height:
                found = True
                yield part
            block = next(blocks, None)
            if block is None:
                break
            last = block
            frame = _parsed(block, separator, headers)
        _demand_whole(last, separator, len(headers))
        if not found:
            raise _only_headings()

    return Table(headers, "csv", parts())


def _demand_whole(block: bytes, separator: str, width: int) -> None:
    """A file that ends in the middle of a row was cut off, and nobody knows how many rows are missing."""
    row = block[block.rfind(b"\n") + 1 :]
    if row and row.count(separator.encode()) < width - 1:
        raise Unreadable(_("Berkas ini terpotong di baris terakhir. Unduh lagi, lalu unggah."))


def _blocks(held: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    """Cut a stream into blocks of whole rows: at a line's end that lies outside of quotes."""
    for chunk in chain((b"",), rest):
        held += chunk
        while len(held) >= BLOCK_BYTES and (end := _row_end(held[:BLOCK_BYTES]) or _row_end(held)):
            yield held[:end]
            held = held[end:]
    if held:
        yield held


def _row_end(held: bytes) -> int:
    """Where the last whole row of a block ends; 0 when its quotes never close."""
    end, quotes = len(held), held.count(b'"')
    while (at := held.rfind(b"\n", 0, end)) >= 0:
        quotes -= held.count(b'"', at + 1, end)
        if quotes % 2 == 0:
            return at + 1
        end = at
    return 0


def _parsed(block: bytes, separator: str, headers: list[str] | None) -> pl.DataFrame:
    try:
        block.decode()
    except UnicodeDecodeError:
        block = _decoded(block).encode()
    try:
        frame = pl.read_csv(
            block, separator=separator, infer_schema=False, empty_string_is_null=False, has_header=headers is None
        )
    except pl.exceptions.PolarsError:
        raise _ragged() from None
    if headers is not None:
        if frame.width != len(headers):
            raise _ragged()
        frame.columns = headers
    return frame


def _ragged() -> Unreadable:
    return Unreadable(
        _("Ada baris yang jumlah kolomnya lain dari baris judul. Simpan ulang sebagai CSV dari lembar kerja.")
    )


def _only_headings() -> NoRows:
    return NoRows(_("Berkas ini hanya berisi judul kolom. Unduh lagi dari SIKS-NG, lalu unggah."))


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("Tulisan berkas ini tidak terbaca. Simpan ulang sebagai CSV UTF-8."))


def _workbook(data: bytes, choosing: Choosing) -> Table:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {info.filename for info in archive.infolist()}
            size = sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile:
        raise Unreadable(_("Berkas ini terpotong atau rusak. Unduh lagi, lalu unggah.")) from None
    if "xl/workbook.xml" not in names:
        raise Unreadable(_("Berkas ini bukan CSV atau XLSX. Unggah hasil unduhan DTSEN dalam bentuk itu."))
    if size > UNZIPPED_LIMIT or size > 200 * len(data):
        raise Unreadable(
            _("Isi berkas ini jauh lebih besar dari ukurannya, jadi tidak dibuka. Simpan ulang sebagai CSV.")
        )
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
        rows = iter(sheet.iter_rows())
        title = sheet.name
    except Exception:
        raise Unreadable(_("Lembar kerja ini tidak bisa dibuka. Simpan ulang sebagai .xlsx atau CSV.")) from None
    top = (sheet.start or (0, 0))[0] + 1  # empty rows above the data are no rows to the reader
    heading = next(rows, None)
    while heading is not None and not any(str(cell).strip() for cell in heading):
        heading, top = next(rows, None), top + 1
    if heading is None:
        raise Unreadable(_("Lembar pertama kosong. Pindahkan datanya ke lembar pertama."))
    headers = [str(cell).strip() for cell in heading]
    names_of = [f"{n}:{header}" for n, header in enumerate(headers)]
    choose = choosing(headers, names_of)

    def parts() -> Iterator[pl.DataFrame]:
        line, found = top + 1, False
        while cells := list(islice(rows, SHEET_ROWS)):
            columns_of = zip(*cells, strict=True)
            series = [_texts(name, column) for name, column in zip(names_of, columns_of, strict=True)]
            part = choose(pl.DataFrame(series), line)
            line += len(cells)
            if part.height:
                found = True
                yield part
        if not found:
            raise _only_headings()

    return Table(headers, "xlsx", parts(), title)


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


class _Chooser:
    """Picks our columns out of the file's, as stripped texts, and leaves out rows without a word."""

    def __init__(self, found: dict[str, str], columns: Columns) -> None:
        self._texts = [
            pl.col(found[name]).fill_null("").str.strip_chars().alias(name) if name in found else pl.lit("").alias(name)
            for name in (*columns.all, *(name for name in columns.seldom if name in found))
        ]
        self._filled = pl.any_horizontal(pl.col(name) != "" for name in found)

    def __call__(self, frame: pl.DataFrame, first_line: int) -> pl.DataFrame:
        table = frame.with_row_index("line", offset=first_line).select(pl.col("line"), *self._texts)
        return table.filter(self._filled)


def _chooser(
    headers: list[str], columns: Columns, mapping: Mapping[str, str], names: list[str] | None = None
) -> _Chooser:
    mapped = {plain(header): column for header, column in mapping.items() if column in columns.all}
    found: dict[str, str] = {}
    for name, header in zip(names or headers, headers, strict=True):
        heading = plain(re.sub(r"_duplicated_\d+$", "", header))
        column = mapped.get(heading) or columns.known.get(heading)
        if column and column not in found:
            found[column] = name
    missing = [name for name in columns.required if name not in found]
    if missing:
        raise ColumnsMissing(missing, headers)
    return _Chooser(found, columns)
