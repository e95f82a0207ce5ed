"""The headings and cells of a register's sheet: words people understand, which come back as they went out."""

import io
import re
from datetime import date

import openpyxl
import pytest
import tablib
from django.contrib import admin

from complaints.models import Holiday
from slrt.accounts.models import Organisation
from slrt.regions.models import Region
from tests.exports.register_pages import CSV, REGISTERS, XLSX, out


def test_level_and_parent_of_a_region_follow_from_its_code(upload, registers):
    _page, confirm = upload(
        "/admin/regions/region/", "code,name,active\n13.01.07,Baru,1\n13.01.07.2001,Nagari Baru,1\n"
    )
    confirm()
    made = Region.objects.get(code="13.01.07.2001")
    assert (made.level, made.parent_id) == (4, "13.01.07")


def test_a_name_that_is_a_formula_goes_out_defused_and_comes_back_whole(browse, chief, registers, upload):
    Organisation.objects.filter(code="dinkes").update(phone="+62 756 1")
    answer = out(browse(chief), "/admin/accounts/organisation/", XLSX)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert "'+62 756 1" in [cell.value for row in sheet.iter_rows() for cell in row]
    page, _confirm = upload("/admin/accounts/organisation/", answer.content, "x.xlsx", XLSX)
    assert not re.search(r'<tr class="(new|update)">', page)


@pytest.mark.parametrize("path", REGISTERS)
def test_headings_are_words_people_understand_and_each_stands_for_one_column(browse, chief, registers, path):
    answer = out(browse(chief), path, CSV)
    table = tablib.Dataset().load(answer.content.decode("utf-8-sig"), format="csv", delimiter=";")
    resource = admin.site.get_model_admin(REGISTERS[path]).resource_classes[0]()
    codes = {field.column_name for field in resource.get_import_fields()}
    assert len(set(table.headers)) == len(codes)
    assert not set(table.headers) & codes, "a code is no word"
    assert not [heading for heading in table.headers if "_" in heading or not heading[0].isupper()]


def test_a_sheet_that_was_filled_in_under_the_codes_still_comes_in(upload, registers):
    for heading in ("on,name", "ON,Nama", "tanggal,nama", "Tanggal (on),Nama (name)"):
        Holiday.objects.filter(name="Buruh").delete()
        _page, confirm = upload("/admin/complaints/holiday/", f"{heading}\n2026-05-01,Buruh\n")
        confirm()
        assert Holiday.objects.get(on=date(2026, 5, 1)).name == "Buruh", heading


def test_a_code_and_its_word_in_one_sheet_are_one_column_twice(upload, registers):
    page, confirm = upload("/admin/complaints/holiday/", "on,tanggal,name\n2026-05-01,2026-06-01,Buruh\n")
    assert confirm is None
    assert "Kolom Tanggal (on) ada dua kali. Hapus salah satunya." in page


def test_the_words_are_the_same_whatever_the_reader_reads_slrt_in(browse, chief, registers, upload):
    client = browse(chief)
    client.cookies["django_language"] = "en"
    table = tablib.Dataset().load(
        out(client, "/admin/complaints/holiday/", CSV).content.decode("utf-8-sig"), format="csv", delimiter=";"
    )
    assert table.headers == ["Tanggal", "Nama"]
