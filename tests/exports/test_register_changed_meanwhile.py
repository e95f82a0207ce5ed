"""Between preview and confirmation somebody else saves a row: their edit stays, the sheet is not saved, and its new preview is there."""

import re
from datetime import date

import pytest

from complaints.models import Holiday, RoutingRule
from programs.models import Programme
from slrt.accounts.models import Assignment, Organisation, User
from slrt.audit.models import AuditEntry
from slrt.dashboard.models import Target
from slrt.letters.models import LetterTemplate
from slrt.regions.models import Region
from tests import people
from tests.exports.register_pages import CSV, REGISTERS, out

HOLIDAYS = "/admin/complaints/holiday/"
SHEET = "on,name\n2026-08-17,HUT RI\n2026-12-25,Natal\n2026-05-01,Buruh\n"


@pytest.fixture
def natal(registers):
    return Holiday.objects.create(on=date(2026, 12, 25), name="Natal")


def names():
    return dict(Holiday.objects.values_list("on", "name"))


def test_an_edit_made_meanwhile_stays_and_is_said_with_what_is_stored_now(upload, natal):
    _page, confirm = upload(HOLIDAYS, SHEET)
    Holiday.objects.filter(on=date(2026, 8, 17)).update(name="Proklamasi")
    before = names()
    answer = confirm()
    assert names() == before, "neither the edited row nor the others"
    assert "Tidak ada yang disimpan." in answer
    assert "Diubah orang lain sejak pratinjau. Yang tersimpan sekarang: Proklamasi" in answer
    assert re.search(r"<tr><td>2</td><td>Nama \(name\)</td>", answer), "the row of the sheet and its column"
    assert not AuditEntry.objects.filter(verb__in=["register_import", "admin_change", "admin_add"]).exists()


def test_the_new_preview_shows_what_is_stored_now_and_is_confirmed_in_one_press(browse, chief, upload, natal):
    _page, confirm = upload(HOLIDAYS, SHEET)
    Holiday.objects.filter(on=date(2026, 8, 17)).update(name="Proklamasi")
    answer = confirm()
    assert "<del>Proklamasi</del> <ins>HUT RI</ins>" in answer
    fields = dict(re.findall(r'name="(import_file_name|original_file_name|format|resource)" value="([^"]*)"', answer))
    browse(chief).post(f"{HOLIDAYS}process_import/", fields)
    assert names() == {date(2026, 8, 17): "HUT RI", date(2026, 12, 25): "Natal", date(2026, 5, 1): "Buruh"}


def test_a_row_that_was_to_stay_and_was_edited_meanwhile_is_not_set_back(upload, natal):
    _page, confirm = upload(HOLIDAYS, SHEET)
    Holiday.objects.filter(pk=natal.pk).update(name="Hari Raya Natal")
    before = names()
    assert "Yang tersimpan sekarang: Hari Raya Natal" in confirm()
    assert names() == before


def test_a_row_removed_meanwhile_does_not_come_back(upload, natal):
    _page, confirm = upload(HOLIDAYS, SHEET)
    natal.delete()
    assert "sudah dihapus orang lain" in confirm()
    assert date(2026, 12, 25) not in names()


def test_a_row_added_meanwhile_is_not_overwritten(upload, natal):
    _page, confirm = upload(HOLIDAYS, SHEET)
    Holiday.objects.create(on=date(2026, 5, 1), name="Hari Buruh Internasional")
    answer = confirm()
    assert "sudah ditambahkan orang lain" in answer
    assert names()[date(2026, 5, 1)] == "Hari Buruh Internasional"
    assert names()[date(2026, 8, 17)] == "Hari Kemerdekaan"


def test_what_changed_elsewhere_does_not_hold_the_sheet_back(upload, natal):
    Holiday.objects.create(on=date(2026, 6, 1), name="Pancasila")
    _page, confirm = upload(HOLIDAYS, SHEET)
    Holiday.objects.filter(on=date(2026, 6, 1)).update(name="Hari Lahir Pancasila")
    assert "Tersimpan: 1 baris baru, 1 berubah, 1 tetap." in confirm()


def test_a_reader_of_english_confirms_what_was_shown_in_indonesian(browse, chief, upload, natal):
    _page, confirm = upload(HOLIDAYS, SHEET)
    browse(chief).post("/bahasa/", {"language": "en"})
    confirm()
    assert names()[date(2026, 8, 17)] == "HUT RI"


EDITS = {
    Region: {"name": "Nama Lain"},
    Organisation: {"phone": "0751-99"},
    User: {"full_name": "Nama Lain"},
    Assignment: {"decree": "SK 9"},
    Programme: {"benefit": "Lain"},
    Holiday: {"name": "Lain"},
    RoutingRule: {"unit": "Seksi Lain"},
    Target: {"number": 77},
    LetterTemplate: {"closing": "Salam."},
}


@pytest.mark.parametrize("path", [path for path, model in REGISTERS.items() if model in EDITS])
def test_no_register_sets_back_what_was_edited_meanwhile(browse, chief, registers, upload, path):
    model = REGISTERS[path]
    _page, confirm = upload(path, out(browse(chief), path, CSV).content)
    model.objects.update(**EDITS[model])
    if model is User:
        chief.refresh_from_db()
    assert "Diubah orang lain sejak pratinjau" in confirm()
    assert model.objects.filter(**EDITS[model]).count() == model.objects.count()


def test_columns_the_sheet_leaves_out_keep_what_was_saved_meanwhile(upload, registers):
    people.make_organisation("dinkes2")
    _page, confirm = upload("/admin/accounts/organisation/", "code,phone\ndinkes2,0751-1\n")
    Organisation.objects.filter(code="dinkes2").update(address="Jl. Baru 1")
    assert "Yang tersimpan sekarang: Jl. Baru 1" in confirm()
    assert Organisation.objects.get(code="dinkes2").phone != "0751-1"
