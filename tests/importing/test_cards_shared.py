"""One card number with two families in a file: each row is refused with its mend, and the rest of the file goes in."""

import pytest

from households.models import Family, FormerFamilyCard, Membership, Person
from tests.importing.families import ANDI, BUDI, CITRA, DEDI, ROSNA, apply, bring, preview, take_back

pytestmark = pytest.mark.django_db
CARD = ROSNA["NO_KK"]
NEW = "1301990101100088"


@pytest.fixture
def manager(places, lestari):
    return lestari


def _landed():
    return set(Person.objects.values_list("name", flat=True))


def test_a_card_with_two_official_ids_is_refused_on_every_row(manager):
    started = bring(manager, ROSNA, {**BUDI, "NO_KK": CARD}, CITRA)
    assert started.counts["reasons"] == {"kk_two_families": 2}
    assert _landed() == {"Citra"}


def test_an_official_id_on_the_heads_row_alone_is_refused_with_a_mend_that_lands(manager, browse):
    started = bring(manager, ROSNA, {**ANDI, "ID_KELUARGA": ""}, CITRA)
    assert (started.counts["reasons"], _landed()) == ({"kk_two_families": 2}, {"Citra"})
    page = browse(manager).get(f"/impor/{started.pk}/").content.decode()
    assert "Samakan ID_KELUARGA" in page
    bring(manager, ROSNA, ANDI)
    assert (_landed(), Family.objects.count()) == ({"Citra", "Rosna", "Andi"}, 2)


def test_a_family_here_whose_new_card_another_family_of_the_file_holds_keeps_its_own(manager):
    bring(manager, ROSNA)
    started = bring(manager, {**ROSNA, "NO_KK": BUDI["NO_KK"]}, BUDI, CITRA)
    assert started.counts["reasons"] == {"kk_two_families": 2}
    assert Family.objects.get(official_id="K0").kk_encrypted == CARD
    assert (started.counts["missing"], _landed()) == (0, {"Rosna", "Citra"})


def test_a_card_that_another_family_here_holds_is_left_and_counted(manager, browse):
    bring(manager, ROSNA, BUDI)
    started = preview(manager, {**ROSNA, "NO_KK": BUDI["NO_KK"]})
    assert started.counts["warned"] == {"kk_taken": 1}
    assert "Nomor KK di berkas dipakai keluarga lain" in browse(manager).get(f"/impor/{started.pk}/").content.decode()
    apply(manager, started)
    assert {f.kk_encrypted for f in Family.objects.all()} == {CARD, BUDI["NO_KK"]}


def _cards():
    return {f.official_id: f.kk_encrypted for f in Family.objects.all()}


def test_a_card_that_its_holder_gives_up_in_the_same_file_moves_at_once(manager):
    bring(manager, ROSNA, BUDI)
    started = bring(manager, {**ROSNA, "NO_KK": BUDI["NO_KK"]}, {**BUDI, "NO_KK": NEW})
    assert started.counts["warned"] == {}
    assert started.counts["households"] == {"new": 0, "changed": 2, "unchanged": 0}
    assert _cards() == {"K0": BUDI["NO_KK"], "K1": NEW}
    assert {(c.family.official_id, c.kk_encrypted) for c in FormerFamilyCard.objects.all()} == {
        ("K0", CARD),
        ("K1", BUDI["NO_KK"]),
    }
    again = preview(manager, {**ROSNA, "NO_KK": BUDI["NO_KK"]}, {**BUDI, "NO_KK": NEW})
    assert again.counts["households"] == {"new": 0, "changed": 0, "unchanged": 2}


def test_a_new_family_takes_a_card_that_its_holder_gives_up_in_the_same_file(manager):
    bring(manager, ROSNA)
    started = bring(manager, {**ROSNA, "NO_KK": NEW}, {**BUDI, "NO_KK": CARD})
    assert (started.counts["warned"], _cards()) == ({}, {"K0": NEW, "K1": CARD})


def test_a_chain_of_cards_whose_end_is_held_stays_as_it_is(manager):
    other = {**DEDI, "KODE_DESA": ROSNA["KODE_DESA"]}
    bring(manager, ROSNA, BUDI, other)
    started = bring(manager, {**ROSNA, "NO_KK": BUDI["NO_KK"]}, {**BUDI, "NO_KK": other["NO_KK"]})
    assert started.counts["warned"] == {"kk_taken": 2}, "Dedi's family is not in the file and keeps its card"
    assert _cards() == {"K0": CARD, "K1": BUDI["NO_KK"], "K3": other["NO_KK"]}


@pytest.mark.django_db(transaction=True)
def test_two_families_change_cards_in_one_file_and_back_when_it_is_taken_back(manager):
    bring(manager, ROSNA, BUDI)
    started = bring(manager, {**ROSNA, "NO_KK": BUDI["NO_KK"]}, {**BUDI, "NO_KK": CARD})
    assert (started.counts["warned"], _cards()) == ({}, {"K0": BUDI["NO_KK"], "K1": CARD})
    take_back(manager, started)
    assert (_cards(), FormerFamilyCard.objects.count()) == ({"K0": CARD, "K1": BUDI["NO_KK"]}, 0)


def test_official_ids_that_are_too_long_to_be_kept_apart_are_refused(manager):
    long = "X" * 30
    started = bring(manager, {**ROSNA, "ID_KELUARGA": f"{long}1"}, {**BUDI, "ID_KELUARGA": f"{long}2"}, CITRA)
    assert started.counts["reasons"] == {"official_id_long": 2}
    assert _landed() == {"Citra"}


def test_rows_of_one_family_under_its_id_and_under_its_old_card_give_the_file_up_no_more(manager):
    bring(manager, ROSNA, ANDI)
    started = bring(manager, {**ROSNA, "NO_KK": NEW}, {**ANDI, "ID_KELUARGA": ""}, CITRA)
    assert started.counts["warned"] == {"old_card": 1}
    assert (started.counts["people"]["new"], started.counts["missing"]) == (1, 0)
    assert Family.objects.get(official_id="K0").kk_encrypted == NEW
    assert Membership.objects.open().get(person__name="Andi").family.official_id == "K0"
    assert _landed() == {"Rosna", "Andi", "Citra"}
    again = preview(manager, {**ROSNA, "NO_KK": NEW}, {**ANDI, "ID_KELUARGA": ""}, CITRA)
    assert (again.counts["people"], again.counts["left_out"]) == ({"new": 0, "changed": 0, "unchanged": 2}, 1)


@pytest.mark.django_db(transaction=True)
def test_cards_that_went_round_between_families_go_back_when_the_files_are_taken_back(manager):
    bring(manager, ROSNA, BUDI)
    moved = bring(manager, ROSNA, {**BUDI, "NO_KK": NEW})
    handed = bring(manager, {**ROSNA, "NO_KK": BUDI["NO_KK"]}, {**BUDI, "NO_KK": NEW})
    take_back(manager, handed)
    take_back(manager, moved)
    assert {f.official_id: f.kk_encrypted for f in Family.objects.all()} == {"K0": CARD, "K1": BUDI["NO_KK"]}


@pytest.mark.django_db(transaction=True)
def test_a_card_that_went_to_a_new_family_goes_back_with_the_file(manager):
    bring(manager, ROSNA)
    started = bring(manager, {**ROSNA, "NO_KK": NEW}, {**BUDI, "NO_KK": CARD})
    assert {f.official_id: f.kk_encrypted for f in Family.objects.all()} == {"K0": NEW, "K1": CARD}
    take_back(manager, started)
    assert {f.official_id: f.kk_encrypted for f in Family.objects.all()} == {"K0": CARD}
    assert not FormerFamilyCard.objects.exists()
