"""Registers that held a NIK before the rule: it is found and named, read masked everywhere, leaves masked, and comes in by no sheet."""

import csv
import io
import re

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import models

from programs.models import Programme
from slrt.accounts.models import Organisation
from slrt.audit.models import AuditEntry
from slrt.core.readable import read_masked
from slrt.dashboard import integrity, kept_numbers
from slrt.exports.registers import RegisterAdmin
from slrt.jobs.models import Alert
from tests.access.test_numbers_in_the_administration import written
from tests.exports.conftest import registers, upload  # noqa: F401
from tests.exports.reading import book_of
from tests.exports.register_pages import CSV, REGISTERS, XLSX, out

NIK, SHOWN = "1301994506850007", "1301••••••••0007"
NAMING = ("name", "full_name", "owner", "unit", "decree", "source", "for_whom", "reason", "address", "closing")
VALUE = re.compile(r'(<(?:input|option)\b[^>]*\bvalue=")[^"]*|<textarea.*?</textarea>', re.DOTALL)


def roomy():
    """The fields of registers that a number fits into."""
    return [
        (model, field)
        for model, field in kept_numbers.fields()
        if isinstance(field, models.JSONField) or (field.max_length or 99) >= len(NIK)
    ]


def plant(model, field, text=f"Rosna {NIK}"):
    """Write a number into the newest row past every form, as older versions let people do."""
    row = model._base_manager.order_by("pk").last()
    kept = (
        [{"code": "ktp", "label": text}] if isinstance(field, models.JSONField) else text[-(field.max_length or 99) :]
    )
    model._base_manager.filter(pk=row.pk).update(**{field.name: kept})
    return row.pk


def id_of(pair):
    return kept_numbers.code_of(*pair)


def test_every_register_of_the_administration_is_looked_through():
    asked = {model for model, _field in kept_numbers.fields()}
    assert asked == {model for model, row in admin.site._registry.items() if isinstance(row, RegisterAdmin)}
    assert asked == set(REGISTERS.values())


@pytest.mark.parametrize(("model", "field"), roomy(), ids=map(id_of, roomy()))
def test_a_number_in_any_field_of_a_register_is_found(registers, sari, model, field):  # noqa: F811
    code = kept_numbers.code_of(model, field)
    check = next(check for check in integrity.checks() if check.code == code)
    assert len(code) <= Alert._meta.get_field("check_code").max_length
    plant(model, field, "13.01.05.2006")
    assert check.broken() == [], "the code of a village is none"
    pk = plant(model, field)
    assert check.broken() == [pk]


def test_the_finding_names_register_column_and_row_masked_and_leads_there(browse, registers, lestari, chief):  # noqa: F811
    pk = plant(Programme, Programme._meta.get_field("for_whom"))
    Programme.objects.filter(pk=pk).update(name=f"Bantuan {NIK}")
    integrity.check_all()
    alert = Alert.objects.open().get(check_code="number.programs.programme.for_whom")
    assert (alert.count, alert.ids) == (1, [pk])
    address = f"/admin/programs/programme/{pk}/change/"
    page = browse(lestari).get("/dasbor/").content.decode()
    assert "1 baris daftar acuan memuat NIK atau nomor KK" in page
    assert f"Program, kolom untuk siapa: Bantuan {SHOWN}" in page
    assert "hapus nomornya dari kolom itu" in page
    assert address not in page, "whoever may not change the register is told whom to ask"
    assert NIK not in page
    assert NIK not in browse(lestari).get("/pekerjaan/").content.decode()
    assert not AuditEntry.objects.filter(details__contains=NIK).exists()
    places = [place for found in kept_numbers.rows_of(alert.check_code, alert.ids, chief) for place in found]
    assert address in places
    Programme.objects.filter(pk=pk).update(name="Bantuan", for_whom="Keluarga miskin")
    integrity.check_all()
    assert not Alert.objects.open().exists(), "mended, it is told no more"


@pytest.fixture
def planted(registers, sari):  # noqa: F811
    """A number in whatever names a row of a register."""
    for model, field in roomy():
        if field.name in NAMING:
            plant(model, field)


def read(page):
    """A page without what stands in its boxes."""
    return VALUE.sub(r"\1", page)


@pytest.mark.parametrize("path", REGISTERS)
def test_the_administration_reads_it_out_masked_and_mends_it_in_its_box(browse, chief, planted, path):
    desk, pk = browse(chief), REGISTERS[path]._base_manager.order_by("pk").last().pk
    for page in ("", f"{pk}/change/", f"{pk}/history/", f"{pk}/delete/", "add/"):
        answer = desk.get(f"{path}{page}")
        assert answer.status_code in (200, 403), page
        assert NIK not in read(answer.content.decode()), page
    asked = desk.post(path, {"action": "delete_selected", "_selected_action": [pk]})
    assert NIK not in asked.content.decode()


@pytest.mark.parametrize("path", REGISTERS)
def test_its_sheets_leave_masked(browse, chief, planted, path):
    text = out(browse(chief), path, CSV).content.decode("utf-8-sig")
    book = book_of(out(browse(chief), path, XLSX).content)
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert NIK not in text
    assert NIK not in "\n".join(cells)
    assert SHOWN in text
    assert SHOWN in "\n".join(cells)


def test_a_removed_row_leaves_no_number_in_the_history_or_in_what_is_said(browse, chief, registers):  # noqa: F811
    row = Organisation.objects.create(code="lama", name=f"Yayasan {NIK}", kind="partner", area_id="13.01")
    answer = browse(chief).post(f"/admin/accounts/organisation/{row.pk}/delete/", {"post": "yes"}, follow=True)
    assert not Organisation.objects.filter(pk=row.pk).exists()
    assert SHOWN in answer.content.decode()
    assert NIK not in answer.content.decode()
    assert LogEntry.objects.latest("pk").object_repr == f"Yayasan {SHOWN}"
    assert NIK not in browse(chief).get("/admin/").content.decode()


def test_a_sheet_with_such_a_row_is_refused_by_row_and_column_and_says_how_to_mend_it(browse, chief, planted, upload):  # noqa: F811
    stored = Organisation.objects.order_by("pk").last()
    page, confirm = upload("/admin/accounts/organisation/", f"code,name,town\n{stored.code},{stored.name},Painan\n")
    assert confirm is None
    (row,) = re.findall(
        r"<tr><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>", page.split('class="refusals"')[1].split("</table>")[0]
    )
    assert row[0] == "2"
    assert row[1] == "Nama (name)"
    assert "Jangan tulis NIK atau nomor KK di sini" in row[2]
    assert "Hapus nomornya dari sel ini, lalu unggah lagi." in row[2]
    assert NIK not in page


def test_a_column_that_the_sheet_leaves_out_refuses_nothing(planted, upload):  # noqa: F811
    stored = Organisation.objects.order_by("pk").last()
    page, confirm = upload("/admin/accounts/organisation/", f"code,town\n{stored.code},Batusangkar\n")
    assert "1" in page
    assert NIK not in confirm()
    stored.refresh_from_db()
    assert (stored.town, NIK in stored.name) == ("Batusangkar", True), "the finding tells of the name"


def test_the_sheet_that_left_masked_mends_the_row_and_shows_that_it_does(browse, chief, planted, upload):  # noqa: F811
    stored = Organisation.objects.order_by("pk").last()
    sheet = out(browse(chief), "/admin/accounts/organisation/", CSV).content.decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(sheet, newline=""), delimiter=";")
    row = next(row for row in rows if stored.code in row)
    page, confirm = upload("/admin/accounts/organisation/", written(head, row))
    assert f"<del>Rosna {SHOWN}</del> <ins>Rosna {SHOWN}</ins>" in page
    assert NIK not in page
    confirm()
    stored.refresh_from_db()
    assert (stored.name, stored.address) == (f"Rosna {SHOWN}", f"Rosna {SHOWN}")


def test_what_is_read_is_masked_and_what_is_typed_is_not():
    page = f'<title>{NIK}</title><a title="{NIK}" href="/x/{NIK}/">{NIK}</a><input value="{NIK}" aria-label="{NIK}">'
    page += f"<textarea>\n{NIK} <b></textarea><option value='{NIK}'>{NIK}</option><p>13.01.05.2006</p>"
    assert read_masked(page) == (
        f'<title>{SHOWN}</title><a title="{SHOWN}" href="/x/{NIK}/">{SHOWN}</a>'
        f'<input value="{NIK}" aria-label="{SHOWN}"><textarea>\n{NIK} <b></textarea>'
        f"<option value='{NIK}'>{SHOWN}</option><p>13.01.05.2006</p>"
    )
