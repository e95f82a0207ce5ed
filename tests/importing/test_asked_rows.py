"""Rows of people who are recorded otherwise here come as a sheet with why before manager Lestari applies the file, and after."""

import io

import openpyxl
import pytest
from django.urls import reverse

from households.importing import deciding, held_rows, staging
from households.models import ImportConflict, ImportRun, Person
from slrt.audit.models import AuditEntry
from slrt.core import outbox
from slrt.core.idempotency import new_key
from slrt.exports.models import Export
from tests import people
from tests.importing.families import ANDI, BUDI, CITRA, DEDI, ROSNA, apply, bring, preview, take_back
from tests.importing.lists import taken

pytestmark = pytest.mark.django_db
WHY = {"purpose": "Memeriksa berkas bulan ini", "basis": "public_task", "format": "csv"}
# Andi in Budi's family, Rosna under another NIK, Citra's NIK with somebody else's name, sex and day; Dedi died.
ELSEWHERE = {**ANDI, "NO_KK": BUDI["NO_KK"], "ID_KELUARGA": BUDI["ID_KELUARGA"]}
RENUMBERED = {**ROSNA, "NIK": "1301994506800002"}
MISTAKEN = {**CITRA, "NAMA": "Zulkarnain", "TGL_LAHIR": "1955-01-02", "JENIS_KELAMIN": "1"}
FILE = (RENUMBERED, BUDI, ELSEWHERE, MISTAKEN, DEDI)


@pytest.fixture
def manager(places, lestari):
    bring(lestari, ROSNA, ANDI, BUDI, CITRA, DEDI)
    Person.objects.filter(name="Dedi").update(died_on="2026-01-01")
    return lestari


def _address(run):
    return reverse("households:import_asked_rows", args=[run.pk])


def _sheet(browse, who, run):
    data = taken(browse(who), _address(run))
    head, *rows = openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def _whys(browse, who, run):
    return [(row["BARIS"], row["NIK"], row["ALASAN"].split(":")[0].split(",")[0]) for row in _sheet(browse, who, run)]


def _tallies(browse, who, run):
    page = browse(who).get(f"/impor/{run.pk}/")
    assert sum(line["count"] for line in page.context["tallies"]) == run.counts["rows"]
    said = {str(line["label"]): line["count"] for line in page.context["tallies"]}
    return [
        said.get(f"baris {what}", 0)
        for what in ("perlu diputuskan", "sudah diputuskan", "ditanyakan berkas sebelumnya")
    ]


EXPECTED = [
    ("2", RENUMBERED["NIK"], "Di keluarga ini orang dengan nama dan tanggal lahir yang sama tercatat dengan NIK lain."),
    ("4", ANDI["NIK"], "Orang ini tercatat di keluarga lain di sini."),
    ("5", CITRA["NIK"], "NIK ini di sini milik orang lain"),
    ("6", DEDI["NIK"], "Orang ini tercatat meninggal di sini."),
]
BEFORE = "Perbedaan orang ini sudah ditanyakan berkas sebelumnya"


def test_each_row_comes_with_its_cells_and_why_before_it_is_applied_and_after(manager, browse):
    run = preview(manager, *FILE)
    page = browse(manager).get(f"/impor/{run.pk}/").content.decode()
    assert _address(run) in page
    assert "Unduh 4 baris orang yang tercatat lain" in page
    assert _whys(browse, manager, run) == EXPECTED
    [moved] = [row for row in _sheet(browse, manager, run) if row["NAMA"] == "Andi"]
    assert moved["CARA MEMPERBAIKI"].startswith("Sesudah berkas diterapkan, putuskan di halaman perbedaan")
    assert {name: moved[name] or "" for name in ELSEWHERE} == ELSEWHERE
    assert not ImportConflict.objects.exists(), "to look asks nobody"
    apply(manager, run)
    assert _whys(browse, manager, run) == EXPECTED
    told = AuditEntry.objects.filter(verb="asked_rows", subject_id=run.pk)
    assert {(entry.actor, entry.details["rows"]) for entry in told} == {(manager, 4)}
    assert set(Export.objects.values_list("purpose", flat=True)) == {f"Memperbaiki baris berkas {run}"}


def test_decided_or_changed_since_they_are_the_rows_of_their_file_all_the_same(manager, browse):
    run = bring(manager, *FILE)
    for conflict in ImportConflict.objects.all():
        deciding.decide(conflict, "keep", by=manager, note="KK lama")
    newer = {"PERIODE_DESIL": "2027-Q1"}
    bring(manager, {**ROSNA, **newer}, {**BUDI, **newer}, {**CITRA, **newer})
    assert _whys(browse, manager, run) == EXPECTED


def test_where_the_files_tables_are_gone_it_is_read_anew(manager, browse):
    run = preview(manager, *FILE)
    staging.put_aside(run.pk)
    assert _whys(browse, manager, run) == EXPECTED


def test_the_preview_says_how_many_an_earlier_file_asked_about_as_the_applied_one_does(manager, browse):
    first = bring(manager, ROSNA, BUDI, ELSEWHERE, CITRA)
    assert _tallies(browse, manager, first) == [1, 0, 0]
    second = preview(manager, *FILE)
    assert (second.counts["conflicts"], second.counts["asked_before"]) == (4, 1)
    assert _tallies(browse, manager, second) == [3, 0, 1]
    said = [*EXPECTED]
    said[1] = (*said[1][:2], BEFORE)
    assert _whys(browse, manager, second) == said
    apply(manager, second)
    assert _tallies(browse, manager, second) == [3, 0, 1]
    assert _whys(browse, manager, second) == said
    for conflict in ImportConflict.objects.all():
        deciding.decide(conflict, "keep", by=manager, note="KK lama")
    third = preview(manager, *FILE)
    assert _tallies(browse, manager, third) == [0, 0, 4]
    assert {why for _line, _nik, why in _whys(browse, manager, third)} == {BEFORE}
    assert "Menerapkannya lagi tidak mengubah apa pun." in browse(manager).get(f"/impor/{third.pk}/").content.decode()
    apply(manager, third)
    assert _tallies(browse, manager, third) == [0, 0, 4]


def test_what_stood_in_the_file_as_a_formula_is_text(manager, browse):
    run = preview(manager, ROSNA, BUDI, {**ELSEWHERE, "SEKOLAH": "=1+1"}, without=())
    assert [row["SEKOLAH"] for row in _sheet(browse, manager, run)] == ["'=1+1"]


def test_who_does_not_import_gets_no_row_and_who_works_elsewhere_sees_no_file(manager, fitri, browse):
    run = preview(manager, *FILE)
    form = f"/ekspor/baru/impor-tercatat-lain/?impor={run.pk}"
    elsewhere = people.make_user("lestari2", people.Part(people.CAST["lestari"].role, people.PADANG[:5]))
    assert browse(fitri).get(_address(run)).status_code == 403
    assert browse(fitri).post(form, WHY).status_code == 403
    assert browse(elsewhere).get(_address(run)).status_code == 404
    browse(elsewhere).post(form, {**WHY, "idempotency_key": new_key()})
    outbox.sweep()
    assert not AuditEntry.objects.filter(verb="asked_rows").exists()
    assert not Export.objects.filter(state="ready").exists()


def test_what_lestari_took_is_nobody_elses_to_fetch(manager, sari, browse):
    run = preview(manager, *FILE)
    taken(browse(manager), _address(run))
    export = Export.objects.get()
    assert browse(sari).get(f"/ekspor/{export.pk}/unduh/").status_code == 404


def test_while_the_file_is_applied_its_rows_wait(manager, browse):
    run = preview(manager, *FILE)
    ImportRun.objects.filter(pk=run.pk).update(state="applying")
    browse(manager).post(f"/ekspor/baru/impor-tercatat-lain/?impor={run.pk}", {**WHY, "idempotency_key": new_key()})
    outbox.sweep()
    assert Export.objects.get().problem == "Berkas impornya sedang dikerjakan. Unduh lagi sesudah selesai."
    assert not AuditEntry.objects.filter(verb="asked_rows").exists()


def test_a_file_without_differences_and_one_that_was_cancelled_offer_no_sheet(manager, browse):
    same = preview(manager, BUDI)
    assert _address(same) not in browse(manager).get(f"/impor/{same.pk}/").content.decode()
    run = preview(manager, *FILE)
    ImportRun.objects.filter(pk=run.pk).update(state="cancelled")
    run.refresh_from_db()
    assert not held_rows.asked_are_offered(run)
    assert _address(run) not in browse(manager).get(f"/impor/{run.pk}/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_taken_back_nothing_of_it_is_asked(manager, browse):
    run = bring(manager, *FILE)
    take_back(manager, run)
    assert _address(run) not in browse(manager).get(f"/impor/{run.pk}/").content.decode()
    assert preview(manager, *FILE).counts["asked_before"] == 0
