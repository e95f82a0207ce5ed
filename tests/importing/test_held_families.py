"""Families that a file leaves as they are: it is older than what is known of them, or they live outside the importer's area."""

import pytest

from households.models import (
    DecileRecord,
    Family,
    Household,
    ImportConflict,
    Membership,
    Person,
    Registration,
    SurveyRound,
)
from tests.importing.families import ANDI, BUDI, CITRA, ROSNA, apply, bring, preview

pytestmark = pytest.mark.django_db
LAST_YEAR = {"PERIODE_DESIL": "2025-Q3", "DESIL": "9"}
OLD = {**ROSNA, **LAST_YEAR, "NAMA": "Rosna Lama", "LANTAI": "1", "SEKOLAH": "1", "NO_KK": "1301990101100066"}


@pytest.fixture
def manager(places, lestari):
    return lestari


def _registry():
    models = (Household, Family, Person, Membership, SurveyRound, Registration, ImportConflict)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_a_file_of_last_year_after_this_years_overwrites_nothing_and_says_so(manager, browse):
    bring(manager, {**ROSNA, "SEKOLAH": "2"}, BUDI)
    before = _registry()
    started = preview(manager, OLD, {**BUDI, **LAST_YEAR, "KODE_DESA": "1301052003"})
    assert started.counts["warned"] == {"older": 2}
    assert started.counts["people"] == {"new": 0, "changed": 0, "unchanged": 0}
    assert started.counts["households"] == {"new": 0, "changed": 0, "unchanged": 0}
    assert (started.counts["left_out"], started.counts["families_left_out"]) == (2, 2), "not the same as unchanged"
    assert "lebih lama daripada yang sudah tercatat" in browse(manager).get(f"/impor/{started.pk}/").content.decode()
    apply(manager, started)
    assert _registry() == before
    assert (9, "2025-Q3") in set(DecileRecord.objects.values_list("decile", "period")), "the history is completed"


def test_last_years_file_neither_misses_who_came_since_nor_brings_back_who_left(manager):
    baby = {**ANDI, "NIK": "1301990506250001", "NAMA": "Bayi", "TGL_LAHIR": "2025-06-05"}
    bring(manager, ROSNA, baby, BUDI, CITRA)
    before = _registry()
    started = preview(manager, {**ROSNA, **LAST_YEAR}, {**ANDI, **LAST_YEAR}, {**BUDI, **LAST_YEAR})
    assert (started.counts["missing"], started.counts["missing_families"]) == (0, 0), (
        "Citra's family is newer than the file"
    )
    apply(manager, started, complete=True)
    assert _registry() == before


def test_who_moved_since_is_no_conflict_with_last_years_file(manager):
    moved = {**ANDI, "NO_KK": CITRA["NO_KK"], "ID_KELUARGA": CITRA["ID_KELUARGA"]}
    bring(manager, ROSNA, CITRA, moved)
    started = bring(manager, {**ROSNA, **LAST_YEAR}, {**ANDI, **LAST_YEAR})
    assert (started.counts["conflicts"], ImportConflict.objects.count()) == (0, 0)
    assert Membership.objects.open().get(person__name="Andi").family.official_id == "K2"


def test_the_next_quarter_and_a_file_without_one_are_taken_as_before(manager):
    bring(manager, ROSNA)
    assert bring(manager, {**ROSNA, "NAMA": "Rosna Dewi", "PERIODE_DESIL": "2026-Q4"}).counts["warned"] == {}
    bring(manager, {**ROSNA, "NAMA": "Rosna Sari", "PERIODE_DESIL": "", "DESIL": ""})
    assert Person.objects.get().name == "Rosna Sari"


def test_a_family_that_lives_outside_the_area_is_left_there_and_not_shown(manager, browse):
    bring(manager, {**ROSNA, "NAMA": "Rosna Rahasia"}, BUDI)
    home = Household.objects.get(families__official_id="K0")
    Household.objects.filter(pk=home.pk).update(village_id="13.71.01.1001")
    before = _registry()
    started = preview(manager, {**ROSNA, "NAMA": "Rosna Dewi", "DESIL": "9"}, ANDI, BUDI)
    assert started.counts["warned"] == {"outside": 1}
    assert started.counts["people"] == {"new": 0, "changed": 0, "unchanged": 1}
    assert started.counts["left_out"] == 2
    page = browse(manager).get(f"/impor/{started.pk}/").content.decode()
    assert "tercatat di luar wilayah Anda" in page
    assert "Rahasia" not in page
    apply(manager, started)
    assert _registry() == before
