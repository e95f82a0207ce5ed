"""Workbooks of texts are read by the fast reader, all others cell by cell, and nobody can tell which one read."""

import io
import random
import zipfile
from datetime import date, datetime, time, timedelta
from unittest import mock

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households.importing import workbooks
from households.importing.announced import MERGED, look_through
from households.importing.cell_sheets import CellBook
from households.importing.reach import LOOKED_AT
from households.importing.text_sheets import NotOfTexts, TextBook
from households.importing.unreadable import Unreadable

HEAD = ["NIK", "NAMA", "ALAMAT"]
NAMES = {heading: heading.lower() for heading in HEAD}
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _told(data, names=NAMES):
    """All that is known of a workbook, part by part, or why it is refused."""
    try:
        opened = workbooks.open_workbook(data, names)
        parts = list(opened.parts(frozenset(range(0, len(opened.headers), 2))))
    except Unreadable as refused:
        return str(refused)
    whole = pl.concat(parts) if parts else pl.DataFrame()
    heights = [part.height for part in parts]
    return opened.headers, opened.row, opened.sheet, opened.merged, opened.others, heights, whole.schema, whole.rows()


def _cell_by_cell(data, names=NAMES):
    with mock.patch.object(workbooks, "TextBook", side_effect=ValueError):
        return _told(data, names)


def _fast(data, names=NAMES):
    """The same, by the reader of texts alone; what it cannot read shows as a workbook that cannot be opened."""
    with mock.patch.object(workbooks, "CellBook", side_effect=AssertionError("cell by cell")):
        return _told(data, names)


def _xlsx(sheets, offset=(0, 0), merges=(), inline=False):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": inline, "strings_to_numbers": False}) as book:
        formats = {
            date: book.add_format({"num_format": "dd/mm/yyyy"}),
            datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
            time: book.add_format({"num_format": "hh:mm"}),
            timedelta: book.add_format({"num_format": "[h]:mm"}),
        }
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for n, row in enumerate(rows):
                for c, cell in enumerate(row):
                    if type(cell) in formats:
                        sheet.write_datetime(n + offset[0], c + offset[1], cell, formats[type(cell)])
                    elif isinstance(cell, str) and cell.startswith("="):
                        sheet.write_formula(n + offset[0], c + offset[1], cell, None, cell[1:])
                    elif cell is not None:
                        sheet.write(n + offset[0], c + offset[1], cell)
            for span in merges if not inline else ():
                sheet.merge_range(*span)
    return out.getvalue()


def _openpyxl(sheets, offset=(0, 0), merges=()):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for n, row in enumerate(rows):
            for c, cell in enumerate(row):
                sheet.cell(n + offset[0] + 1, c + offset[1] + 1, cell)
        for top, left, bottom, right, *_text in merges:
            sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _raw(rows, strings="", before="", behind="", declared='encoding="UTF-8"', sheet=None):
    """A workbook whose sheet is written by hand."""
    out = io.BytesIO()
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        types = "http://schemas.openxmlformats.org/package/2006/content-types"
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{types}"/>')
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{relation}/officeDocument" '
            f'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{SPACE}" xmlns:r="{relation}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{relation}/worksheet" '
            f'Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{relation}/sharedStrings" '
            f'Target="sharedStrings.xml"/></Relationships>',
        )
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{SPACE}">{strings}</sst>')
        body = f'<worksheet xmlns="{SPACE}">{before}<sheetData>{rows}</sheetData>{behind}</worksheet>'
        archive.writestr("xl/worksheets/sheet1.xml", sheet or f'<?xml version="1.0" {declared}?>{body}')
    return out.getvalue()


def _row(number, *cells):
    return f'<row r="{number}">{"".join(cells)}</row>'


def _is(place, inner):
    return f'<c r="{place}" t="inlineStr"><is>{inner}</is></c>'


def _t(place, text):
    return _is(place, f"<t>{text}</t>")


TOP = _row(1, _t("A1", "NIK"), _t("B1", "NAMA"))


EMPTY = '<c t="s"/>'


def _below(*cells):
    return TOP + _row(2, *cells) + _row(3, _t("A3", "akhir"))


FAST = {
    "plain": _raw(_below(_t("A2", "1"), _t("B2", "Ani"))),
    "rich": _raw(_below(_is("A2", '<r><rPr><b/></rPr><t>a</t></r><r><t xml:space="preserve"> b</t></r>'))),
    "spaces": _raw(_below(_is("A2", '<t xml:space="preserve">  a </t>'), _t("B2", "  b "))),
    "phonetic": _raw(_below(_is("A2", '<t>a</t><rPh sb="0" eb="1"><t>P</t></rPh><phoneticPr fontId="1"/>'))),
    "escapes": _raw(_below(_t("A2", "a_x000D_b_x0041_"), _t("B2", "&lt;&amp;&#10;&#x41;"))),
    "line ends": _raw(_below(_t("A2", "a\r\nb\rc\td"))),
    "cdata and comments": _raw(_below(_t("A2", "<![CDATA[<x>]]>"), _t("B2", "a<!-- k -->b"))),
    "error that is nothing, written oddly": _raw(_below('<c r="A2" t="e"><v>#DIV/0!</v> </c>')),
    "words for nothing": _raw(_below(_t("A2", "NA"), _t("B2", "NULL")) + _row(4, _t("A4", "#N/A"), _t("B4", "nan"))),
    "no places": _raw(f"<row>{_t('', 'NIK')}</row><row>{_t('', '1')}</row>".replace(' r=""', "")),
    "rows out of order": _raw(_row(5, _t("A5", "NIK")) + _row(2, _t("C2", "x")) + _row(7, _t("B7", "y"))),
    "dimension too large": _raw(_below(_t("A2", "a")), before='<dimension ref="A1:XFD1048576"/>'),
    "dimension too small": _raw(_below(_t("A2", "a")), before='<dimension ref="C5"/>'),
    "empty rows below": _raw(_below(_t("A2", "a")) + "".join(_row(n, f'<c r="A{n}" s="0"/>') for n in range(4, 9000))),
    "blank rows below": _raw(
        _below(_t("A2", "a")) + "".join(_row(n, _is(f"A{n}", '<t xml:space="preserve"> </t>')) for n in range(4, 9000))
    ),
    "the last row": _raw(_row(1048575, _t("B1048575", "NIK")) + _row(1048576, _t("B1048576", "x"))),
    "shared": _raw(
        "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{n - 1}</v></c></row>' for n in range(1, 5)),
        '<si><t>NIK</t></si><si><r><t>a</t></r><r><t xml:space="preserve"> b</t></r></si><si/><si><t>a_x000D_&#10;b</t></si>',
    ),
}
CELL_BY_CELL = {
    "number": _raw(_below('<c r="A2"><v>5</v></c>')),
    "number far down": _raw(
        TOP
        + "".join(_row(n, _t(f"A{n}", "t" * 60)) for n in range(2, 7000))
        + _row(7000, '<c r="A7000"><v>5.50</v></c>')
    ),
    "column of numbers": _raw("".join(f"<row r='{n}'><c r='A{n}'><v>{n}</v></c></row>" for n in range(1, 5))),
    "number in a text column": _raw(_below("<c r='A2'><v>1234567890123456</v></c>")),
    "truth": _raw(_below('<c r="A2" t="b"><v>1</v></c>')),
    "error": _raw(_below("<c r='A2' t='e'><v>#DIV/0!</v></c>")),
    "error that is nothing": _raw(_below("<c r='A2' t='e'><v>#N/A</v></c>")),
    "unknown error": _raw(_below("<c r='A2' t='e'><v>#APA!</v></c>")),
    "date": _raw(_below("<c r='A2' t='d'><v>2026-01-02</v></c>")),
    "formula of text": _raw(
        _below('<c r="A2" t="str"><f>A1</f><v> x&amp;\r\ny </v></c>', '<c r="B2" t="str"><f>A1</f></c>')
    ),
    "formula with an escape, written oddly": _raw(_below('<c r="A2" t="str"><f>A1</f><v>a_x000D_b</v> </c>')),
    "number, written oddly": _raw(_below('<c r="A2"><v>5</v> </c>')),
    "two cells of one place": _raw(_below(_t("A2", "a"), _t("A2", "b"))),
    "empty texts": _raw(_below(_t("A2", ""), _is("B2", "<t/>"), '<c r="C2" t="inlineStr"><is/></c>')),
    "merged": _raw(_below(_t("A2", "a")), behind='<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'),
    "merged with a prefix": _raw(
        "", sheet=f'<x:worksheet xmlns:x="{SPACE}"><x:sheetData/><x:mergeCells/></x:worksheet>'
    ),
    "another encoding": _raw(
        "",
        sheet=f'<?xml version="1.0" encoding="ISO-8859-1"?><worksheet xmlns="{SPACE}"><sheetData>'
        f"{_below(_t('A2', 'é'))}</sheetData></worksheet>".encode("latin-1"),
    ),
    "two bytes a letter": _raw(
        "", sheet=f'<?xml version="1.0" encoding="UTF-16"?><worksheet xmlns="{SPACE}"/>'.encode("utf-16")
    ),
    "unknown entity": _raw(_below(_t("A2", "&apa;"))),
    "a cell that swallows the next": _raw(_below('<c r="A2" t="inlineStr"><is><t>a</t></is></c="', _t("B2", "b"))),
    "a bracket that is not escaped": _raw(_below(_t("A2", "a <b"), _t("B2", "b"))),
    "a cell that loses its text": _raw(_below(_t("A2", "a"), _is("B2", "<<f>1</f>t>b</t>"))),
    "a number beside an empty shared text": _raw(_below('<c r="A2"><v>5</v></c>', EMPTY)),
    "a column of numbers beside empty shared texts": _raw(
        "".join(_row(n, f'<c r="A{n}"><v>{n}</v></c>', EMPTY, _t(f"C{n}", "x")) for n in range(1, 5))
    ),
    "an escape of a formula beside an empty shared text": _raw(
        _below('<c r="A2" t="str"><f>A1</f><v>a_x000D_b</v></c>', EMPTY)
    ),
    "cut off": _raw("", sheet=f'<worksheet xmlns="{SPACE}"><sheetData>{TOP}<row r="2"><c r="A2" t="inl'),
    "wrong dimension": _raw(TOP, before='<dimension ref="??"/>'),
    "text that is not there": _raw('<row r="1"><c r="A1" t="s"><v>7</v></c></row>', "<si><t>NIK</t></si>"),
}


@pytest.mark.parametrize("names", [NAMES, None], ids=["headings known", "any headings"])
@pytest.mark.parametrize("data", FAST.values(), ids=FAST)
def test_what_holds_only_texts_is_read_fast_and_the_same(data, names):
    told = _fast(data, names)
    assert told == _cell_by_cell(data, names)
    assert told[-1], "rows were read"


def test_an_empty_workbook_is_refused_in_the_same_words():
    assert _fast(_raw("")) == _cell_by_cell(_raw("")) == "Lembar pertama kosong. Pindahkan datanya ke lembar pertama."


@pytest.mark.parametrize("names", [NAMES, None], ids=["headings known", "any headings"])
@pytest.mark.parametrize("data", CELL_BY_CELL.values(), ids=CELL_BY_CELL)
def test_what_holds_anything_else_is_left_to_the_other_reader(data, names):
    with pytest.raises(Exception):  # noqa: B017 - whatever it stumbles over
        TextBook(data, look_through(data)).sheet("A", names)
    assert _told(data, names) == _cell_by_cell(data, names)


@pytest.mark.parametrize("name", ["number", "number far down", "truth", "date", "merged"])
def test_what_is_seen_to_hold_anything_else_is_not_begun_with(name):
    with mock.patch("fastexcel.read_excel", side_effect=AssertionError), pytest.raises(NotOfTexts):
        TextBook(CELL_BY_CELL[name], look_through(CELL_BY_CELL[name]))


@pytest.mark.parametrize("cut", range(len(MERGED) + 1))
def test_a_merged_cell_is_found_wherever_a_piece_of_the_sheet_ends(cut):
    begun = f'<worksheet xmlns="{SPACE}"><sheetData>{TOP}</sheetData><!--'
    filler = "".join(random.Random(1).choices("0123456789", k=LOOKED_AT - len(begun) - len("--><") - cut))
    data = _raw("", sheet=f"{begun}{filler}--><{MERGED.decode()}s/></worksheet>")
    with pytest.raises(NotOfTexts):
        TextBook(data, look_through(data))


TEXT = st.text(
    st.sampled_from("aB1 '.,\n\t\r_x0041é€ 　😀<&>\"=-")
    | st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]),
    max_size=8,
)
OTHER = st.one_of(
    st.integers(-(10**17), 10**17),
    st.floats(-1e18, 1e18, allow_nan=False),
    st.booleans(),
    st.dates(date(1901, 1, 1), date(2100, 1, 1)),
    st.datetimes(datetime(1901, 1, 1), datetime(2100, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
    st.times().map(lambda moment: moment.replace(microsecond=0)),
    st.sampled_from(["=A1", "=#N/A", "=1/0", '="a"']),
)
PLAIN_ROWS = st.lists(st.lists(st.none() | TEXT, max_size=4), max_size=14)
ROWS = PLAIN_ROWS | st.lists(st.lists(st.none() | TEXT | OTHER, max_size=4), max_size=14)
SHEETS = st.lists(ROWS, min_size=1, max_size=3).map(lambda all: {f"Lembar {n}": rows for n, rows in enumerate(all)})
OFFSET = st.tuples(st.integers(0, 14), st.integers(0, 3))
MERGES = st.lists(
    st.sampled_from([(1, 0, 3, 0, "x"), (20, 0, 20, 2, "y"), (0, 4, 1, 5, "NIK")]), max_size=2, unique=True
)
MANY = settings(max_examples=150, derandomize=True, suppress_health_check=list(HealthCheck))


@MANY
@given(SHEETS, OFFSET, MERGES, st.sampled_from(["shared", "inline", "openpyxl"]), st.booleans(), st.booleans())
def test_any_workbook_is_read_the_same(sheets, offset, merges, writer, headed, known):
    if headed:
        sheets = {name: [HEAD, *rows] for name, rows in sheets.items()}
    try:
        data = (
            _openpyxl(sheets, offset, merges)
            if writer == "openpyxl"
            else _xlsx(sheets, offset, merges, writer == "inline")
        )
    except (openpyxl.utils.exceptions.IllegalCharacterError, xlsxwriter.exceptions.XlsxWriterException):
        return
    names = NAMES if known else None
    assert _told(data, names) == _cell_by_cell(data, names)


@MANY
@given(PLAIN_ROWS, OFFSET, st.sampled_from(["shared", "inline"]))
def test_texts_of_any_kind_are_read_fast(rows, offset, writer):
    rows = [["".join(c for c in cell or "" if c not in "=_") for cell in row] for row in rows]
    data = _xlsx({"A": [HEAD, *rows]}, offset, inline=writer == "inline")
    assert _fast(data) == _cell_by_cell(data)


def test_a_hidden_sheet_is_left_out_by_the_reader_that_knows_of_hiding():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("Lama").write_row(0, 0, HEAD)
        book.get_worksheet_by_name("Lama").hide()
        shown = book.add_worksheet("Baru")
        shown.activate()
        shown.write_row(0, 0, HEAD)
    assert _told(out.getvalue())[2] == "Baru"


def test_both_readers_are_of_one_shape():
    data = _xlsx({"A": [HEAD, ["1", "Ani", "x"]]})
    fast, other = (TextBook(data, look_through(data)), CellBook(data))
    assert fast.shown == other.shown == ["A"]
    assert fast.sheet("A", NAMES).heading == other.sheet("A", NAMES).heading
