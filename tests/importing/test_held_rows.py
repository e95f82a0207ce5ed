"""Rows of families that a file leaves as they are come back as a sheet with why, before and after the file is applied."""

import io

import openpyxl
import pytest
from django.db import connection
from django.urls import reverse

from households.models import Household
from slrt.audit.models import AuditEntry
from tests.importing.families import ANDI, BUDI, CITRA, ROSNA, apply, bring, preview
from tests.importing.test_held_families import LAST_YEAR

pytestmark = pytest.mark.django_db
NEW = "1301990101100088"


@pytest.fixture
def manager(places, lestari):
    return lestari


def _sheet(browse, who, run):
    answer = browse(who).get(reverse("households:import_held_rows", args=[run.pk]))
    assert answer.status_code == 200
    head, *rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
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
    assert not AuditEntry.objects.filter(verb="held_rows").exists()


def test_a_file_that_holds_nobody_back_offers_no_sheet(manager, browse):
    run = preview(manager, ROSNA)
    assert "dibiarkan/" not in browse(manager).get(f"/impor/{run.pk}/").content.decode()
