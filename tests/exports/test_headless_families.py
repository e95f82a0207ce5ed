"""Lestari takes out the families that a file brought without a head: those of the page, in its order, with a purpose."""

import pytest

from households.importing import staging
from households.models import Family, Household
from slrt.audit.models import AuditEntry
from slrt.core import outbox
from slrt.exports import building
from tests import people
from tests.exports.reading import csv_rows
from tests.exports.test_working_lists import cells, link_on
from tests.importing.families import ANDI, BUDI, CITRA, ROSNA, apply, bring, preview

pytestmark = pytest.mark.django_db
KEY = "impor-tanpa-kepala"
NAME = "Anggota pertama di berkas"


@pytest.fixture
def run(places, lestari):
    """A file with a head for the family of Citra, and none for that of Andi, which is known here, and of Budi, which is not."""
    bring(lestari, ANDI)
    return preview(lestari, CITRA, ANDI, {**BUDI, "HUB_KELUARGA": "3"})


def test_the_file_holds_whom_the_page_shows_in_its_order(browse, lestari, run, ask, content):
    page = browse(lestari).get(f"/impor/{run.pk}/tanpa-kepala/")
    query = link_on(page, KEY)
    form = browse(lestari).get(f"/ekspor/baru/{KEY}/{query}").content.decode()
    assert 'data-count="2"' in form
    assert "berkas.csv" in form
    _answer, export = ask(lestari, KEY, query)
    data = content(lestari, export)
    header, rows = csv_rows(data)
    assert header == ["Nomor baris", NAME, "Kode desa", "Desa", "Nomor keluarga"]
    known = f"KEL-{Family.objects.get().pk}"
    assert rows == [
        ["3", "Andi", people.SAGO, "Sago Salido", known],
        ["4", "Budi", people.SAGO, "Sago Salido", ""],
    ]
    assert [line.said for line in page.context["page"]] == cells(rows, header, NAME)
    assert export.done == page.context["own"] == run.counts["warned"]["headless"] == 2
    assert not any(person[number] in data.decode() for person in (ANDI, BUDI) for number in ("NIK", "NO_KK"))


def test_a_name_that_a_spreadsheet_would_run_is_defused(places, lestari, ask, content):
    run = preview(lestari, ROSNA, {**BUDI, "HUB_KELUARGA": "3", "NAMA": "-Budi"})
    _answer, export = ask(lestari, KEY, f"?impor={run.pk}")
    header, rows = csv_rows(content(lestari, export))
    assert cells(rows, header, NAME) == ["'-Budi"]


def test_the_trail_says_who_took_it_out_and_why(lestari, run, ask):
    _answer, export = ask(lestari, KEY, f"?impor={run.pk}", purpose="Mencari kepala keluarganya")
    entry = AuditEntry.objects.about(export).get(verb="export_ask")
    assert (entry.actor, entry.note) == (lestari, "Mencari kepala keluarganya")
    assert (entry.details["impor"], entry.details["total"]) == (str(run.pk), 2)


def test_without_a_purpose_nothing_leaves(lestari, run, ask):
    answer, export = ask(lestari, KEY, f"?impor={run.pk}", purpose="")
    assert (answer.status_code, export) == (422, None)


def test_who_does_not_work_with_the_file_takes_nothing_out(sari, fitri, run, ask):
    for who in (sari, fitri):
        answer, export = ask(who, KEY, f"?impor={run.pk}")
        assert (answer.status_code, export) == (403, None)


def test_a_long_list_is_made_by_a_job(settings, lestari, run, ask, content):
    settings.EXPORT_AT_ONCE = 1
    _answer, export = ask(lestari, KEY, f"?impor={run.pk}")
    assert export.state == "waiting"
    outbox.sweep()
    export.refresh_from_db()
    assert (export.state, export.done) == ("ready", 2)
    assert len(csv_rows(content(lestari, export))[1]) == 2


@pytest.mark.parametrize("goes", ["applied", "put aside"])
def test_a_list_that_is_gone_when_its_job_comes_is_no_empty_file(settings, lestari, run, ask, goes):
    settings.EXPORT_AT_ONCE = 1
    _answer, export = ask(lestari, KEY, f"?impor={run.pk}")
    if goes == "applied":
        apply(lestari, run)
    else:
        staging.put_aside(run.pk)
    outbox.sweep()
    export.refresh_from_db()
    assert (export.state, export.problem) == ("failed", "Daftar ini kosong, tidak ada yang bisa diunduh.")
    assert not building.path_of(export).exists()


def test_where_no_list_is_kept_nothing_leaves(lestari, run, ask):
    staging.put_aside(run.pk)
    answer, export = ask(lestari, KEY, f"?impor={run.pk}")
    assert (answer.status_code, export) == (422, None)
    assert "Daftar ini kosong, tidak ada yang bisa diunduh." in answer.content.decode()


def test_families_elsewhere_stay_behind(lestari, run, ask, content):
    Household.objects.filter(families__memberships__person__name="Andi").update(village_id="13.71.01.1001")
    _answer, export = ask(lestari, KEY, f"?impor={run.pk}")
    header, rows = csv_rows(content(lestari, export))
    assert cells(rows, header, NAME) == ["Budi"]


@pytest.mark.parametrize("of", ["0", "x", "99999999999999999999", ""])
def test_no_run_of_that_number_is_an_empty_list(lestari, places, ask, of):
    answer, export = ask(lestari, KEY, f"?impor={of}")
    assert (answer.status_code, export) == (422, None)


def test_another_areas_run_is_an_empty_list(lestari, run, ask):
    type(run).objects.update(area_id=people.PADANG)
    answer, export = ask(lestari, KEY, f"?impor={run.pk}")
    assert (answer.status_code, export) == (422, None)
