"""Lestari takes out the people whom a file's families no longer name, with a purpose; numbers stay masked."""

import pytest

from households.models import Household
from slrt.audit.models import AuditEntry
from slrt.core import outbox
from tests import people
from tests.exports.reading import csv_rows
from tests.exports.test_working_lists import cells
from tests.importing.families import ANDI, BUDI, ROSNA, apply, bring, preview

pytestmark = pytest.mark.django_db
KEY = "impor-orang-tidak-ada"
BELA = {**BUDI, "NIK": "1301990506900001", "NAMA": "Bela", "HUB_KELUARGA": "3"}


@pytest.fixture
def run(places, lestari):
    """Of Rosna's family Andi is in the file no longer, of Budi's Bela."""
    bring(lestari, ROSNA, ANDI, BUDI, BELA)
    return preview(lestari, ROSNA, BUDI)


def _page(run):
    return f"/impor/{run.pk}/orang-tidak-ada/"


@pytest.mark.parametrize("applied", [False, True])
def test_the_file_holds_whom_the_page_shows_in_its_order(lestari, run, taken_out, applied):
    if applied:
        apply(lestari, run)
    for sort, names in (("", ["Andi", "Bela"]), ("?sort=-name", ["Bela", "Andi"])):
        page, said, rows, export = taken_out(_page(run) + sort, KEY, "Nama")
        assert said == names
        assert [member.person.name for member in page.context["table"].page.object_list.data] == names
        assert export.done == run.counts["missing"]
        for number in (ANDI["NIK"], BELA["NIK"], ROSNA["NO_KK"]):
            assert number not in rows, "masked as everywhere"


def test_the_trail_says_who_took_it_out_and_why(lestari, run, ask):
    _answer, export = ask(lestari, KEY, f"?impor={run.pk}", purpose="Mencari anggota yang hilang")
    entry = AuditEntry.objects.about(export).get(verb="export_ask")
    assert (entry.actor, entry.note) == (lestari, "Mencari anggota yang hilang")
    assert (entry.details["impor"], entry.details["total"]) == (str(run.pk), 2)


def test_without_a_purpose_nothing_leaves(lestari, run, ask):
    answer, export = ask(lestari, KEY, f"?impor={run.pk}", purpose="")
    assert (answer.status_code, export) == (422, None)


def test_a_long_list_is_made_by_a_job_and_is_the_askers_alone(settings, browse, lestari, hendra, run, ask, content):
    settings.EXPORT_AT_ONCE = 1
    _answer, export = ask(lestari, KEY, f"?impor={run.pk}")
    assert export.state == "waiting"
    outbox.sweep()
    export.refresh_from_db()
    assert (export.state, export.done) == ("ready", 2)
    assert len(csv_rows(content(lestari, export))[1]) == 2
    assert browse(hendra).get(f"/ekspor/{export.pk}/unduh/").status_code == 404


def test_people_elsewhere_stay_behind(lestari, run, ask, content):
    Household.objects.filter(families__official_id="K1").update(village_id=people.PADANG)
    _answer, export = ask(lestari, KEY, f"?impor={run.pk}")
    header, rows = csv_rows(content(lestari, export))
    assert cells(rows, header, "Nama") == ["Andi"]


def test_another_areas_run_is_an_empty_list(lestari, run, ask):
    type(run).objects.update(area_id=people.PADANG)
    answer, export = ask(lestari, KEY, f"?impor={run.pk}")
    assert (answer.status_code, export) == (422, None)
