"""Sheets whose cells reach far: a reader would make room for every cell in between, so they are refused before one is asked."""

import io
import random
import subprocess
import sys
import zipfile

import pytest
import xlsxwriter

from households.choices.imports import ImportKind
from households.importing import previewing, uploading, workbooks
from households.importing.unreadable import Unreadable
from households.models import ImportRun, Person
from tests.importing.families import HEAD, ROSNA
from tests.importing.test_two_readers import NAMES, SPACE, TOP, _raw, _row, _t

ROOM = 6 << 30  # bytes of addresses for a process that reads such a file; its libraries take a part of it
READ = """
import io, resource, sys
import django
django.setup()
from households.importing import workbooks
from households.importing.unreadable import Unreadable
data = sys.stdin.buffer.read()
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
try:
    opened = workbooks.open_workbook(data, {"NIK": "nik", "NAMA": "nama"})
    print("read", sum(part.height for part in opened.parts(frozenset())))
except Unreadable as refused:
    print("refused", refused)
"""
# What does not shrink in the archive: whatever grows too much out of it is refused for that.
FILLING = f"<!--{''.join(random.Random(1).choices('0123456789', k=300_000))}-->"
NUMBER = '<c r="XFD1048576"><v>5</v></c>'
MANY_EMPTY = "<c/>" * 16_383
FAR = {
    "text": _raw(TOP + _row(1048576, _t("XFD1048576", "x"))),
    "number": _raw(TOP + _row(1048576, NUMBER)),
    "dimension that lies": _raw(TOP + _row(1048576, NUMBER), before='<dimension ref="A1:B2"/>'),
    "in a row that says another number": _raw(TOP + _row(2, NUMBER)),
    "in quotes of the other kind": _raw(TOP + _row(2, "<c r = 'XFD1048576'><v>5</v></c>")),
    "in a cell that says other things first": _raw(TOP + _row(2, '<c s="0" r="XFD1048576"><v>5</v></c>')),
    "in small letters": _raw(TOP + _row(2, '<c r="xfd1048576"><v>5</v></c>')),
    "cells that do not say where they stand": _raw(TOP + _row(1048576, MANY_EMPTY, "<c><v>5</v></c>")),
    "rows that do not say either": _raw(TOP + FILLING + "<row/>" * 200_000 + f"<row>{MANY_EMPTY}<c><v>5</v></c></row>"),
    "with a prefix": _raw(
        "",
        sheet=f'<x:worksheet xmlns:x="{SPACE}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>'
        '<x:row r="1048576"><x:c r="XFD1048576"><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>',
    ),
    "behind a comment that fills the first pieces": _raw(TOP + FILLING * 2 + _row(1048576, NUMBER)),
}


def _longer_than_it_says(data):
    """The same workbook, with a directory that ends the sheet before its far cell."""
    shown, out = TOP.encode(), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            new.writestr(member.filename, old.read(member))
        sheet = new.getinfo("xl/worksheets/sheet1.xml")
        whole = old.read("xl/worksheets/sheet1.xml")
        sheet.file_size = whole.index(shown) + len(shown)
        sheet.CRC = zipfile.crc32(whole[: sheet.file_size])
    return out.getvalue()


def _told(data, room=ROOM):
    """What a process of its own says of a workbook, that has so much room; empty when it was killed."""
    done = subprocess.run([sys.executable, "-c", READ, str(room)], input=data, capture_output=True, timeout=120)
    return done.stdout.decode().strip()


def _written(write, **options):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, options) as book:
        write(book, book.add_worksheet("BNBA"))
    return out.getvalue()


@pytest.mark.parametrize("data", FAR.values(), ids=FAR)
def test_a_far_cell_is_refused_before_room_is_made_for_all_before_it(data):
    with pytest.raises(Unreadable, match="Lembar “A” berisi sel sampai") as refused:
        workbooks.open_workbook(data, NAMES)
    assert "Hapus kolom dan baris kosong" in str(refused.value)


@pytest.mark.parametrize("name", ["text", "number", "rows that do not say either"])
def test_the_worker_lives_on_with_little_room(name):
    assert _told(FAR[name]).startswith("refused Lembar “A” berisi sel sampai XFD")


def test_a_sheet_longer_than_the_directory_says_is_not_read_to_its_far_cell():
    data = _longer_than_it_says(FAR["number"])
    assert _told(data) == "refused Lembar kerja ini tidak bisa dibuka. Simpan ulang sebagai .xlsx atau CSV."


@pytest.mark.parametrize("address", ["Sago", 7], ids=["of texts", "with a number"])
def test_formats_far_out_hold_nothing_and_are_read_as_ever(address):
    def write(book, sheet):
        bold = book.add_format({"bold": True})
        for n, row in enumerate([["NIK", "NAMA", "ALAMAT"], ["1", "Ani", address]]):
            sheet.write_row(n, 0, row)
        sheet.write_blank(1_048_575, 16_383, None, bold)

    assert _told(_written(write)) == "read 1"


def test_a_million_formatted_rows_below_forty_columns_are_read_as_ever():
    def write(book, sheet):
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, ["NIK", "NAMA", *(f"K{n}" for n in range(38))])
        sheet.write_row(1, 0, [str(n) for n in range(40)])
        for n in range(2, 1_000_002):
            sheet.set_row(n, None, bold)
            if n % 100 == 0:
                for c in range(40):
                    sheet.write_blank(n, c, None, bold)

    assert _told(_written(write, constant_memory=True)) == "read 1"


def test_a_wide_and_a_tall_table_are_measured_and_read():
    def wide(book, sheet):
        for n in range(3):
            sheet.write_row(n, 0, ["NIK", "NAMA", *(f"K{c}" for c in range(798))])

    tall = _raw(TOP + _row(150_000, _t("A150000", "1"), _t("BZ150000", "x")))
    assert [_told(_written(wide)), _told(tall)] == ["read 2", "read 149999"]


def test_a_far_sheet_that_nobody_reads_stands_in_nobodys_way():
    def write(book, sheet):
        sheet.write_row(0, 0, ["NIK", "NAMA"])
        sheet.write_row(1, 0, ["1", "Ani"])
        for other in (book.add_worksheet("Rekap"), book.add_worksheet("Lama")):
            other.write(0, 0, "x")
            other.write(1_048_575, 16_383, "x")
        other.hide()

    assert _told(_written(write)) == "read 1"


@pytest.mark.django_db
def test_who_uploads_it_is_told_which_sheet_and_what_to_do(places, lestari):
    def write(book, sheet):
        for n, row in enumerate([HEAD, [ROSNA[c] for c in HEAD]]):
            sheet.write_row(n, 0, row)
        sheet.write(1_048_575, 16_383, "x")

    started = uploading.upload(_written(write), "berkas.xlsx", by=lestari, kind=ImportKind.EXTRACT)
    previewing.preview(started.pk)
    failed = ImportRun.objects.get(pk=started.pk)
    assert failed.state == "failed"
    assert str(failed.problem).startswith("Lembar “BNBA” berisi sel sampai XFD1048576")
    assert Person.objects.count() == 0
