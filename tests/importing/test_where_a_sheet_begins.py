"""Sheets that begin with empty rows or columns: rows keep the numbers that the spreadsheet shows."""

import io

import polars as pl
import pytest
import xlsxwriter

from households.importing import cell_sheets, text_sheets, workbooks

HEAD = ["NIK", "NAMA", "ALAMAT"]
NAMES = {heading: heading.lower() for heading in HEAD}


def _opened(rows, row, column, merged=()):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for n, cells in enumerate(rows):
            sheet.write_row(row + n, column, cells)
        for span in merged:
            sheet.merge_range(*span)
    return workbooks.open_workbook(out.getvalue(), NAMES)


def _rows(opened, short=(0,)):
    return pl.concat(opened.parts(frozenset(short))).rows()


@pytest.mark.parametrize("address", ["Sago", 7], ids=["of texts", "with a number"])
def test_rows_are_counted_from_the_sheets_first(address):
    opened = _opened([HEAD, ["1", "Ani", address]], 4, 2)
    assert opened.row == 5
    assert _rows(opened) == [(6, None, "1", "Ani", str(address))]


@pytest.mark.parametrize("address", ["Sago", 7], ids=["of texts", "with a number"])
def test_rows_are_counted_on_where_a_sheet_comes_in_several_parts(monkeypatch, address):
    for reader in (cell_sheets, text_sheets):
        monkeypatch.setattr(reader, "SHEET_ROWS", 2)
    opened = _opened([HEAD, *([str(n), "Ani", address] for n in range(6, 11))], 4, 0)
    assert [row[0] for row in _rows(opened)] == [6, 7, 8, 9, 10]


def test_a_merged_cell_refuses_the_very_row_it_covers():
    rows = [HEAD, ["", "Ani", "x"], ["", "Budi", "y"], ["3", "Cici", "z"]]
    opened = _opened(rows, 4, 2, [(5, 2, 6, 2, "1")])
    assert [row[:2] for row in _rows(opened)] == [(6, None), (7, "merged_cells"), (8, None)]


def test_a_cell_merged_with_the_one_beside_it_refuses_its_own_row_and_no_other():
    rows = [HEAD, ["1", "Ani", "x"], ["2", "", "y"], ["3", "Cici", "z"]]
    opened = _opened(rows, 4, 2, [(6, 2, 6, 3, "2")])
    assert [row[:2] for row in _rows(opened, short=(0, 1))] == [(6, None), (7, "merged_cells"), (8, None)]


@pytest.mark.parametrize("address", ["Sago", 7], ids=["of texts", "with a number"])
def test_headings_of_two_rows_are_found_wherever_they_stand(address):
    opened = _opened([["NIK", "", "x"], ["", "NAMA", "ALAMAT"], ["1", "Ani", address]], 9, 0)
    assert (opened.headers, opened.row) == (HEAD, 11)


@pytest.mark.parametrize("address", ["Sago", 7], ids=["of texts", "with a number"])
def test_empty_rows_are_gone_through_once(address):
    opened = _opened([HEAD, ["1", "Ani", address]], 1_048_574, 0)
    assert (opened.row, len(_rows(opened))) == (1_048_575, 1)
