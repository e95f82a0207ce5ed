"""Rows of families that a file leaves as they are come back as a sheet with why, before and after the file is applied."""

import io

import openpyxl
import pytest
from django.db import connection
from django.urls import reverse

from households.models import Household, ImportRun
from slrt.audit.models import AuditEntry
from slrt.core import outbox
from slrt.core.idempotency import new_key
from slrt.exports import building
from slrt.exports.models import Export
from tests.importing.families import ANDI, BUDI, CITRA, ROSNA, apply, bring, preview
from tests.importing.lists import taken
from tests.importing.test_held_families import LAST_YEAR

pytestmark = pytest.mark.django_db
WHY = {"purpose": "Memperbaiki berkas bulan ini", "basis": "public_task", "format": "csv"}
NEW = "1301990101100088"


@pytest.fixture
def manager(places, lestari):
    return lestari


def _sheet(browse, who, run):
    data = taken(browse(who), reverse("households:import_held_rows", args=[run.pk]))
    head, *rows = openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_each_held_row_comes_with_its_reason_and_all_its_cells(manager, browse):
    bring(manager, ROSNA, ANDI, BUDI, CITRA)
    Household.objects.filter(families__official_id="K1").update(village_id="13.71.01.1001")
    run = preview(manager, {**ROSNA, "NO_KK": NEW}, {**ANDI, "ID_KELUARGA": ""}, BUDI, {**CITRA, **LAST_YEAR})
    assert run.counts["warned"] == {"old_card": 1, "outside": 1, "older": 1}
    link = reverse("households:import_held_rows", args=[run.pk])
    assert link in browse(manager).get(f"/impor/{run.pk}/").content.decode()
    rows = _sheet(browse, manager, run)
    assert [(row["NAMA"], row["NIK"], row["BARIS"]) for row in rows] == [
        ("Andi", ANDI["NIK"], "3"),
        ("Budi", BUDI["NIK"], "4"),
        ("Citra", CITRA["NIK"], "5"),
    ]
    assert [row["ALASAN"] for row in rows] == [
        "Baris ini memakai nomor KK lama tanpa ID_KELUARGA.",
        "Keluarga ini tercatat di luar wilayah Anda.",
        "Data keluarga ini di berkas lebih lama daripada yang sudah tercatat; hanya desilnya masuk riwayat.",
    ]
    assert AuditEntry.objects.get(verb="held_rows", subject_id=run.pk).details["rows"] == 3
    apply(manager, run)
    assert [row["NAMA"] for row in _sheet(browse, manager, run)] == ["Andi", "Budi", "Citra"], "also afterwards"
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s) IS NULL", [f"import_{run.pk}"])
        assert cursor.fetchone() == (True,), "what was made to look is gone again"


def test_who_does_not_import_gets_no_row(manager, fitri, browse):
    bring(manager, CITRA)
    run = preview(manager, {**CITRA, **LAST_YEAR})
    assert browse(fitri).get(reverse("households:import_held_rows", args=[run.pk])).status_code == 403
    assert browse(fitri).post(f"/ekspor/baru/impor-dibiarkan/?impor={run.pk}", WHY).status_code == 403
    assert not AuditEntry.objects.filter(verb="held_rows").exists()
    assert not Export.objects.exists()


def test_how_far_the_sheet_is_never_goes_back_nor_says_all_before_it_is(manager, browse, monkeypatch):
    bring(manager, CITRA)
    run = preview(manager, {**CITRA, **LAST_YEAR})
    apply(manager, run)
    told, real = [], building.Watch.moved

    def moved(watch, done):
        told.append(done)
        real(watch, done)

    monkeypatch.setattr(building.Watch, "moved", moved)
    client = browse(manager)
    taken(client, reverse("households:import_held_rows", args=[run.pk]))
    assert told == sorted(told)
    assert told[0] == 0 < told[-1] < 100
    assert "Berkas asalnya dibaca lagi" not in client.get(f"/ekspor/{Export.objects.get().pk}/").content.decode()


def test_while_it_is_made_the_page_says_how_far(manager, browse, monkeypatch):
    bring(manager, CITRA)
    run = preview(manager, {**CITRA, **LAST_YEAR})
    monkeypatch.setattr(outbox, "_ring", lambda job_id: None)
    answer = browse(manager).post(
        f"/ekspor/baru/impor-dibiarkan/?impor={run.pk}", {**WHY, "idempotency_key": new_key()}
    )
    Export.objects.update(state="running", done=40)
    page = browse(manager).get(answer["Location"]).content.decode()
    assert "Berkas asalnya dibaca lagi: 40%" in page
    assert 'value="40" max="100"' in page
    assert "berkas.csv · 1 baris dibiarkan" in page
    assert page.count("1 baris") == 1, "how many are read so far is not said in rows"


def test_while_the_file_is_applied_its_held_rows_wait(manager, browse, monkeypatch):
    bring(manager, CITRA)
    run = preview(manager, {**CITRA, **LAST_YEAR})
    ImportRun.objects.filter(pk=run.pk).update(state="applying")
    browse(manager).post(f"/ekspor/baru/impor-dibiarkan/?impor={run.pk}", {**WHY, "idempotency_key": new_key()})
    outbox.sweep()
    export = Export.objects.get()
    assert (export.state, export.problem) == (
        "failed",
        "Berkas impornya sedang dikerjakan. Unduh lagi sesudah selesai.",
    )
    assert not AuditEntry.objects.filter(verb="held_rows").exists()


def test_a_file_that_holds_nobody_back_offers_no_sheet(manager, browse):
    run = preview(manager, ROSNA)
    page = browse(manager).get(f"/impor/{run.pk}/").content.decode()
    assert "dibiarkan/" not in page
    assert "Akan ditulis sekaligus: 1 orang, 1 keluarga." in page
    assert "tidak ikut" not in page
