"""Conditions of rules and papers of programmes as lines of a sheet that a person can change."""

import io
from datetime import timedelta

import openpyxl
import pytest

from programs import written
from programs.models import Programme, ProgrammeRule
from slrt.audit.models import AuditEntry
from slrt.core import clock
from tests.exports.register_pages import CSV, XLSX, out

RULES = "/admin/programs/programmerule/"


@pytest.mark.parametrize("form", [XLSX, CSV])
def test_rules_and_papers_are_lines_that_people_can_change(browse, chief, registers, upload, form):
    """Taken out, one condition and one paper changed as in a spreadsheet, in again: that is all that changes."""
    rule, programme = ProgrammeRule.objects.get(programme__code="PKH"), Programme.objects.get(code="PKH")
    before, papers = rule.conditions, programme.prerequisites
    changed = [
        (
            "/admin/programs/programmerule/",
            "tinggi 4\nAda anggota: salah satu dari ibu",
            "tinggi 3\nAda anggota: salah satu dari ibu",
        ),
        ("/admin/programs/programme/", "Bukti komponen (buku KIA", "Bukti komponen asli (buku KIA"),
    ]
    for path, was, now in changed:
        data = out(browse(chief), path, form).content
        if form == CSV:
            sheet = data.decode("utf-8-sig")
            assert "{" not in sheet
            again, name = sheet.replace(was, now, 1).encode(), "x.csv"
        else:
            again, name = _replaced(data, was, now), "x.xlsx"
        page, confirm = upload(path, again, name)
        assert confirm, page
        confirm()
    rule.refresh_from_db()
    programme.refresh_from_db()
    assert rule.conditions == [{"kind": "decile", "to": 3}, *before[1:]]
    assert programme.prerequisites[:2] == papers[:2]
    assert programme.prerequisites[2]["label"].startswith("Bukti komponen asli")


def _replaced(data, was, now):
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for row in book.active.iter_rows() for cell in row if was in str(cell.value)]
    cells[0].value = cells[0].value.replace(was, now, 1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_rule_names_a_programme_that_is_known_no_more(upload, registers):
    """What stands there already may go on standing; nobody writes it anew."""
    rule = ProgrammeRule.objects.get(programme__code="PKH")
    rule.conditions = [{"kind": "has_none", "programmes": ["LAMA"]}]
    rule.save()
    sheet = f"programme,valid_from,conditions,source\nPKH,{rule.valid_from},Belum ikut satu pun program LAMA,SK baru\n"
    _page, confirm = upload("/admin/programs/programmerule/", sheet)
    confirm()
    rule.refresh_from_db()
    assert (rule.conditions, rule.source) == ([{"kind": "has_none", "programmes": ["LAMA"]}], "SK baru")


def test_a_confirmed_sheet_is_what_families_are_advised_by_from_its_first_day(upload, registers, families):
    """Previewed, nothing holds yet; confirmed, a new rule takes over on its day and the one before it stays as it was."""
    old = ProgrammeRule.objects.get(programme__code="PKH")
    kept = (old.valid_from, old.conditions, old.source)
    begins = clock.today() + timedelta(days=10)
    sheet = (
        "programme,valid_from,valid_to,conditions,source\n"
        f'PKH,{old.valid_from},{begins - timedelta(days=1)},"{written.conditions_said(old.conditions)}",{old.source}\n'
        f"PKH,{begins},,Desil resmi paling tinggi 1,SK 7 2026\n"
    )
    page, confirm = upload(RULES, sheet)
    assert "Akibatnya bagi keluarga" in page
    assert ProgrammeRule.objects.filter(programme__code="PKH").count() == 1, "a preview saves nothing"
    assert "Tersimpan: 1 baris baru, 1 berubah, 0 tetap." in confirm()
    old.refresh_from_db()
    assert (old.valid_from, old.conditions, old.source) == kept
    new = ProgrammeRule.objects.in_force(begins).get(programme__code="PKH")
    assert (new.conditions, new.source) == ([{"kind": "decile", "to": 1}], "SK 7 2026")
    assert ProgrammeRule.objects.in_force(begins - timedelta(days=1)).get(programme__code="PKH") == old
    lines = AuditEntry.objects.filter(actor__username="adi")
    assert lines.get(verb="register_import").details["new"] == 1
    assert {entry.subject_id for entry in lines.filter(subject="programs.programmerule")} == {old.pk, new.pk}


def test_one_faulty_rule_holds_back_the_whole_sheet(upload, registers):
    sheet = (
        "programme,valid_from,conditions,source\n"
        "PKH,2027-01-01,Desil resmi paling tinggi 1,SK 7\nBOS,2027-01-01,Desil setinggi langit,SK 8\n"
    )
    before = ProgrammeRule.objects.count()
    page, confirm = upload(RULES, sheet)
    assert confirm is None
    assert "Desil setinggi langit" in page
    assert ProgrammeRule.objects.count() == before
