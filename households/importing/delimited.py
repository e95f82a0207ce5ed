"""Reads CSV block after block. Good rows go through Polars at once; a row that is odd is looked at alone and harms no other.

A line's end inside of quotes belongs to a cell only where that is likely: in a column of long texts, over a few lines, none of
which looks like a row of its own. Otherwise the quote is a stray one, and every line is a row again.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import polars as pl
from django.utils.translation import gettext_noop

from households.importing.headings import ROWS_LOOKED_AT, Heading, Names, find_heading
from households.importing.opened import Opened, frame_of
from households.importing.unreadable import Unreadable, empty_file

BLOCK_BYTES = 3 << 20  # looked at together: some 13,000 rows, and several blocks are on their way at once
# Something of every row is kept until the end. Behind so many bytes less is looked at together, else a million rows would take more
# memory than a worker has.
LARGE_BYTES, LATER_BLOCK_BYTES = 80 << 20, 3 << 19
LINE_BYTES = 1 << 20  # of one line; no row of people is as long
LINES_OF_A_ROW = 20  # that one row may take up with line breaks in its cells
SEPARATORS = ",;\t|"
NUMBER = re.compile(r"\d{16}")


def open_delimited(first: bytes, rest: Iterator[bytes], names: Names) -> Opened:
    """Find the separator and the headings of a CSV (UTF-8 or Windows-1252). Raises Unreadable."""
    if b"\n" not in first:  # as an old Macintosh ends its lines
        first, rest = first.replace(b"\r", b"\n"), (chunk.replace(b"\r", b"\n") for chunk in rest)
    blocks = _blocks(first.removeprefix(b"\xef\xbb\xbf"), rest)
    opening = _in_utf8(next(blocks, b"")).replace(b"\r\n", b"\n")
    separator, heading, lines = _heading(opening.decode(), names)
    below = opening.split(b"\n", lines)[lines] if opening.count(b"\n") >= lines else b""

    def parts(short: frozenset[int]) -> Iterator[pl.DataFrame]:
        reader = _Reader(separator, heading.cells, short, heading.row + 1)
        yield from reader.parts(chain([below], map(_in_utf8, blocks)))

    return Opened(heading.cells, heading.row, "csv", parts)


def _heading(text: str, names: Names) -> tuple[str, Heading, int]:
    """The separator that shows most known headings, else the most cells; the headings; and how many lines they end after."""
    found = []
    for separator in SEPARATORS:
        rows, ends = _first_rows(text, separator)
        heading = find_heading(rows, names)
        if heading is not None:
            found.append((heading.known, len(heading.cells), separator, heading, ends[heading.row - 1]))
    if not found:
        raise empty_file()
    _known, _cells, separator, heading, lines = max(found, key=lambda line: line[:2])
    return separator, heading, lines


def _first_rows(text: str, separator: str) -> tuple[list[list[str]], list[int]]:
    """The first rows, and after how many lines each ends."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows, ends = [], []
    try:
        for cells in reader:
            rows.append(cells)
            ends.append(reader.line_num)
            if len(rows) == ROWS_LOOKED_AT:
                break
    except csv.Error:  # a quote that never closes; the rows above it tell enough
        pass
    return rows, ends


def _blocks(held: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    """Cut a stream into blocks of whole lines. Raises Unreadable for a line without end."""
    lines, read, block = 0, 0, BLOCK_BYTES
    for chunk in chain((b"",), _larger(rest)):
        held += chunk
        read += len(chunk)
        if read > LARGE_BYTES:
            block = min(BLOCK_BYTES, LATER_BLOCK_BYTES)
        while len(held) >= block:
            end = held.rfind(b"\n", 0, block) + 1 or held.find(b"\n", 0, LINE_BYTES) + 1
            if not end and len(held) > LINE_BYTES:
                raise Unreadable(
                    gettext_noop(
                        "Baris %(row)d terlalu panjang untuk satu baris data. Simpan ulang sebagai CSV dari lembar kerja."
                    ),
                    row=lines + 1,
                )
            if not end:
                break
            lines += held.count(b"\n", 0, end)
            yield held[:end]
            held = held[end:]
    if held:
        yield held


def _larger(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in fewer pieces, so that a block is not copied for each that comes."""
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= BLOCK_BYTES // 2:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


def _in_utf8(block: bytes) -> bytes:
    if not block.isascii():
        try:
            block.decode()
        except UnicodeDecodeError:
            # Line by line: a name that was pasted in another encoding spoils no other.
            block = b"\n".join(_line_in_utf8(line) for line in block.split(b"\n"))
    return block


def _line_in_utf8(line: bytes) -> bytes:
    try:
        line.decode()
    except UnicodeDecodeError:
        try:
            return line.decode("cp1252").encode()
        except UnicodeDecodeError:
            raise Unreadable(
                gettext_noop("Tulisan berkas ini tidak terbaca. Simpan ulang sebagai CSV UTF-8.")
            ) from None
    return line


@dataclass(frozen=True)
class _Row:
    """A row that was read alone: from which line of the block, over how many, and why it is refused, if it is."""

    at: int
    lines: int
    cells: list[str]
    reason: str | None


class _OpenAtEnd(Exception):
    """The quotes of a row may close in the block that follows."""


class _Reader:
    """Turns lines into rows as wide as the headings, and counts them."""

    def __init__(self, separator: str, headers: list[str], short: frozenset[int], row: int) -> None:
        self.separator, self.width, self.short, self.row = separator, len(headers), short, row
        self.named = max((n for n, header in enumerate(headers, 1) if header), default=0)
        self.held = b""
        cell = rf'(?:"(?:[^"]|"")*"|[^"{separator}]*)'
        self.quoted = rf"^{cell}(?:{separator}{cell}){{{self.width - 1}}}$"

    def parts(self, blocks: Iterable[bytes]) -> Iterator[pl.DataFrame]:
        """Yield the rows of each block; a row that is open at the end of one is read with the next."""
        coming = iter(blocks)
        block = next(coming, None)
        while block is not None:
            following = next(coming, None)
            yield self._part(self.held + block, last=following is None)  # under no name, which would keep it in memory
            block = following

    def _part(self, block: bytes, *, last: bool) -> pl.DataFrame:
        """The rows of a block, without the one that is held for the next."""
        self.held = b""
        if not block:
            return frame_of([], [], [], self.width)
        cut = last and not block.endswith(b"\n")
        whole = self._whole(block, block.count(b"\n") + cut)
        if whole is not None:
            part = whole.with_row_index("line", offset=self.row)
            self.row += whole.height
            return part.select(pl.col("line"), pl.lit(None, pl.String).alias("unread"), pl.exclude("line"))
        text = block.decode().replace("\r\n", "\n")  # which Polars knows for the end of a line that it is
        lines = pl.Series("text", [text.removesuffix("\n")]).str.split("\n").explode(empty_as_null=False)
        regular = self._regular(lines, text)
        places = (~regular).arg_true().to_list()
        odd = dict(zip(places, lines.gather(places).to_list(), strict=True))
        rows, end = self._alone(odd, len(lines), len(lines) - 1 if cut else -1, last)
        good = regular.arg_true()
        part = self._with_numbers(lines, good.filter(good < end), rows)
        self.row += end - sum(row.lines - 1 for row in rows)
        self.held = "".join(f"{line}\n" for line in lines[end:]).encode()
        return part

    def _whole(self, block: bytes, lines: int) -> pl.DataFrame | None:
        """All rows of a block at once, when each is one line and has as many cells as there are headings."""
        if b"\x00" in block or self.width < 2:
            return None
        outside = b"".join(block.split(b'"')[::2]) if b'"' in block else block
        cells = outside.count(self.separator.encode()) + lines
        if cells != lines * self.width or (outside is not block and outside.count(b"\n") != block.count(b"\n")):
            return None
        try:
            found = self._parsed(block)
        except pl.exceptions.PolarsError:  # a row with more cells, so that another has fewer
            return None
        return found if found.height == lines else None

    def _parsed(self, block: bytes) -> pl.DataFrame:
        return pl.read_csv(
            block,
            separator=self.separator,
            has_header=False,
            schema={str(n): pl.String for n in range(self.width)},
            empty_string_is_null=False,
        )

    def _regular(self, lines: pl.Series, text: str) -> pl.Series:
        """Which lines are a whole row each, with as many cells as there are headings."""
        full = lines.str.count_matches(self.separator, literal=True) == self.width - 1
        if '"' in text:
            quoted = lines.str.contains('"', literal=True)
            full = (full & ~quoted) | (quoted & lines.str.contains(self.quoted))
        if "\x00" in text:
            full &= ~lines.str.contains("\x00", literal=True)
        return full if self.width > 1 else full & (lines != "")

    def _with_numbers(self, lines: pl.Series, good: pl.Series, rows: list[_Row]) -> pl.DataFrame:
        """Good lines and rows read alone, each with its number: a row over several lines counts once."""
        within = pl.Series([n for row in rows for n in range(row.at + 1, row.at + row.lines)], dtype=pl.UInt32)

        def numbers(places: pl.Series) -> pl.Series:
            return (places.cast(pl.UInt32) + self.row - within.search_sorted(places).cast(pl.UInt32)).alias("line")

        parts = []
        if len(good):
            found = self._parsed(lines.gather(good).str.join("\n").item().encode())
            parts.append(found.select(numbers(good), pl.lit(None, pl.String).alias("unread"), pl.all()))
        if rows:
            places = pl.Series([row.at for row in rows], dtype=pl.UInt32)
            parts.append(
                frame_of(numbers(places), [row.reason for row in rows], [row.cells for row in rows], self.width)
            )
        return pl.concat(parts).sort("line") if parts else frame_of([], [], [], self.width)

    def _alone(self, odd: dict[int, str], count: int, cut: int, last: bool) -> tuple[list[_Row], int]:
        """Rows of the odd lines, and the line before which they end: the rest is to be read with the next block."""
        rows: list[_Row] = []
        at = -1
        for place, line in odd.items():
            if place <= at or not line.strip(self.separator + ' \t\r"'):
                continue
            try:
                row = self._over_lines(place, odd, count, last) or self._of_line(place, line, place == cut)
            except _OpenAtEnd:
                return rows, place
            rows.append(row)
            at = place + row.lines - 1
        return rows, count

    def _over_lines(self, at: int, odd: dict[int, str], count: int, last: bool) -> _Row | None:
        """The row whose quotes open in a line and close in a later one, when what lies between is no row of its own."""
        text = odd[at]
        if text.count('"') % 2 == 0:
            return None
        for place in range(at + 1, at + LINES_OF_A_ROW):
            if place == count and not last:
                raise _OpenAtEnd
            if place not in odd or odd[place].count(self.separator) >= self.width - 1 > 0:
                return None
            text += "\n" + odd[place]
            if odd[place].count('"') % 2:
                break
        else:
            return None
        cells = self._cells(text, strict=True)
        broken = [n for n, cell in enumerate(cells) if "\n" in cell]
        if len(cells) != self.width or any(NUMBER.search(cells[n]) for n in broken):
            return None
        reason = "line_break" if self.short.intersection(broken) else "row_nul" if "\x00" in text else None
        return _Row(at, place - at + 1, [cell.replace("\x00", "") for cell in cells], reason)

    def _of_line(self, at: int, line: str, cut: bool) -> _Row:
        """One line as a row, refused when its cells cannot be told or are not as many as the headings."""
        open_quote = line.count('"') % 2 == 1
        cells = line.split(self.separator) if open_quote else self._cells(line, strict=False)
        while len(cells) > self.width and not cells[-1].strip():
            cells.pop()
        reason = None
        if len(cells) < self.named:
            reason = "row_cut" if cut else "row_short"
        if len(cells) > self.width:
            reason = "row_long"
        if "\x00" in line:
            reason = "row_nul"
        if open_quote and reason != "row_cut":
            reason = "quote_open"
        cells += [""] * (self.width - len(cells))
        kept = [*cells[: self.width - 1], self.separator.join(cells[self.width - 1 :])]
        return _Row(at, 1, [cell.replace("\x00", "") for cell in kept], reason)

    def _cells(self, text: str, *, strict: bool) -> list[str]:
        """A row's cells; none when it is no whole row."""
        try:
            found = list(csv.reader(io.StringIO(text, newline=""), delimiter=self.separator, strict=strict))
        except csv.Error:
            found = []
        if len(found) == 1:
            return found[0]
        return [] if strict else text.split(self.separator)
