"""Andi's NIK was corrected, by facilitator Sari or by the ministry, and one of the two still has the old one. He stays one person."""

import io

import openpyxl
import pytest
from django.db import connection
from django.urls import reverse

from households.importing import deciding, renumbered
from households.importing.staging import schema
from households.models import Family, FamilyDigest, ImportConflict, Membership, Person
from households.registry import correcting
from slrt.core import crypto
from tests.importing import lists
from tests.importing.families import ANDI, BUDI, CITRA, ROSNA, apply, bring, preview, take_back

pytestmark = pytest.mark.django_db
# What his card says, and what stands on it in the middle where the ends are alike.
CARD, INSIDE = "1301990506050002", "1301990606050001"
RENUMBERED = {**ANDI, "NIK": CARD}
TWIN = {**ANDI, "NIK": "1301990506050003"}


@pytest.fixture
def manager(places, lestari):
    return lestari


def of(nik):
    return Person.objects.filter(nik_index=crypto.blind_index(nik)).first()


def corrected(by, old, new):
    """Somebody corrects a NIK by the card."""
    who = of(old)
    family = Membership.objects.open().get(person=who).family
    values = {"nik": new, "no_nik_reason": ""}
    return correcting.correct(family, by=by, person=who, version=who.version, values=values, reason="Menurut KTP.")


def people():
    """Everybody, by name: their number, and whether a file lacked them."""
    rows = Membership.objects.open().order_by("person__name", "pk").select_related("person")
    return [(row.person.name, row.person.nik_encrypted, row.missing_since is not None) for row in rows]


def left_out(browse, who, run):
    data = lists.taken(browse(who), reverse("households:import_held_rows", args=[run.pk]))
    head, *rows = openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_sari_corrected_it_and_the_ministry_still_sends_the_old_one(manager, sari):
    bring(manager, ROSNA, ANDI, BUDI)
    corrected(sari, ANDI["NIK"], CARD)
    run = preview(manager, {**ROSNA, "NAMA": "Rosnah"}, ANDI, BUDI)
    assert run.counts["people"] == {"new": 0, "changed": 1, "unchanged": 1}
    assert (run.counts["conflicts"], run.counts["missing"], run.counts["warned"]) == (1, 0, {"nik_differs": 1})
    apply(manager, run, complete=True)
    assert people() == [("Andi", CARD, False), ("Budi", BUDI["NIK"], False), ("Rosnah", ROSNA["NIK"], False)]
    conflict = ImportConflict.objects.get()
    assert (conflict.person_id, conflict.stored_family_id) == (of(CARD).pk, conflict.extract_family_id)
    assert conflict.said == {"nik": "1301••••••••0001", "nik_here": "1301••••••••0002", "places": []}


def test_the_ministry_corrected_it_and_the_registry_has_the_old_one(manager):
    bring(manager, ROSNA, ANDI)
    run = bring(manager, ROSNA, RENUMBERED, complete=True)
    assert run.counts["people"] == {"new": 0, "changed": 0, "unchanged": 1}
    assert (run.counts["conflicts"], run.counts["missing"]) == (1, 0)
    assert people() == [("Andi", ANDI["NIK"], False), ("Rosna", ROSNA["NIK"], False)]
    assert ImportConflict.objects.get().person_id == of(ANDI["NIK"]).pk


def test_corrected_on_both_sides_the_next_file_says_nothing_new(manager, sari):
    bring(manager, ROSNA, ANDI)
    bring(manager, ROSNA, RENUMBERED)
    corrected(sari, ANDI["NIK"], CARD)
    run = bring(manager, ROSNA, RENUMBERED)
    assert run.counts["people"] == {"new": 0, "changed": 0, "unchanged": 2}
    assert (run.counts["conflicts"], run.counts["missing"], run.counts["warned"]) == (0, 0, {})


def test_everything_else_of_the_family_is_applied_and_of_him_nothing(manager):
    bring(manager, ROSNA, ANDI)
    baby = {**ANDI, "NIK": "1301990506250001", "NAMA": "Bayi", "TGL_LAHIR": "2025-06-05"}
    run = bring(manager, {**ROSNA, "DESIL": "4"}, {**RENUMBERED, "JENIS_KELAMIN": "2", "HUB_KELUARGA": "7"}, baby)
    assert run.counts["people"] == {"new": 1, "changed": 0, "unchanged": 1}
    assert Family.objects.get().decile == 4
    andi = of(ANDI["NIK"])
    assert (andi.sex, andi.memberships.get().relation) == ("1", "3")
    assert [name for name, _nik, missing in people() if not missing] == ["Andi", "Bayi", "Rosna"]


def test_a_head_under_another_nik_still_leads(manager, sari):
    bring(manager, ROSNA, ANDI)
    corrected(sari, ROSNA["NIK"], "1301994506800002")
    run = bring(manager, ROSNA, {**ANDI, "NAMA": "Andy"}, complete=True)
    assert run.counts["warned"] == {"nik_differs": 1}
    assert Family.objects.get().head == of("1301994506800002")


def test_the_preview_says_so_and_whom_a_person_decides_about_is_not_among_those_left_out(manager, sari, browse):
    bring(manager, ROSNA, ANDI, BUDI)
    corrected(sari, ANDI["NIK"], CARD)
    run = preview(manager, ROSNA, ANDI, BUDI)
    page = browse(manager).get(f"/impor/{run.pk}/").content.decode()
    assert "Keluarga yang punya orang dengan NIK lain di sini" in page
    assert reverse("households:import_held_rows", args=[run.pk]) not in page
    assert CARD not in page
    assert ANDI["NIK"] not in page


def test_the_page_of_decisions_shows_both_masked_and_offers_no_move(manager, browse, sari):
    bring(manager, ROSNA, ANDI)
    run = bring(manager, ROSNA, {**ANDI, "NIK": INSIDE})
    page = browse(manager).get(reverse("households:import_conflicts", args=[run.pk])).content.decode()
    assert page.count("1301••••••••0001") == 2
    assert "Bedanya di angka ke-8." in page
    assert "betulkan NIK-nya di sana dahulu" in page
    assert 'value="keep"' in page
    assert 'value="move"' not in page
    assert ANDI["NIK"] not in page
    assert INSIDE not in page


def test_decided_once_the_same_two_numbers_are_not_asked_about_again(manager, sari):
    bring(manager, ROSNA, ANDI)
    bring(manager, ROSNA, RENUMBERED)
    deciding.decide(
        ImportConflict.objects.get(), "keep", by=manager, note="KTP-nya seperti tercatat; sudah dilaporkan."
    )
    run = bring(manager, ROSNA, RENUMBERED)
    assert (run.counts["conflicts"], run.counts["people"]["new"]) == (1, 0)
    assert ImportConflict.objects.count() == 1
    bring(manager, ROSNA, {**ANDI, "NIK": INSIDE})
    assert ImportConflict.objects.count() == 2, "another number is another question"


def test_the_same_file_again_makes_nobody_and_leaves_no_digest_to_hide_it(manager):
    bring(manager, ROSNA, ANDI)
    for _quarter in range(3):
        run = bring(manager, {**ROSNA, "LANTAI": "3"}, RENUMBERED, complete=True)
        assert (run.counts["conflicts"], run.counts["people"]["new"], run.counts["missing"]) == (1, 0, 0)
        assert not FamilyDigest.objects.exists()
    assert people() == [("Andi", ANDI["NIK"], False), ("Rosna", ROSNA["NIK"], False)]


def test_the_ministrys_old_file_after_its_correction_is_what_stands_here(manager):
    bring(manager, ROSNA, ANDI)
    bring(manager, ROSNA, RENUMBERED)
    run = preview(manager, ROSNA, ANDI)
    assert run.counts["people"] == {"new": 0, "changed": 0, "unchanged": 2}


def test_sari_corrects_it_between_preview_and_applying(manager, sari):
    bring(manager, ROSNA, ANDI)
    run = preview(manager, {**ROSNA, "NAMA": "Rosnah"}, RENUMBERED)
    assert run.counts["conflicts"] == 1
    corrected(sari, ANDI["NIK"], CARD)
    apply(manager, run, complete=True)
    assert run.counts["warned"] == {"edited": 1}
    assert people() == [("Andi", CARD, False), ("Rosna", ROSNA["NIK"], False)]
    assert not ImportConflict.objects.exists()
    assert preview(manager, ROSNA, RENUMBERED).counts["people"]["unchanged"] == 2


def test_sari_corrects_away_from_the_file_between_preview_and_applying(manager, sari):
    bring(manager, ROSNA, ANDI)
    run = preview(manager, {**ROSNA, "NAMA": "Rosnah"}, ANDI)
    corrected(sari, ANDI["NIK"], CARD)
    apply(manager, run, complete=True)
    assert people() == [("Andi", CARD, False), ("Rosna", ROSNA["NIK"], False)]


@pytest.mark.django_db(transaction=True)
def test_taken_back_the_question_is_gone_and_he_is_as_he_was(manager, sari):
    bring(manager, ROSNA, ANDI)
    corrected(sari, ANDI["NIK"], CARD)
    before = list(Person.objects.order_by("pk").values())
    run = bring(manager, {**ROSNA, "NAMA": "Rosnah"}, ANDI)
    assert ImportConflict.objects.exists()
    take_back(manager, run)
    assert not ImportConflict.objects.exists()
    after = list(Person.objects.order_by("pk").values())
    moved = {"version", "updated_at"}
    assert [{k: v for k, v in row.items() if k not in moved} for row in after] == [
        {k: v for k, v in row.items() if k not in moved} for row in before
    ]


def test_who_stands_in_the_file_by_his_own_nik_is_not_meant_by_another_row_of_his_name(manager):
    bring(manager, ROSNA, ANDI)
    run = bring(manager, ROSNA, ANDI, TWIN)
    assert (run.counts["people"]["new"], run.counts["conflicts"]) == (1, 0)
    assert [nik for name, nik, _missing in people() if name == "Andi"] == [ANDI["NIK"], TWIN["NIK"]]


def test_two_rows_of_his_name_and_neither_his_nik_make_nobody(manager, browse):
    bring(manager, ROSNA, ANDI)
    run = bring(manager, ROSNA, RENUMBERED, TWIN, complete=True)
    assert run.counts["people"] == {"new": 0, "changed": 0, "unchanged": 1}
    assert (run.counts["conflicts"], run.counts["left_out"], run.counts["missing"]) == (1, 1, 0)
    assert run.counts["warned"] == {"nik_differs": 1}
    assert ImportConflict.objects.get().person_id == of(ANDI["NIK"]).pk
    [row] = left_out(browse, manager, run)
    assert row["NIK"] == TWIN["NIK"]
    assert "tercatat dengan NIK lain" in row["ALASAN"]
    assert "betulkan NIK di halaman anggotanya" in " ".join(map(str, row.values()))
    assert ANDI["NIK"] not in " ".join(map(str, row.values()))
    assert people() == [("Andi", ANDI["NIK"], False), ("Rosna", ROSNA["NIK"], False)]


def test_and_once_it_is_known_which_of_the_two_he_is_the_other_comes_in(manager, sari):
    bring(manager, ROSNA, ANDI)
    bring(manager, ROSNA, RENUMBERED, TWIN)
    corrected(sari, ANDI["NIK"], CARD)
    run = bring(manager, ROSNA, RENUMBERED, TWIN)
    assert (run.counts["people"]["new"], run.counts["conflicts"]) == (1, 0)
    assert of(TWIN["NIK"]) is not None


def test_one_row_of_the_name_of_two_misses_neither(manager):
    bring(manager, ROSNA, ANDI, TWIN)
    run = bring(manager, ROSNA, RENUMBERED, complete=True)
    assert (run.counts["people"]["new"], run.counts["conflicts"], run.counts["missing"]) == (0, 1, 0)
    assert not Membership.objects.exclude(missing_since=None).exists()


def test_another_day_of_birth_or_another_family_is_somebody_else(manager):
    bring(manager, ROSNA, ANDI, BUDI)
    elsewhere = {**RENUMBERED, "NO_KK": BUDI["NO_KK"], "ID_KELUARGA": BUDI["ID_KELUARGA"]}
    younger = {**ANDI, "NIK": "1301990606060001", "TGL_LAHIR": "2006-06-06"}
    run = preview(manager, ROSNA, ANDI, younger, BUDI, elsewhere)
    assert (run.counts["people"]["new"], run.counts["conflicts"]) == (2, 0)


def test_the_number_set_free_comes_in_with_its_true_owner_in_another_family(manager, sari):
    bring(manager, ROSNA, ANDI, CITRA)
    corrected(sari, ANDI["NIK"], CARD)
    owner = {**CITRA, "NIK": ANDI["NIK"], "NAMA": "Anto", "TGL_LAHIR": ANDI["TGL_LAHIR"]}
    owner |= {"JENIS_KELAMIN": "1", "HUB_KELUARGA": "3"}
    run = bring(manager, ROSNA, RENUMBERED, CITRA, owner)
    assert (run.counts["people"]["new"], run.counts["conflicts"], run.counts["missing"]) == (1, 0, 0)
    assert of(ANDI["NIK"]).name == "Anto"
    assert Membership.objects.open().get(person=of(ANDI["NIK"])).family.official_id == "K2"


def test_where_nobody_would_be_new_nobody_is_looked_for(manager):
    bring(manager, ROSNA, ANDI)
    asked = []
    with connection.execute_wrapper(lambda run, sql, *more: asked.append(sql) or run(sql, *more)):
        preview(manager, ROSNA, {**ANDI, "NAMA": "Andy"})
        assert renumbered.ROWS not in asked
        preview(manager, ROSNA, RENUMBERED)
    assert renumbered.ROWS in asked


def test_a_preview_from_before_the_numbers_were_kept_beside_is_read_anew(manager, sari):
    bring(manager, ROSNA, ANDI)
    corrected(sari, ANDI["NIK"], CARD)
    waiting = preview(manager, ROSNA, ANDI)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {schema(waiting.pk)}.import_person_known DROP COLUMN numbers")
    run = apply(manager, waiting)
    assert (run.counts["conflicts"], run.counts["people"]["new"]) == (1, 0)
    assert ImportConflict.objects.get().said["nik"]
