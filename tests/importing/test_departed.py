"""Andi died, or left Rosna's family, and the ministry's file has him still, under another NIK or none: nobody brings him back unasked."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from households.importing import deciding, departed, held_rows
from households.importing.asking import REASONS
from households.models import Family, FamilyDigest, ImportConflict, Membership, Person
from households.registry import members
from slrt.core.errors import Refusal
from tests.importing.families import ANDI, BUDI, ROSNA, apply, bring, preview, take_back
from tests.importing.test_renumbered import CARD, RENUMBERED, TWIN, left_out, of

pytestmark = pytest.mark.django_db
WITHOUT = {**ANDI, "NIK": ""}


@pytest.fixture
def manager(places, lestari):
    return lestari


def family_of(official_id):
    return Family.objects.get(official_id=official_id)


def andi():
    return Person.objects.get(name="Andi")


def _gone(how, by, **more):
    family = Membership.objects.open().get(person=andi()).family
    how(family, by=by, version=family.version, person=andi().pk, on=date(2026, 1, 2), **more)


def dies(by):
    _gone(members.death, by)


def leaves(by):
    _gone(members.leave, by)


def moves_to_budi(by):
    _gone(members.move, by, target=family_of("K1"), relation="7")


def living():
    rows = Membership.objects.open().order_by("person__name", "pk").select_related("person", "family")
    return [(row.person.name, row.person.nik_encrypted, row.family.official_id) for row in rows]


ROSNA_LIVES = ("Rosna", ROSNA["NIK"], "K0")


@pytest.mark.parametrize("before", [ANDI, WITHOUT])
@pytest.mark.parametrize("after", [RENUMBERED, WITHOUT])
@pytest.mark.parametrize("how", [dies, leaves])
def test_who_died_or_left_is_a_question_and_nobody_new(manager, sari, how, before, after):
    bring(manager, ROSNA, before)
    how(sari)
    stored = list(Person.objects.order_by("pk").values())
    run = bring(manager, ROSNA, after, complete=True)
    assert run.counts["people"] == {"new": 0, "changed": 0, "unchanged": 1}
    assert (run.counts["conflicts"], run.counts["missing"], run.counts["left_out"]) == (1, 0, 0)
    assert run.counts["warned"] == {"departed": 1}
    assert living() == [ROSNA_LIVES]
    assert list(Person.objects.order_by("pk").values()) == stored
    conflict, home = ImportConflict.objects.get(), family_of("K0").pk
    assert (conflict.person_id, conflict.stored_family_id, conflict.extract_family_id) == (andi().pk, home, home)


def test_both_numbers_are_kept_masked(manager, sari):
    bring(manager, ROSNA, ANDI)
    dies(sari)
    bring(manager, ROSNA, RENUMBERED)
    assert ImportConflict.objects.get().said == {
        "nik": "1301••••••••0002",
        "nik_here": "1301••••••••0001",
        "places": [],
        "departed": True,
    }


def test_a_row_without_a_number_asks_what_the_dead_ones_own_number_asks(manager, sari):
    """And is not asked a second time beside it."""
    bring(manager, ROSNA, ANDI)
    dies(sari)
    bring(manager, ROSNA, ANDI)
    run = bring(manager, ROSNA, WITHOUT)
    assert (run.counts["conflicts"], run.counts["people"]["new"]) == (1, 0)
    assert ImportConflict.objects.get().said == {}


def test_the_page_shows_both_masked_and_that_he_died_and_offers_no_move(manager, browse, sari):
    bring(manager, ROSNA, ANDI)
    dies(sari)
    run = bring(manager, ROSNA, RENUMBERED)
    page = browse(manager).get(reverse("households:import_conflicts", args=[run.pk])).content.decode()
    assert "1301••••••••0001" in page
    assert "1301••••••••0002" in page
    assert "tidak dibuat menjadi orang baru" in page
    assert "tercatat meninggal" in page
    assert 'value="keep"' in page
    assert 'value="move"' not in page
    assert ANDI["NIK"] not in page
    assert CARD not in page


def test_who_left_and_lives_nowhere_comes_back_by_hand_only(manager, browse, sari):
    bring(manager, ROSNA, ANDI)
    leaves(sari)
    run = bring(manager, ROSNA, RENUMBERED)
    page = browse(manager).get(reverse("households:import_conflicts", args=[run.pk])).content.decode()
    assert "Catat kembalinya di halaman keluarganya dulu." in page
    assert 'value="move"' not in page
    with pytest.raises(Refusal, match="Catat kembalinya"):
        deciding.decide(ImportConflict.objects.get(), "move", by=manager, note="Pulang")
    assert living() == [ROSNA_LIVES]
    assert ImportConflict.objects.undecided().count() == 1


def test_come_home_by_hand_he_is_a_member_under_another_number(manager, sari):
    bring(manager, ROSNA, ANDI)
    leaves(sari)
    bring(manager, ROSNA, RENUMBERED)
    family = family_of("K0")
    members.back(family, by=sari, version=family.version, person=andi().pk, on=date(2026, 2, 2))
    run = preview(manager, ROSNA, RENUMBERED)
    assert (run.counts["warned"], run.counts["people"]["new"]) == ({"nik_differs": 1}, 0)


def test_the_preview_says_so(manager, browse, sari):
    bring(manager, ROSNA, ANDI)
    dies(sari)
    run = preview(manager, ROSNA, RENUMBERED)
    page = browse(manager).get(f"/impor/{run.pk}/").content.decode()
    assert "di sini tercatat meninggal atau sudah keluar" in page
    shown = browse(manager).get(f"/impor/{run.pk}/").context["tallies"]
    assert sum(line["count"] for line in shown) == run.counts["rows"] == 2
    assert CARD not in page


def test_who_lives_in_another_family_is_asked_about_and_missed_in_neither(manager, browse, sari):
    bring(manager, ROSNA, ANDI, BUDI)
    moves_to_budi(sari)
    run = bring(manager, ROSNA, RENUMBERED, BUDI, complete=True)
    assert run.counts["people"] == {"new": 0, "changed": 0, "unchanged": 2}
    assert (run.counts["conflicts"], run.counts["missing"], run.counts["missing_families"]) == (1, 0, 0)
    assert living() == [("Andi", ANDI["NIK"], "K1"), ("Budi", BUDI["NIK"], "K1"), ROSNA_LIVES]
    conflict = ImportConflict.objects.get()
    assert (conflict.stored_family_id, conflict.extract_family_id) == (family_of("K1").pk, family_of("K0").pk)
    page = browse(manager).get(reverse("households:import_conflicts", args=[run.pk])).content.decode()
    assert "keluarga Budi" in page
    assert "keluarga Rosna" in page
    deciding.decide(conflict, "move", by=manager, note="Pulang ke ibunya")
    assert ("Andi", ANDI["NIK"], "K0") in living()


def test_whose_new_family_stands_in_another_rows_of_the_file_is_two_people(manager, sari):
    """His own row, in the family he moved to, is he; the one of his name in the old family is another."""
    bring(manager, ROSNA, ANDI, BUDI)
    moves_to_budi(sari)
    at_budis = {**ANDI, "NO_KK": BUDI["NO_KK"], "ID_KELUARGA": BUDI["ID_KELUARGA"], "HUB_KELUARGA": "7"}
    run = preview(manager, ROSNA, RENUMBERED, BUDI, at_budis)
    assert (run.counts["people"]["new"], run.counts["conflicts"], run.counts["warned"]) == (1, 0, {})


def test_two_rows_of_his_name_and_one_dead_make_nobody(manager, browse, sari):
    bring(manager, ROSNA, ANDI)
    dies(sari)
    run = bring(manager, ROSNA, RENUMBERED, TWIN, complete=True)
    assert run.counts["people"] == {"new": 0, "changed": 0, "unchanged": 1}
    assert (run.counts["conflicts"], run.counts["left_out"], run.counts["warned"]) == (1, 1, {"departed": 1})
    assert living() == [ROSNA_LIVES]
    [row] = left_out(browse, manager, run)
    assert row["NIK"] == TWIN["NIK"]
    assert "tercatat meninggal atau sudah keluar" in row["ALASAN"]
    shown = browse(manager).get(f"/impor/{run.pk}/").context["tallies"]
    assert sum(line["count"] for line in shown) == run.counts["rows"] == 3


def test_one_row_for_a_living_and_a_dead_of_one_name_is_the_living(manager, sari):
    bring(manager, ROSNA, ANDI, {**TWIN, "HUB_KELUARGA": "8"})
    family, dead = family_of("K0"), of(TWIN["NIK"])
    members.death(family, by=sari, version=family.version, person=dead.pk, on=date(2026, 1, 2))
    run = bring(manager, ROSNA, RENUMBERED)
    assert run.counts["warned"] == {"nik_differs": 1}
    assert ImportConflict.objects.get().person_id == of(ANDI["NIK"]).pk


def test_who_left_twice_is_one(manager, sari):
    bring(manager, ROSNA, ANDI)
    for year in (2025, 2026):
        family = family_of("K0")
        members.leave(family, by=sari, version=family.version, person=andi().pk, on=date(year, 1, 2))
        if year == 2025:
            family = family_of("K0")
            members.back(family, by=sari, version=family.version, person=andi().pk, on=date(year, 2, 2))
    run = bring(manager, ROSNA, RENUMBERED, TWIN)
    assert (run.counts["conflicts"], run.counts["left_out"], run.counts["people"]["new"]) == (1, 1, 0)


def test_a_child_named_after_its_dead_brother_is_somebody_new(manager, sari):
    bring(manager, ROSNA, ANDI)
    dies(sari)
    baby = {**ANDI, "NIK": "1301990506260001", "TGL_LAHIR": "2026-06-05"}
    run = bring(manager, ROSNA, baby)
    assert (run.counts["people"]["new"], run.counts["conflicts"], run.counts["warned"]) == (1, 0, {})
    assert ("Andi", baby["NIK"], "K0") in living()


def test_a_namesake_in_another_family_is_somebody_new(manager, sari):
    bring(manager, ROSNA, ANDI, BUDI)
    dies(sari)
    elsewhere = {**RENUMBERED, "NO_KK": BUDI["NO_KK"], "ID_KELUARGA": BUDI["ID_KELUARGA"]}
    run = preview(manager, ROSNA, BUDI, elsewhere)
    assert (run.counts["people"]["new"], run.counts["conflicts"]) == (1, 0)


def test_an_entry_that_was_merged_is_nobody_who_left(manager, sari):
    bring(manager, ROSNA, ANDI, BUDI)
    leaves(sari)
    Person.objects.filter(pk=andi().pk).update(merged_into=of(BUDI["NIK"]), nik_index=None, nik_encrypted=None)
    run = preview(manager, ROSNA, RENUMBERED, BUDI)
    assert (run.counts["people"]["new"], run.counts["conflicts"], run.counts["warned"]) == (1, 0, {})


def test_decided_once_the_same_is_not_asked_again_and_makes_nobody(manager, sari):
    bring(manager, ROSNA, ANDI)
    dies(sari)
    bring(manager, ROSNA, RENUMBERED)
    deciding.decide(ImportConflict.objects.get(), "keep", by=manager, note="Akta kematiannya ada; sudah dilaporkan.")
    for _month in range(2):
        run = bring(manager, {**ROSNA, "LANTAI": "3"}, RENUMBERED, complete=True)
        assert (run.counts["conflicts"], run.counts["people"]["new"]) == (1, 0)
        assert not FamilyDigest.objects.exists(), "nothing vouches for a family of which something is asked"
    assert ImportConflict.objects.count() == 1
    assert living() == [ROSNA_LIVES]


def test_the_rest_of_the_family_is_applied_and_his_row_leads_nobody(manager, sari):
    """Rosna died as the head, and the file has her still as the head, under another number."""
    bring(manager, ROSNA, ANDI)
    family = family_of("K0")
    members.death(
        family, by=sari, version=family.version, person=family.head_id, on=date(2026, 1, 2), new_head=andi().pk
    )
    run = bring(manager, {**ROSNA, "NIK": "1301994506800002", "DESIL": "4"}, {**ANDI, "HUB_KELUARGA": "3"})
    assert (run.counts["people"]["new"], run.counts["conflicts"]) == (0, 1)
    family = family_of("K0")
    assert family.decile == 4
    assert living() == [("Andi", ANDI["NIK"], "K0")]


def test_he_dies_between_preview_and_applying(manager, sari):
    bring(manager, ROSNA, ANDI)
    waiting = preview(manager, {**ROSNA, "NAMA": "Rosnah"}, RENUMBERED)
    dies(sari)
    run = apply(manager, waiting)
    assert run.counts["warned"] == {"edited": 1}
    assert living() == [ROSNA_LIVES]


@pytest.mark.django_db(transaction=True)
def test_taken_back_the_question_is_gone(manager, sari):
    bring(manager, ROSNA, ANDI)
    dies(sari)
    run = bring(manager, {**ROSNA, "NAMA": "Rosnah"}, RENUMBERED)
    assert ImportConflict.objects.exists()
    take_back(manager, run)
    assert not ImportConflict.objects.exists()
    assert living() == [ROSNA_LIVES]


def test_where_nobody_would_be_new_in_a_family_that_is_known_nobody_is_looked_for(manager, sari):
    asked = []
    with connection.execute_wrapper(lambda run, sql, *more: asked.append(sql) or run(sql, *more)):
        bring(manager, BUDI)
        bring(manager, ROSNA, ANDI)
        dies(sari)
        preview(manager, {**ROSNA, "NAMA": "Rosnah"}, ANDI)
        assert departed.ROWS not in asked
        preview(manager, ROSNA, RENUMBERED)
    assert departed.ROWS in asked


@pytest.mark.parametrize(
    ("how", "after", "why"),
    [
        (dies, RENUMBERED, "departed"),
        (leaves, RENUMBERED, "departed"),
        (dies, WITHOUT, "died"),
        (leaves, WITHOUT, "departed"),
    ],
)
def test_the_row_comes_as_a_sheet_with_why_before_it_is_applied_and_after(manager, sari, how, after, why):
    bring(manager, ROSNA, ANDI)
    how(sari)
    run = preview(manager, ROSNA, after)
    assert _why_in_sheet(run, manager) == [("3", REASONS[why].reason)]
    apply(manager, run)
    run.refresh_from_db()
    assert _why_in_sheet(run, manager) == [("3", REASONS[why].reason)]


def _why_in_sheet(run, by):
    sheet = held_rows.build_asked(run, by=by, form="csv").decode("utf-8-sig")
    return [(row["BARIS"], row["ALASAN"]) for row in csv.DictReader(io.StringIO(sheet), delimiter=";")]
