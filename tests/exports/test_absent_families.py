"""Lestari takes out the families that a file no longer holds: those of the page, in its order, with a purpose."""

import pytest

from households.importing import ending
from households.models import Household
from slrt.audit.models import AuditEntry
from slrt.core import outbox
from slrt.exports import building
from tests import people
from tests.exports.reading import csv_rows
from tests.exports.test_working_lists import cells, link_on
from tests.importing.families import BUDI, CITRA, DEDI, ROSNA, apply, bring, preview

pytestmark = pytest.mark.django_db
KEY = "impor-tidak-ada"


@pytest.fixture
def run(places, lestari):
    """A file of Rosna's family; those of Citra and Budi are in it no longer."""
    bring(lestari, ROSNA, BUDI, CITRA)
    return preview(lestari, ROSNA)


def _page(run):
    return f"/impor/{run.pk}/tidak-ada/"


def test_the_file_holds_whom_the_page_shows_in_its_order(run, taken_out):
    for sort, names in (("", ["Budi", "Citra"]), ("?sort=-head", ["Citra", "Budi"])):
        page, said, rows, export = taken_out(_page(run) + sort, KEY, "Kepala keluarga")
        assert said == names
        assert [family.head.name for family in page.context["table"].page.object_list.data] == names
        assert export.done == run.counts["missing_families"]
        assert BUDI["NO_KK"] not in rows, "masked as everywhere"


def test_the_trail_says_who_took_it_out_and_why(lestari, run, ask):
    _answer, export = ask(lestari, KEY, f"?impor={run.pk}", purpose="Mencari keluarga yang hilang")
    entry = AuditEntry.objects.about(export).get(verb="export_ask")
    assert (entry.actor, entry.note) == (lestari, "Mencari keluarga yang hilang")
    assert (entry.details["impor"], entry.details["total"]) == (str(run.pk), 2)


def test_without_a_purpose_nothing_leaves(lestari, run, ask):
    answer, export = ask(lestari, KEY, f"?impor={run.pk}", purpose="")
    assert (answer.status_code, export) == (422, None)


def test_a_long_list_is_made_by_a_job(settings, lestari, run, ask, content):
    settings.EXPORT_AT_ONCE = 1
    _answer, export = ask(lestari, KEY, f"?impor={run.pk}")
    assert export.state == "waiting"
    outbox.sweep()
    export.refresh_from_db()
    assert (export.state, export.done) == ("ready", 2)
    assert len(csv_rows(content(lestari, export))[1]) == 2


def test_a_list_that_was_asked_for_before_its_file_was_applied_leaves_afterwards(settings, lestari, run, ask, content):
    settings.EXPORT_AT_ONCE = 1
    _answer, export = ask(lestari, KEY, f"?impor={run.pk}")
    apply(lestari, run)  # not as a complete file: nobody is flagged
    outbox.sweep()
    export.refresh_from_db()
    assert (export.state, export.done) == ("ready", 2)
    assert len(csv_rows(content(lestari, export))[1]) == 2


def test_a_list_that_is_gone_when_its_job_comes_is_no_empty_file(settings, lestari, run, ask):
    settings.EXPORT_AT_ONCE = 1
    _answer, export = ask(lestari, KEY, f"?impor={run.pk}")
    ending.cancel(run, by=lestari)
    outbox.sweep()
    export.refresh_from_db()
    assert (export.state, export.problem) == ("failed", "Daftar ini kosong, tidak ada yang bisa diunduh.")
    assert not building.path_of(export).exists()


def test_families_elsewhere_stay_behind(lestari, run, ask, content):
    Household.objects.filter(families__official_id="K1").update(village_id="13.71.01.1001")
    _answer, export = ask(lestari, KEY, f"?impor={run.pk}")
    header, rows = csv_rows(content(lestari, export))
    assert cells(rows, header, "Kepala keluarga") == ["Citra"]


@pytest.mark.parametrize("complete", [True, False])
def test_once_the_file_was_applied_those_it_lacks_leave(lestari, run, ask, content, complete):
    apply(lestari, run, complete=complete)
    _answer, export = ask(lestari, KEY, f"?impor={run.pk}")
    assert len(csv_rows(content(lestari, export))[1]) == 2


def test_where_no_list_is_kept_nothing_leaves(lestari, run, ask):
    ending.cancel(run, by=lestari)
    answer, export = ask(lestari, KEY, f"?impor={run.pk}")
    assert (answer.status_code, export) == (422, None)


@pytest.mark.parametrize("of", ["0", "x", "99999999999999999999", ""])
def test_no_run_of_that_number_is_an_empty_list(lestari, places, ask, of):
    answer, export = ask(lestari, KEY, f"?impor={of}")
    assert (answer.status_code, export) == (422, None)


def test_another_areas_run_is_an_empty_list(lestari, run, ask):
    type(run).objects.update(area_id=people.PADANG)
    answer, export = ask(lestari, KEY, f"?impor={run.pk}")
    assert (answer.status_code, export) == (422, None)


def test_families_with_other_people_altogether_leave_as_their_page_shows_them(browse, lestari, ask, content, run):
    here = {name: BUDI[name] for name in ("NO_KK", "ID_KELUARGA")}
    other = preview(lestari, ROSNA, CITRA, {**DEDI, **here, "KODE_DESA": BUDI["KODE_DESA"]})
    query = link_on(browse(lestari).get(f"/impor/{other.pk}/orang-lain/"), "impor-orang-lain")
    _answer, export = ask(lestari, "impor-orang-lain", query)
    header, rows = csv_rows(content(lestari, export))
    assert cells(rows, header, "Kepala keluarga") == ["Budi"]
    assert export.done == other.counts["warned"]["replaced"] == 1
