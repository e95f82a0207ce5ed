"""The numbers at the head of an import's page are all rows of the file, each once; what was left out is not called unchanged."""

import pytest

from households.importing import deciding
from households.models import Household, ImportConflict
from tests.importing.families import ANDI, BUDI, CITRA, DEDI, ROSNA, apply, bring, preview
from tests.importing.test_held_families import LAST_YEAR
from tests.importing.test_held_rows import _sheet

pytestmark = pytest.mark.django_db
EKO = {**BUDI, "NO_KK": "1301990101100005", "NIK": "1301990506600001", "NAMA": "Eko", "ID_KELUARGA": "K4"}
FAJAR = {**EKO, "NO_KK": "1301990101100006", "NIK": "1301990506600002", "NAMA": "Fajar", "ID_KELUARGA": "K5"}


@pytest.fixture
def manager(places, lestari):
    return lestari


@pytest.fixture
def mixed(manager):
    """One row of each kind: new, changed, unchanged, older, outside, living elsewhere here, repeated, refused."""
    bring(manager, ROSNA, ANDI, BUDI, CITRA, DEDI, EKO)
    Household.objects.filter(families__official_id="K1").update(village_id="13.71.01.1001")
    elsewhere = {**ANDI, "NO_KK": EKO["NO_KK"], "ID_KELUARGA": EKO["ID_KELUARGA"]}
    named_anew, torn = {**DEDI, "NAMA": "Dedi Putra"}, {**FAJAR, "NIK": "1"}
    return preview(manager, ROSNA, BUDI, {**CITRA, **LAST_YEAR}, named_anew, EKO, elsewhere, FAJAR, FAJAR, torn)


def _tallies(browse, who, run):
    shown = browse(who).get(f"/impor/{run.pk}/").context["tallies"]
    assert sum(line["count"] for line in shown) == run.counts["rows"]
    return {str(line["label"]): line["count"] for line in shown}


def test_each_row_is_counted_once_under_what_became_of_it(manager, mixed, browse):
    said = {"orang baru": 1, "orang berubah": 1, "orang tetap": 2, "baris dibiarkan": 2}
    rest = {"baris berulang": 1, "baris ditolak": 1}
    assert _tallies(browse, manager, mixed) == {**said, "baris perlu diputuskan": 1, **rest}
    page = browse(manager).get(f"/impor/{mixed.pk}/").content.decode()
    assert "Jumlahnya 9 baris" in page
    assert "Unduh 2 baris yang dibiarkan" in page
    assert "Akan ditulis sekaligus: 2 orang, 2 keluarga, 1 desil periode lama." in page, (
        "Rosna and Eko stay as they are"
    )
    apply(manager, mixed)
    assert _tallies(browse, manager, mixed) == {**said, "baris perlu diputuskan": 1, **rest}
    deciding.decide(ImportConflict.objects.get(), "keep", by=manager, note="KK lama")
    assert _tallies(browse, manager, mixed) == {**said, "baris sudah diputuskan": 1, **rest}


def _said(browse, who, run):
    page = browse(who).get(f"/impor/{run.pk}/").content.decode()
    return page.split('name="idempotency_key"')[1].split("</p>")[0]


def test_rows_that_change_nothing_are_not_said_to_be_written(manager, browse):
    bring(manager, ROSNA, ANDI, BUDI)
    same = preview(manager, ROSNA, ANDI, BUDI)
    assert same.counts["people"] == {"new": 0, "changed": 0, "unchanged": 3}
    assert "Tidak ada yang akan ditulis." in _said(browse, manager, same)
    apply(manager, same)
    assert "Akan ditulis sekaligus: 1 orang, 1 keluarga." in _said(
        browse, manager, preview(manager, ROSNA, {**ANDI, "NAMA": "Andi Putra"}, BUDI)
    )


def test_a_family_that_changes_while_its_people_do_not_is_said_to_be_written(manager, browse):
    bring(manager, ROSNA, ANDI, BUDI)
    said = _said(browse, manager, preview(manager, {**ROSNA, "DESIL": "7"}, {**ANDI, "DESIL": "7"}, BUDI))
    assert "Akan ditulis sekaligus: 1 keluarga." in said
    assert "orang" not in said


def test_who_is_missed_and_deciles_of_an_old_quarter_are_said_beside_it(manager, browse):
    bring(manager, ROSNA, ANDI, BUDI)
    said = _said(browse, manager, preview(manager, ROSNA, {**BUDI, **LAST_YEAR, "DESIL": "8"}))
    assert "Akan ditulis sekaligus: 1 desil periode lama." in said
    assert "Ditandai tidak ada di berkas: 1 orang." in said


def test_what_somebody_changes_meanwhile_makes_it_a_most(manager, browse):
    bring(manager, ROSNA, ANDI, BUDI)
    waiting = preview(manager, {**ROSNA, "NAMA": "Rosnah"}, ANDI, {**BUDI, "NAMA": "Budiman"})
    bring(manager, {**ROSNA, "LANTAI": "5"}, ANDI, BUDI)
    assert "Paling banyak ditulis sekaligus: 2 orang, 2 keluarga." in _said(browse, manager, waiting)
    apply(manager, waiting)
    assert (waiting.counts["people"]["changed"], waiting.counts["households"]["changed"]) == (1, 1)


def test_the_sheet_of_an_applied_file_stays_that_of_its_own_rows(manager, mixed, browse):
    """A later file makes all that this one wrote older than what stands here: its rows were written all the same."""
    before = [row["NAMA"] for row in _sheet(browse, manager, mixed)]
    assert before == ["Budi", "Citra"]
    apply(manager, mixed)
    newer = {"PERIODE_DESIL": "2027-Q1"}
    bring(manager, {**ROSNA, **newer}, {**DEDI, **newer}, {**EKO, **newer})
    Household.objects.filter(families__official_id="K1").update(village_id="13.01.05.2006")
    assert [row["NAMA"] for row in _sheet(browse, manager, mixed)] == before
    assert _tallies(browse, manager, mixed)["baris dibiarkan"] == 2


def test_what_somebody_wrote_meanwhile_counts_as_left_out_once_it_is_applied(manager, browse):
    bring(manager, ROSNA, ANDI, BUDI)
    waiting = preview(manager, {**ROSNA, "LANTAI": "5"}, ANDI, BUDI)
    bring(manager, {**ROSNA, "NAMA": "Rosnah"}, ANDI, BUDI)
    assert "dibiarkan" not in " ".join(_tallies(browse, manager, waiting))
    apply(manager, waiting)
    shown = {"orang baru": 0, "orang berubah": 0, "orang tetap": 1, "baris dibiarkan": 2, "baris ditolak": 0}
    assert _tallies(browse, manager, waiting) == shown
    assert [row["NAMA"] for row in _sheet(browse, manager, waiting)] == ["Rosna", "Andi"]


def test_a_difference_that_an_earlier_file_asked_about_is_not_called_decided(manager, browse):
    elsewhere = {**ANDI, "NO_KK": BUDI["NO_KK"], "ID_KELUARGA": BUDI["ID_KELUARGA"]}
    bring(manager, ROSNA, ANDI, BUDI)
    first, second = (bring(manager, ROSNA, BUDI, elsewhere) for _month in range(2))
    assert _tallies(browse, manager, first)["baris perlu diputuskan"] == 1
    again = _tallies(browse, manager, second)
    assert again["baris ditanyakan berkas sebelumnya"] == 1
    assert not {"baris perlu diputuskan", "baris sudah diputuskan"} & set(again)
