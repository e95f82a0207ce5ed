"""Andi stood in the extract a second time without a NIK and was merged. The next extract still brings that row: nobody comes of it."""

import importlib

import pytest
from django.apps import apps

from households.models import Family, FamilyDigest, FormerEntry, ImportConflict, Person
from slrt.core import crypto
from slrt.workflow import engine
from tests.duplicates.entries import everything, propose
from tests.duplicates.test_dropped_numbers import AGAIN, left_out, living, of
from tests.importing.families import ANDI, BUDI, ROSNA, apply, bring, preview, take_back

# On a card of his own, and in his mother's family beside himself.
ALONE = {**AGAIN, "NIK": ""}
BESIDE = {**ANDI, "NIK": "", "HUB_KELUARGA": "8"}
SISTER = {**ALONE, "NAMA": "Wati", "TGL_LAHIR": "2006-06-05", "JENIS_KELAMIN": "2", "HUB_KELUARGA": "8"}


@pytest.fixture
def manager(places, lestari):
    return lestari


def without_number():
    return Person.objects.get(name_folded="andi", nik_index=None, merged_into=None)


def merged(rina, manager, *, kept=None, **choices):
    pair = (of(ANDI["NIK"]), without_number())
    kept, gone = pair if kept is None else reversed(pair)
    chosen = {"nik": "kept", "occupation": "kept", "mother_name": "kept", "place": "kept", **choices}
    return engine.apply("confirm", propose((kept, gone), rina, choices=chosen), by=manager)


WITHOUT_IDS = tuple({**row, "ID_KELUARGA": ""} for row in (ROSNA, ANDI, BESIDE, BUDI))


@pytest.mark.parametrize("rows", [(ROSNA, ANDI, ALONE, BUDI), (ROSNA, ANDI, BESIDE, BUDI), WITHOUT_IDS])
def test_the_next_extracts_make_him_not_anew(manager, rina, browse, rows):
    bring(manager, *rows)
    merged(rina, manager)
    people, families, homes = Person.objects.count(), Family.objects.count(), living()
    for _month in range(2):
        run = bring(manager, *rows, complete=True)
        assert run.counts["warned"] == {"entry_former": 1}
        assert run.counts["people"] == {"new": 0, "changed": 0, "unchanged": 3}
        assert run.counts["left_out"] == 1
        assert run.counts["households"]["new"] == run.counts["conflicts"] == run.counts["missing"] == 0
        assert run.counts["missing_families"] == 0
    assert (Person.objects.count(), Family.objects.count(), living()) == (people, families, homes)
    assert not ImportConflict.objects.exists()
    page = browse(manager).get(f"/impor/{run.pk}/").content.decode()
    assert "baris tanpa NIK yang sudah digabung" in page
    [row] = left_out(browse, manager, run)
    assert (row["NAMA"], row["NIK"], row["BARIS"]) == ("Andi", "", "4")
    assert "sudah digabung dengan data lain dari orang yang sama" in row["ALASAN"]
    assert "penggabungannya dibatalkan" in " ".join(map(str, row.values()))


def test_what_is_remembered_is_the_entry_as_it_stood(manager, rina):
    bring(manager, ROSNA, ANDI, ALONE)
    row = merged(rina, manager)
    kept = FormerEntry.objects.get()
    assert (kept.merge, kept.person, kept.official_id) == (row, of(ANDI["NIK"]), "K9")
    assert kept.kk_index == crypto.blind_index(ALONE["NO_KK"])
    assert (kept.name_folded, str(kept.birth_date)) == ("andi", "2005-06-05")


def test_the_rest_of_that_family_is_imported_as_ever(manager, rina):
    bring(manager, ROSNA, ANDI, ALONE)
    merged(rina, manager)
    run = bring(manager, ROSNA, ANDI, ALONE, SISTER)
    assert run.counts["warned"] == {"entry_former": 1, "headless": 1}
    assert run.counts["people"]["new"] == 1
    assert Person.objects.get(name="Wati").memberships.get().family.official_id == "K9"
    assert not FamilyDigest.objects.filter(family__official_id="K9").exists()


@pytest.mark.parametrize(
    "other", [{"NAMA": "Ando"}, {"TGL_LAHIR": "2005-06-06"}, {"ID_KELUARGA": "K8", "NO_KK": "1301990101100077"}]
)
def test_somebody_else_without_a_number_is_new(manager, rina, other):
    bring(manager, ROSNA, ANDI, ALONE)
    merged(rina, manager)
    run = preview(manager, ROSNA, ANDI, {**ALONE, **other})
    assert (run.counts["people"]["new"], run.counts["warned"]) == (1, {})


def test_where_the_file_names_him_only_so_nobody_misses_him(manager, rina):
    bring(manager, ROSNA, ANDI, ALONE, BUDI)
    merged(rina, manager)
    run = bring(manager, ROSNA, ALONE, BUDI, complete=True)
    assert (run.counts["missing"], run.counts["missing_families"]) == (0, 0)
    run = preview(manager, ROSNA, BUDI)
    assert run.counts["missing"] == 1, "named by no row he is missed"


def test_in_his_own_family_the_row_without_a_number_is_he_when_no_other_row_is(manager, rina):
    bring(manager, ROSNA, ANDI, BESIDE)
    merged(rina, manager)
    run = preview(manager, ROSNA, {**BESIDE, "HUB_KELUARGA": "3"})
    assert run.counts["warned"] == {}
    assert run.counts["people"] == {"new": 0, "changed": 0, "unchanged": 2}


def test_the_entry_that_stays_and_is_given_the_number_is_named_without_it_too(manager, rina):
    rows = (
        ROSNA,
        {**ANDI, "NO_KK": ALONE["NO_KK"], "ID_KELUARGA": "K9", "HUB_KELUARGA": "1"},
        {**ANDI, "NIK": ""},
        BUDI,
    )
    rows = tuple({**row, "DESIL": "", "PERIODE_DESIL": ""} for row in rows)
    bring(manager, *rows)
    merged(rina, manager, kept="without", nik="gone")
    people = Person.objects.count()
    run = bring(manager, *rows)
    assert run.counts["warned"] == {"entry_former": 1, "headless": 1}
    assert (run.counts["people"]["new"], run.counts["conflicts"], Person.objects.count()) == (0, 1, people)


def test_merged_again_it_leads_on(manager, rina):
    third = {**ANDI, "NIK": "1301990506050003"}
    bring(manager, ROSNA, ANDI, ALONE, third)
    merged(rina, manager)
    chosen = {"nik": "kept", "occupation": "kept", "mother_name": "kept", "place": "kept"}
    engine.apply("confirm", propose((of(third["NIK"]), of(ANDI["NIK"])), rina, choices=chosen), by=manager)
    run = bring(manager, ROSNA, ALONE, complete=True)
    assert run.counts["warned"] == {"entry_former": 1}
    assert (run.counts["people"]["new"], run.counts["missing"]) == (0, 0)


def test_undone_the_entry_is_back_and_the_extract_knows_both(manager, rina):
    bring(manager, ROSNA, ANDI, ALONE)
    before = everything()
    row = merged(rina, manager)
    bring(manager, ROSNA, ANDI, ALONE)
    engine.apply("undo", row, by=manager, note="Dua orang: sepupu.")
    after = everything()
    for label in ("importrun", "importprogress", "familydigest"):
        del before[f"households.{label}"]
    assert {label: after[label] for label in before} == before
    run = bring(manager, ROSNA, ANDI, ALONE)
    assert run.counts["warned"] == {}
    assert run.counts["people"] == {"new": 0, "changed": 0, "unchanged": 3}


@pytest.mark.django_db(transaction=True)
def test_a_preview_from_before_the_merge_makes_nobody_either_and_is_taken_back(manager, rina):
    bring(manager, ROSNA, ANDI, ALONE)
    waiting = preview(manager, ROSNA, {**ANDI, "NAMA": "Andi Putra"}, ALONE)
    assert waiting.counts["warned"] == {}
    merged(rina, manager)
    before = living()
    run = apply(manager, waiting)
    assert run.counts["warned"]["entry_former"] == 1
    assert len(living()) == len(before)
    take_back(manager, run)
    assert living() == before


def test_entries_merged_before_they_were_remembered_are_taken_from_what_the_undo_keeps(manager, rina):
    bring(manager, ROSNA, ANDI, ALONE)
    row = merged(rina, manager)
    columns = ("person", "merge", "official_id", "kk_index", "name_folded", "birth_date")
    kept = list(FormerEntry.objects.values_list(*columns))
    FormerEntry.objects.all().delete()
    migration = importlib.import_module("households.migrations.0036_former_entries_of_merges")
    migration.remember(apps, None)
    assert list(FormerEntry.objects.values_list(*columns)) == kept
    engine.apply("undo", row, by=manager, note="Dua orang.")
    migration.remember(apps, None)
    assert not FormerEntry.objects.exists(), "a merge that was undone dropped nobody"
