"""Turns an uploaded file into tables of texts, part after part, or says in one sentence why it cannot.

`delimited` reads CSV and `workbooks` XLSX; `headings` finds the row of headings. A row that cannot be told apart into cells does not
stop the others: it comes with the code of its refusal.
"""

import codecs
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

import polars as pl
from django.conf import settings
from django.utils.translation import gettext_noop

from households.importing.columns import EXTRACT, Columns, plain
from households.importing.delimited import open_delimited
from households.importing.headings import Names
from households.importing.opened import Opened, frame_of
from households.importing.unreadable import (
    NO_TABLE,
    WEB_PAGE,
    ColumnsMissing,
    HeadingsMissing,
    NoRows,
    Unreadable,
    empty_file,
)
from households.importing.workbooks import open_workbook
from households.refusals import REFUSALS
from slrt.core.numbers import holds_one, masked

OLE = b"\xd0\xcf\x11\xe0"
NULS_OF_A_TEXT = 8  # in its first 4096 bytes; with more it is no text, with fewer a row of it is broken
MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<meta", b"<style", b"<table", b"<?xml", b"<!--")
MARK = max(map(len, MARKUP))
# What was put before a cell to keep a spreadsheet from running it as a formula, or from rounding a long number.
RISKY = r"[=+@\t\r\n＝＋－＠-]"
DEFUSED = rf"^'({RISKY}|\d+$)"
# What offices write into a cell that they leave empty.
DASHES = ["-", "–", "—"]


@dataclass
class Table:
    """A file as parts of texts: our columns, `line` (the row's number in the spreadsheet) and `unread` (the code of a refusal,
    null for a row that could be read).

    Absent columns are empty, `Columns.seldom` only there when the file has them. `headers`, `heading_row` (from 1) and `sheet`
    are those of the file, `others` the sheets and `unused` the headings that were not read, `columns` those of ours that it has,
    `matched` the headings that are read as a column (`{heading: column}`) only because somebody said so; `parts` can be gone through once.
    """

    headers: list[str]
    kind: str
    parts: Iterator[pl.DataFrame] = field(repr=False)
    sheet: str = ""
    heading_row: int = 1
    others: tuple[str, ...] = ()
    unused: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    matched: dict[str, str] = field(default_factory=dict)


def read(chunks: Iterable[bytes], columns: Columns = EXTRACT, mapping: Mapping[str, str] | None = None) -> Table:
    """Read CSV (comma, semicolon, tab or pipe, UTF-8, UTF-16 or Windows-1252) or XLSX (see `workbooks`).

    `mapping` says which heading of the file is which of our columns, where they differ. Raises Unreadable at once for a file
    that is none, and while the parts are read for one that goes wrong later.
    """
    names = names_of(columns, mapping)
    file = _opened(chunks, names)
    found = _found(file, columns, names)
    choose = _Chooser(found, columns)

    def parts() -> Iterator[pl.DataFrame]:
        some = False
        for chosen in map(choose, file.parts(_short(found, columns))):
            if chosen.height:
                some = True
                yield chosen
        if not some:
            raise NoRows

    unused = _unused(file, found)
    matched = {
        header: column
        for column, place in found.items()
        if columns.known.get(plain(header := file.headers[place])) != column
    }
    return Table(file.headers, file.kind, parts(), file.sheet, file.row, file.others, unused, list(found), matched)


def as_it_came(chunks: Iterable[bytes], columns: Columns = EXTRACT, mapping: Mapping[str, str] | None = None) -> Table:
    """Read a file like `read`, with the same line numbers, but give all its own columns, named "0", "1", … Raises Unreadable."""
    names = names_of(columns, mapping)
    file = _opened(chunks, names)
    parts = file.parts(_short(_found(file, columns, names), columns))
    return Table(file.headers, file.kind, parts, file.sheet, file.row)


def grid(data: bytes) -> tuple[pl.DataFrame, list[str], str]:
    """Return a small table of any columns as texts, its headers as they stand in the file, and "csv" or "xlsx".

    Empty rows stay, so that the row number tells the line. Raises Unreadable, also for one row that cannot be read.
    """
    file = _opened([data], None)
    rows = pl.concat([frame_of([], [], [], len(file.headers)), *file.parts(frozenset())])
    for line, code in rows.filter(pl.col("unread").is_not_null()).select("line", "unread").iter_rows():
        raise Unreadable(
            gettext_noop("Baris %(row)d: %(reason)s %(mend)s"),
            row=line,
            reason=REFUSALS[code].reason,
            mend=REFUSALS[code].mend,
        )
    last = rows["line"].to_list()[-1] if rows.height else file.row
    every = pl.DataFrame({"line": pl.int_range(file.row + 1, last + 1, dtype=pl.UInt32, eager=True)})
    return every.join(rows, on="line", how="left").drop("line", "unread").fill_null(""), file.headers, file.kind


def check_size(size: int) -> None:
    """Raise Unreadable for a file of more bytes than one import takes; asked before the file is read into memory."""
    if size > settings.IMPORT_MAX_BYTES:
        raise Unreadable(
            gettext_noop(
                "Berkas ini %(size)d MB, batasnya %(limit)d MB. Bagi per kecamatan, lalu unggah satu per satu."
            ),
            size=size // 1_048_576,
            limit=settings.IMPORT_MAX_BYTES // 1_048_576,
        )


def _opened(chunks: Iterable[bytes], names: Names) -> Opened:
    source = iter(chunks)
    first = _enough(source)
    if not first:
        raise empty_file()
    if first[:4] == OLE:
        raise Unreadable(
            gettext_noop("Berkas ini berkata sandi atau bentuk lama (.xls). Simpan sebagai .xlsx tanpa sandi atau CSV.")
        )
    if first[:2] == b"PK":
        return open_workbook(first + b"".join(source), names)
    if first[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        source = _in_utf8(first, source)
        first = _enough(source)
    if first[:4] == b"%PDF" or b"\x00" in first[:16] or first.count(b"\x00", 0, 4096) > NULS_OF_A_TEXT:
        raise Unreadable(NO_TABLE)
    # Many an application "exports to Excel" a page that only its name calls a table; its tags were offered as headings.
    if first.removeprefix(codecs.BOM_UTF8).lstrip()[:MARK].lower().startswith(MARKUP):
        raise Unreadable(WEB_PAGE)
    return open_delimited(first, source, names)


def _in_utf8(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    """The "Unicode text" of a spreadsheet, which is UTF-16, as UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
    for chunk in chain([first], rest):
        yield decoder.decode(chunk).encode("utf-8", "replace")


def _enough(source: Iterator[bytes]) -> bytes:
    """The beginning of a file, at least as much as its kind and its headings need."""
    held = b""
    for chunk in source:
        held += chunk
        if len(held) >= 65_536:
            break
    return held


def names_of(columns: Columns, mapping: Mapping[str, str] | None) -> dict[str, str]:
    """Columns by their heading as `plain` writes it; what a person said comes first."""
    ours = {*columns.all, *columns.seldom}
    said = {plain(header): column for header, column in (mapping or {}).items() if column in ours}
    return columns.known | said


def _found(file: Opened, columns: Columns, names: Mapping[str, str]) -> dict[str, int]:
    """Which of the file's columns is which of ours; the first of two of one name. Raises ColumnsMissing."""
    found: dict[str, int] = {}
    for place, header in enumerate(file.headers):
        column = names.get(plain(header))
        if column and column not in found:
            found[column] = place
    missing = [name for name in columns.required if name not in found]
    if missing and not found and any(map(holds_one, file.headers)):
        raise HeadingsMissing
    if missing:
        raise ColumnsMissing(missing, file.headers, file.row, file.merged)
    return found


def _unused(file: Opened, found: Mapping[str, int]) -> list[str]:
    return [masked(header) for place, header in enumerate(file.headers) if header and place not in found.values()]


def _short(found: Mapping[str, int], columns: Columns) -> frozenset[int]:
    return frozenset(place for name, place in found.items() if name not in columns.long)


class _Chooser:
    """Picks our columns out of the file's, as stripped texts, and leaves out rows without a word.

    A dash in a cell that may be empty is an empty cell.
    """

    def __init__(self, found: Mapping[str, int], columns: Columns) -> None:
        self._texts = [
            pl.col(str(found[name])).str.strip_chars().alias(name) if name in found else pl.lit("").alias(name)
            for name in (*columns.all, *(name for name in columns.seldom if name in found))
        ]
        self._names = list(found)
        self._optional = [name for name in found if name not in columns.required]
        # Few parts have any of either: whether one does is asked for all columns at once.
        self._marked = [pl.col(name).str.starts_with("'").any().alias(f"'{name}") for name in self._names]
        self._dashed = [
            # One that was kept from being a formula is a dash too.
            pl.col(name).is_in([*DASHES, *(f"'{dash}" for dash in DASHES)]).any().alias(f"-{name}")
            for name in self._optional
        ]
        self._filled = pl.any_horizontal(pl.col(name) != "" for name in found) | pl.col("unread").is_not_null()

    def __call__(self, part: pl.DataFrame) -> pl.DataFrame:
        table = part.select("line", "unread", *self._texts)
        if (table[self._names[0]] == "").any():  # else no row is without a word
            table = table.filter(self._filled)
        if not table.height:
            return table
        odd = table.select(*self._marked, *self._dashed).row(0, named=True)
        table = table.with_columns(pl.col(name).str.replace(DEFUSED, "${1}") for name in self._names if odd[f"'{name}"])
        empty = pl.lit("")
        return table.with_columns(
            pl.when(pl.col(name).is_in(DASHES)).then(empty).otherwise(pl.col(name)).alias(name)
            for name in self._optional
            if odd[f"-{name}"]
        )
