"""Files as offices really send them: half wrong, split, shuffled, merged, cut off, endless."""

import csv
import io
from collections import Counter

import openpyxl
import pytest
import xlsxwriter

from households.importing import applying, previewing, rejects, uploading
from households.importing.reading import Unreadable, read
from households.models import Family, ImportRun, Membership, Person

HEAD = ["NO_KK", "NIK", "NAMA", "TGL_LAHIR", "JENIS_KELAMIN", "HUB_KELUARGA", "KODE_DESA", "ID_KELUARGA", "DESIL"]
# Reason -> what makes a good row (a list of cells in the order of HEAD) wrong for it.
SPOILERS = {
    "kk_float": lambda r: r[:0] + ["1.30199E+15"] + r[1:],
    "kk_letters": lambda r: ["13019901011000AB"] + r[1:],
    "kk_short": lambda r: ["13019901"] + r[1:],
    "nik_float": lambda r: [r[0], "1,30199E+15", *r[2:]],
    "nik_letters": lambda r: [r[0], "13019905068500O1", *r[2:]],
    "nik_short": lambda r: [r[0], "130199", *r[2:]],
    "nik_bad_date": lambda r: [r[0], "1301993506850001", *r[2:]],
    "nik_serial_zero": lambda r: [r[0], r[1][:12] + "0000", *r[2:]],
    "name_empty": lambda r: [*r[:2], "  ", *r[3:]],
    "birth_garbage": lambda r: [*r[:3], "31/02/1980", *r[4:]],
    "birth_future": lambda r: [*r[:3], "2199-01-01", *r[4:]],
    "birth_too_old": lambda r: [*r[:3], "1850-01-01", *r[4:]],
    "sex_unknown": lambda r: [*r[:4], "X", *r[5:]],
    "relation_unknown": lambda r: [*r[:5], "TETANGGA", *r[6:]],
    "village_unknown": lambda r: [*r[:6], "9999999999", *r[7:]],
    "village_outside": lambda r: [*r[:6], "1371011001", *r[7:]],
    "decile_range": lambda r: [*r[:8], "11"],
}


@pytest.fixture
def manager(places, lestari):
    return lestari


def _row(n):
    """A good row: one person, one family."""
    day, serial = n % 28 + 1, n // 28 + 1
    number = f"130199{day:02d}0680{serial:04d}"
    return [number, number, f"Orang {n}", f"1980-06-{day:02d}", "1", "1", "1301052006", f"K{n}", "3"]


def _csv(rows, head=HEAD, separator=","):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    writer.writerows([head, *rows])
    return out.getvalue().encode()


def _xlsx(write):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    write(book.add_worksheet("BNBA"), book)
    book.close()
    return out.getvalue()


def _import(manager, data, name="berkas.csv"):
    started = uploading.upload(data, name, by=manager)
    previewing.preview(started.pk)
    started.refresh_from_db()
    assert started.state == "previewed", started.problem
    applying.request_apply(started, by=manager, version=started.version, at_console=True)
    applying.apply(started.pk)
    started.refresh_from_db()
    return started


def test_of_twenty_thousand_rows_exactly_the_ten_thousand_right_ones_land(manager):
    ways = list(SPOILERS)
    rows, wrong = [], {}
    for n in range(20_000):
        row = _row(n)
        if n % 2:
            wrong[n + 2] = ways[n // 2 % len(ways)]
            row = SPOILERS[wrong[n + 2]](row)
        rows.append(row)
    started = _import(manager, _csv(rows))
    assert len(ways) >= 12
    assert started.counts["reasons"] == dict(Counter(wrong.values()))
    assert {int(name.split()[1]) for name in Person.objects.values_list("name", flat=True)} == set(range(0, 20_000, 2))
    assert (Family.objects.count(), Membership.objects.open().count()) == (10_000, 10_000)
    back = list(
        csv.DictReader(io.StringIO(rejects.build(started, by=manager, form="csv").decode("utf-8-sig")), delimiter=";")
    )
    assert [int(line["BARIS"]) for line in back] == sorted(wrong)
    assert all(line["KOLOM BERMASALAH"] and line["ALASAN"] and line["CARA MEMPERBAIKI"] for line in back)


def test_refused_rows_once_mended_go_in_as_they_came_back(manager):
    bad = SPOILERS["birth_garbage"](_row(1))
    started = _import(manager, _csv([_row(0), bad]))
    back = rejects.build(started, by=manager, form="csv").decode("utf-8-sig").replace("31/02/1980", "1980-06-02")
    _import(manager, back.encode(), "perbaikan.csv")
    assert set(Person.objects.values_list("name", flat=True)) == {"Orang 0", "Orang 1"}


def test_no_heading_cell_or_sheet_of_the_refused_rows_runs_as_a_formula(manager):
    signs = "=+-@＝＋－＠\n"

    def write(sheet, book):
        sheet.name = "=1+1"
        bad = SPOILERS["sex_unknown"](_row(0))
        sheet.write_row(0, 0, [*HEAD, *(f"{sign}kolom{n}" for n, sign in enumerate(signs))])
        for n, value in enumerate([*bad, *(f"{sign}2+5" for sign in signs)]):
            sheet.write_string(1, n, value)

    started = _import(manager, _xlsx(write), "berkas.xlsx")
    back = rejects.build(started, by=manager, form="csv").decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(back, newline=""), delimiter=";") for cell in line]
    assert [cell for cell in cells if cell.endswith("2+5")] == [f"'{sign}2+5" for sign in signs]
    assert not [cell for cell in cells if cell[:1] in signs and cell]


def test_a_workbooks_refused_rows_name_their_sheet(manager):
    def write(sheet, book):
        for n, row in enumerate([HEAD, _row(0), SPOILERS["sex_unknown"](_row(1))]):
            sheet.write_row(n, 0, row)

    started = _import(manager, _xlsx(write), "berkas.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(rejects.build(started, by=manager))).active
    titles, row = ([cell.value for cell in line] for line in sheet.iter_rows())
    assert titles == [*HEAD, "LEMBAR", "BARIS", "KOLOM BERMASALAH", "ALASAN", "CARA MEMPERBAIKI"]
    assert (row[2], row[9:12]) == ("Orang 1", ["BNBA", "3", "JENIS_KELAMIN"])


def test_one_nik_with_two_people_refuses_both_rows_and_nobody_else(manager):
    one, other = _row(0), _row(0)
    other[2], other[7], other[0] = "Orang Lain", "K900", _row(5)[0]
    started = _import(manager, _csv([one, other, _row(1)]))
    assert started.counts["reasons"] == {"nik_twice": 2}
    assert [p.name for p in Person.objects.all()] == ["Orang 1"]


def test_a_family_split_over_two_files_is_one_family(manager):
    head, child = _row(0), _row(1)
    child[0], child[7], child[5] = head[0], head[7], "3"
    _import(manager, _csv([head]))
    second = _import(manager, _csv([child]))
    assert (Family.objects.count(), Membership.objects.open().count()) == (1, 2)
    assert second.counts["missing"] == 1
    assert Membership.objects.filter(missing_since__isnull=False).count() == 1, "marked, not removed"


def test_columns_in_another_order_with_one_more_and_other_spelling(manager):
    order = [8, 2, 0, 1, 3, 5, 4, 6, 7]
    head = [
        "desil",
        "Nama",
        "No. KK",
        "nik",
        "tgl lahir",
        "HUB KELUARGA",
        "Jenis_Kelamin",
        "Kode Desa",
        "Id Keluarga",
        "CATATAN",
    ]
    started = _import(manager, _csv([[_row(0)[n] for n in order] + ["kolom lain"]], head, ";"))
    assert started.counts["accepted"] == 1
    assert Person.objects.get().name == "Orang 0"


def test_merged_cells_leave_their_rows_to_be_mended_not_guessed(manager):
    def write(sheet, book):
        sheet.write_row(0, 0, HEAD)
        for n in (0, 1):
            sheet.write_row(n + 1, 0, _row(n)[:6])
            sheet.write_row(n + 1, 7, _row(n)[7:])
        sheet.merge_range(1, 6, 2, 6, "1301052006")

    started = _import(manager, _xlsx(write), "gabung.xlsx")
    assert (started.counts["accepted"], started.counts["reasons"]) == (1, {"merged_cells": 1})


def test_dates_and_numbers_that_a_spreadsheet_keeps_as_numbers(manager):
    def write(sheet, book):
        sheet.write_row(0, 0, HEAD)
        for n in (0, 1):
            sheet.write_row(n + 1, 0, _row(n))
        sheet.write_number(1, 3, 29373)  # 1980-06-01
        sheet.write_number(2, 1, int(_row(1)[1]))

    started = _import(manager, _xlsx(write), "angka.xlsx")
    assert started.counts["reasons"] == {"nik_float": 1}
    assert Person.objects.get().birth_date.isoformat() == "1980-06-01"


def test_an_upload_that_was_cut_off_is_one_sentence(manager):
    whole = _xlsx(lambda sheet, book: [sheet.write_row(n, 0, r) for n, r in enumerate([HEAD, _row(0)])])
    with pytest.raises(Unreadable, match="terpotong"):
        read([whole[: len(whole) // 2]])


def test_a_million_empty_rows_below_the_data_are_no_rows(manager):
    data = _csv([_row(0)]) + b",,,,,,,,\n" * 1_000_000
    started = uploading.upload(data, "panjang.csv", by=manager)
    previewing.preview(started.pk)
    started.refresh_from_db()
    assert (started.state, started.counts["rows"], started.counts["accepted"]) == ("previewed", 1, 1)


def test_a_password_protected_workbook_is_one_sentence(manager):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2048
    started = uploading.upload(ole, "rahasia.xlsx", by=manager)
    previewing.preview(started.pk)
    started.refresh_from_db()
    assert "berkata sandi" in started.problem
    assert ImportRun.objects.get().state == "failed"


def test_a_file_in_many_small_pieces_reads_like_one_piece(manager, monkeypatch):
    from households.importing import delimited

    rows = [_row(n) for n in range(500)]
    rows[250][2] = 'Orang "250",\ndua baris'
    data = _csv(rows)
    whole = list(read([data]).parts)
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 1000)
    pieces = list(read([data[n : n + 333] for n in range(0, len(data), 333)]).parts)
    assert len(pieces) > 5
    assert [r for part in pieces for r in part.rows()] == [r for part in whole for r in part.rows()]


@pytest.mark.parametrize(
    "page",
    [
        b"<html><body><table><tr><td>NIK</td></tr></table></body></html>",
        b"\xef\xbb\xbf\r\n<!DOCTYPE html><html></html>",
        "<table>\n<tr><td>NIK</td></tr>\n</table>".encode("utf-16"),
        b'<?xml version="1.0"?><Workbook></Workbook>',
    ],
)
def test_a_web_page_that_is_named_like_a_table_is_one_sentence(manager, page):
    """Its tags were offered as headings to choose among."""
    with pytest.raises(Unreadable, match="halaman web"):
        read([page])
