"""Rows to a file, in chunks, as the database streams them: memory does not grow with the list (docs/adr/0014).

The XLSX is written by hand, since writers that stream keep the sheet in clear in a temporary file, and the others keep it in
memory. It holds two sheets: the rows, and what they are. Every text is an inline string, which no spreadsheet runs.
"""

import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from io import RawIOBase
from typing import IO, Any, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import TruncMinute

from slrt.exports.cells import Values, each_once, shaper
from slrt.exports.registry import Column, Kind

CHUNK_ROWS = 5000
XLSX_MOST_ROWS = 1_048_575  # of a sheet, less the header
SEPARATOR = ";"  # what spreadsheets set to Indonesian expect, as in the refused rows of an import
LINE_END = "\r\n"
_TELLING = (SEPARATOR, '"', "\n", "\r")
BOM = b"\xef\xbb\xbf"

# Columns' widths in characters; none is narrower than its heading.
WIDTHS = {
    **dict.fromkeys(Kind, 22),
    **{Kind.WORDS: 40, Kind.SAID: 50, Kind.CODE: 24, Kind.CODES: 50},
    **{Kind.WHOLE: 9, Kind.SHAPED: 14, Kind.DATE: 12, Kind.MOMENT: 18, Kind.GUARDED: 19},
}
ABOUT_WIDTHS = (24, 80)

Moved = Callable[[int], None]
# Takes the columns of a chunk (each the values of COPY's text format).
Take = Callable[[list[Values]], None]


class Sink:
    """What COPY writes its lines to: every CHUNK_ROWS of them go on as columns."""

    def __init__(self, take: Take, moved: Moved) -> None:
        self.rows = 0
        self._take, self._moved = take, moved
        self._lines: list[bytes] = []

    def write(self, line: bytes) -> None:
        """Take one row of COPY's text format, with its line feed."""
        self._lines.append(line)
        if len(self._lines) >= CHUNK_ROWS:
            self.flush()

    def flush(self) -> None:
        """Pass on what is held."""
        if not self._lines:
            return
        rows = len(self._lines)
        # A tab or a line feed inside a value is written with a backslash, so these are the real ones. One list of all values,
        # of which each column is every nth: a list for each row would keep the garbage collector busy.
        values = b"".join(self._lines).decode()[:-1].replace("\n", "\t").split("\t")
        self._lines.clear()
        width, over = divmod(len(values), rows)
        if over:
            raise ValueError("The rows of a list do not all have the same number of values.")
        self._take([values[place::width] for place in range(width)])
        self.rows += rows
        self._moved(self.rows)


def stream(rows: QuerySet, columns: Sequence[Column], take: Take, moved: Moved) -> int:
    """Read rows in the queryset's order and return how many. Call inside a transaction.

    One COPY TO STDOUT: the rows of one moment, whatever changes meanwhile, without a round trip for each chunk as with a cursor.
    """
    sql, params = select(rows, columns)
    sink = Sink(take, moved)
    with connection.cursor() as cursor:
        # Room for sorts and joins of the whole list; nothing is compiled for one run.
        cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
        query: bytes = cursor.mogrify(sql, params)
        cursor.copy_expert(b"COPY (" + query + b") TO STDOUT", sink)
    sink.flush()
    return sink.rows


def select(rows: QuerySet, columns: Sequence[Column]) -> tuple[str, Sequence[Any]]:
    """Return the statement, with its parameters, that selects the columns' values: moments at the office's clock."""
    zone = ZoneInfo(settings.TIME_ZONE)
    sources = (
        TruncMinute(column.source, tzinfo=zone) if column.kind is Kind.MOMENT else column.source for column in columns
    )
    return rows.values_list(*sources).query.sql_with_params()


def write_csv(out: RawIOBase, rows: QuerySet, columns: Sequence[Column], *, full: bool, moved: Moved) -> int:
    """Write rows as CSV (UTF-8 with BOM, semicolons) and return how many. `moved` is told after each chunk."""
    shapers = [each_once(shaper(column, full=full, typed=False), quoted) for column in columns]

    def take(chunk: list[Values]) -> None:
        cells = [shape(values) for shape, values in zip(shapers, chunk, strict=True)]
        lines = map(SEPARATOR.join, zip(*cells, strict=True))
        out.write((LINE_END.join(lines) + LINE_END).encode())

    out.write(BOM + (SEPARATOR.join(quoted([str(column.header) for column in columns])) + LINE_END).encode())
    return stream(rows, columns, take, moved)


def quoted(cells: Sequence[str]) -> Sequence[str]:
    """Return a column's cells as they stand in a CSV (RFC 4180): in quotes where a sign would end the cell.

    Most columns of most chunks hold no such sign, which one look at all of them together tells.
    """
    together = "".join(cells)
    if not any(sign in together for sign in _TELLING):
        return cells
    return [
        f'"{cell.replace(chr(34), chr(34) * 2)}"' if any(sign in cell for sign in _TELLING) else cell for cell in cells
    ]


def write_xlsx(
    out: RawIOBase,
    rows: QuerySet,
    columns: Sequence[Column],
    *,
    full: bool,
    moved: Moved,
    about: Callable[[int], Sequence[tuple[str, str]]],
    titles: tuple[str, str],
) -> int:
    """Write rows as XLSX and return how many; `about` gives the lines of the second sheet once the count is known."""
    shapers = [each_once(shaper(column, full=full, typed=True), _cells) for column in columns]
    with zipfile.ZipFile(cast("IO[bytes]", out), "w", zipfile.ZIP_DEFLATED, compresslevel=3) as book:
        for name, text in _parts(titles).items():
            book.writestr(name, text)
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:

            def take(chunk: list[Values]) -> None:
                cells = [shape(values) for shape, values in zip(shapers, chunk, strict=True)]
                lines = "".join(f"<row>{''.join(line)}</row>" for line in zip(*cells, strict=True))
                sheet.write(lines.encode())

            sheet.write(_sheet_head(columns) + _header([str(column.header) for column in columns]))
            done = stream(rows, columns, take, moved)
            sheet.write(_SHEET_FOOT)
        with book.open("xl/worksheets/sheet2.xml", "w") as sheet:
            lines = "".join(f"<row>{_text(name)}{_text(value)}</row>" for name, value in about(done))
            sheet.write(_PLAIN_HEAD + _widths(ABOUT_WIDTHS) + _DATA + lines.encode() + _SHEET_FOOT)
    return done


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PLAIN_HEAD = f'{_XML}<worksheet xmlns="{_MAIN}">'.encode()
_DATA = b"<sheetData>"
_FROZEN_HEAD = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
    'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
).encode()
_SHEET_FOOT = b"</sheetData></worksheet>"
_EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet's calendar (ISO/IEC 29500-1, 18.17.4)
_DATE, _MOMENT, _BOLD = 1, 2, 3  # places in cellXfs
# Signs that XML 1.0 cannot hold.
_NOT_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))


def _parts(titles: tuple[str, str]) -> dict[str, str]:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    sheets = "".join(
        f'<sheet name="{_escape(title)}" sheetId="{n}" r:id="rId{n}"/>' for n, title in enumerate(titles, 1)
    )
    return {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet2.xml" ContentType="{kind}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/></Types>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_REL}/worksheet" Target="worksheets/sheet2.xml"/>'
        f'<Relationship Id="rId3" Type="{_REL}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="2">'
        '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd hh:mm"/>'
        '</numFmts><fonts count="2"><font/><font><b/></font></fonts><fills count="2"><fill><patternFill '
        'patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1">'
        '<border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" xfId="0"/>'
        '<xf numFmtId="164" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="0" fontId="1" xfId="0" applyFont="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
    }


def _sheet_head(columns: Sequence[Column]) -> bytes:
    """What stands before the rows. A spreadsheet shows a date as ##### in a column that is too narrow for it."""
    return _FROZEN_HEAD + _widths([max(WIDTHS[column.kind], len(str(column.header)) + 2) for column in columns]) + _DATA


def _widths(widths: Sequence[int]) -> bytes:
    cols = "".join(f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(widths, 1))
    return f"<cols>{cols}</cols>".encode()


def _header(names: list[str]) -> bytes:
    return f"<row>{''.join(_text(name, f' s={chr(34)}{_BOLD}{chr(34)}') for name in names)}</row>".encode()


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _text(value: str, style: str = "") -> str:
    clean = _escape(value.translate(_NOT_XML))
    return f'<c t="inlineStr"{style}><is><t xml:space="preserve">{clean}</t></is></c>'


def _cells(values: Sequence[Any]) -> list[str]:
    return [_cell(value) for value in values]


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, datetime):
        day = (value.date() - _EPOCH).days + (value.hour * 3600 + value.minute * 60 + value.second) / 86400
        return f'<c s="{_MOMENT}"><v>{day:.8f}</v></c>'
    if isinstance(value, date):
        return f'<c s="{_DATE}"><v>{(value - _EPOCH).days}</v></c>'
    return f"<c><v>{value}</v></c>"
