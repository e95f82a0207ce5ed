"""Andi stood in the extract twice and was merged. The next extract still carries the NIK that was dropped: nobody comes of it."""

import importlib
import io

import openpyxl
import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from households import search
from households.choices.imports import ImportKind
from households.models import Family, FamilyDigest, FormerNik, ImportConflict, Membership, NikCheck, Person
from households.registry import correcting
from slrt.core import crypto
from slrt.core.errors import GuardFailed
from slrt.workflow import engine
from tests.duplicates.entries import everything, propose
from tests.importing import lists
from tests.importing.families import ANDI, BUDI, CITRA, ROSNA, apply, bring, preview

DROPPED = "1301990506050002"
# The same Andi with another NIK on a card of his own; in his mother's family he stands too.
AGAIN = {**ANDI, "NIK": DROPPED, "HUB_KELUARGA": "1", "NO_KK": "1301990101100009", "ID_KELUARGA": "K9"}
AGAIN |= {"DESIL": "", "PERIODE_DESIL": ""}  # of two running registrations one would have to be settled first
WIFE = {**AGAIN, "NIK": "1301994506060001", "NAMA": "Wati", "TGL_LAHIR": "2006-06-05", "JENIS_KELAMIN": "2"}
WIFE["HUB_KELUARGA"] = "2"
ALL = (ROSNA, ANDI, AGAIN, BUDI)


@pytest.fixture
def manager(places, lestari):
    return lestari


@pytest.fixture
def andi(manager, rina):
    """Andi's two entries, merged: the first stays with its NIK, and lives with his mother."""
    bring(manager, *ALL)
    return merged(rina, manager)


def merged(rina, manager, **choices):
    kept, gone = of(ANDI["NIK"]), of(DROPPED)
    chosen = {"nik": "kept", "occupation": "kept", "mother_name": "kept", "place": "kept", **choices}
    return engine.apply("confirm", propose((kept, gone), rina, choices=chosen), by=manager)


def of(nik):
    return Person.objects.filter(nik_index=crypto.blind_index(nik)).first()


def living():
    rows = Membership.objects.open().filter(missing_since=None).order_by("family__official_id", "relation", "pk")
    return list(rows.values_list("family__official_id", "person__name", "person__nik_index"))


def left_out(browse, who, run):
    data = lists.taken(browse(who), reverse("households:import_held_rows", args=[run.pk]))
    head, *rows = openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_the_dropped_number_is_remembered_blind_and_leads_to_who_stayed(andi):
    row = FormerNik.objects.get()
    assert (row.person, row.merge, row.nik_index) == (of(ANDI["NIK"]), andi, crypto.blind_index(DROPPED))
    with connection.cursor() as cursor:
        cursor.execute("SELECT f::text FROM households_formernik f")
        assert DROPPED not in cursor.fetchone()[0]


def test_of_the_first_entrys_number_dropped_the_same_holds(manager, rina):
    bring(manager, *ALL)
    merged(rina, manager, nik="gone")
    assert of(ANDI["NIK"]) is None
    assert FormerNik.objects.get().nik_index == crypto.blind_index(ANDI["NIK"])


def test_the_next_extract_makes_him_not_anew_and_his_own_row_lands(manager, andi, browse):
    people, families = Person.objects.count(), Family.objects.count()
    run = preview(manager, ROSNA, {**ANDI, "NAMA": "Andi Putra"}, AGAIN, BUDI)
    assert run.counts["warned"] == {"nik_former": 1}
    assert run.counts["people"] == {"new": 0, "changed": 1, "unchanged": 2}
    assert run.counts["left_out"] == 1
    assert run.counts["households"]["new"] == run.counts["conflicts"] == run.counts["missing"] == 0
    page = browse(manager).get(f"/impor/{run.pk}/").content.decode()
    assert "NIK yang sudah dilepas ketika dua data satu orang digabung" in page
    assert "Baris yang dibiarkan dan yang perlu diputuskan tidak ikut." in page
    assert DROPPED not in page
    apply(manager, run, complete=True)
    assert (Person.objects.count(), Family.objects.count()) == (people, families)
    assert of(DROPPED) is None
    assert of(ANDI["NIK"]).name == "Andi Putra"
    assert not ImportConflict.objects.exists()
    [row] = left_out(browse, manager, run)
    assert (row["NAMA"], row["NIK"], row["BARIS"]) == ("Andi", DROPPED, "4")
    assert "sudah dilepas ketika dua data satu orang digabung" in row["ALASAN"]
    assert "Betulkan NIK-nya di sumber" in " ".join(map(str, row.values()))


def test_every_month_it_is_said_again_and_no_digest_hides_it(manager, andi):
    for _month in range(3):
        run = bring(manager, *ALL, complete=True)
        assert run.counts["warned"] == {"nik_former": 1}
        assert run.counts["people"]["new"] == 0
    assert Person.objects.filter(name="Andi", merged_into=None).count() == 1
    assert not FamilyDigest.objects.filter(family__official_id="K9").exists()


def test_the_merge_drops_the_digests_of_both_families(manager, rina):
    bring(manager, *ALL)
    digests = FamilyDigest.objects.values_list("family__official_id", flat=True)
    assert set(digests.all()) == {"K0", "K9", "K1"}
    merged(rina, manager)
    assert set(digests.all()) == {"K1"}


def test_a_digest_is_not_kept_where_his_row_takes_the_place_of_somebody_the_file_does_not_name(manager, andi):
    here = {**AGAIN, "HUB_KELUARGA": "3", "NO_KK": ROSNA["NO_KK"], "ID_KELUARGA": "K0"}
    bring(manager, ROSNA, here)
    assert not FamilyDigest.objects.filter(family__official_id="K0").exists()
    assert preview(manager, ROSNA, here).counts["warned"] == {"nik_former": 1}


def test_under_the_dropped_number_alone_he_is_not_missing_nor_is_his_family(manager, andi):
    here = {**AGAIN, "HUB_KELUARGA": "3", "NO_KK": ROSNA["NO_KK"], "ID_KELUARGA": "K0"}
    before = living()
    run = bring(manager, ROSNA, here, BUDI, complete=True)
    assert (run.counts["missing"], run.counts["missing_families"]) == (0, 0)
    for rows in ((AGAIN, BUDI), (AGAIN, WIFE, BUDI)):
        run = bring(manager, *rows, complete=True)
        assert (run.counts["missing"], run.counts["missing_families"]) == (0, 0)
    assert {row for row in living() if row[1] != "Wati"} == set(before)


def test_nor_where_the_row_is_refused_for_another_reason(manager, andi):
    refused = {**AGAIN, "NO_KK": ROSNA["NO_KK"], "ID_KELUARGA": "K0", "HUB_KELUARGA": "3", "NAMA": "", "TGL_LAHIR": "x"}
    run = preview(manager, {**ROSNA, "NAMA": "Rosnah"}, refused, BUDI)
    assert (run.counts["refused"], run.counts["missing"]) == (1, 0)
    elsewhere = {**refused, "NO_KK": "1301990101100077", "ID_KELUARGA": "K7"}
    run = preview(manager, {**ROSNA, "NAMA": "Rosnah"}, elsewhere, BUDI)
    assert (run.counts["refused"], run.counts["missing"]) == (1, 0)


def test_who_else_lives_on_his_card_is_imported_as_ever(manager, andi):
    run = bring(manager, ROSNA, ANDI, AGAIN, WIFE, BUDI)
    assert run.counts["people"]["new"] == 1
    assert run.counts["warned"] == {"nik_former": 1, "headless": 1}
    assert ("K9", "Wati", crypto.blind_index(WIFE["NIK"])) in living()
    family = Family.objects.get(official_id="K9")
    assert (family.head, family.memberships.count()) == (None, 1)


def test_nor_is_he_counted_where_the_file_knows_no_other_family_of_here(manager, andi):
    run = preview(manager, AGAIN, WIFE)
    assert run.counts["people"] == {"new": 1, "changed": 0, "unchanged": 0}
    assert run.counts["left_out"] == 1


def test_the_one_who_is_named_without_a_number_does_not_get_it(manager, rina):
    twin = {**ANDI, "NIK": "", "HUB_KELUARGA": "4", "NAMA": "Andi"}
    bring(manager, ROSNA, ANDI, AGAIN, twin)
    merged(rina, manager)
    run = bring(manager, ROSNA, ANDI, {**AGAIN, "HUB_KELUARGA": "4", "NO_KK": ROSNA["NO_KK"], "ID_KELUARGA": "K0"})
    assert run.counts["warned"]["nik_former"] == 1
    assert of(DROPPED) is None


def test_who_stayed_without_any_number_does_not_get_the_dropped_one_either(manager, rina):
    bring(manager, ROSNA, {**ANDI, "NIK": ""}, AGAIN)
    kept = Membership.objects.get(family__official_id="K0", relation="3").person
    chosen = {"nik": "kept", "place": "kept", "occupation": "kept", "mother_name": "kept"}
    engine.apply("confirm", propose((kept, of(DROPPED)), rina, choices=chosen), by=manager)
    run = bring(manager, ROSNA, {**AGAIN, "HUB_KELUARGA": "3", "NO_KK": ROSNA["NO_KK"], "ID_KELUARGA": "K0"})
    assert (run.counts["people"]["new"], run.counts["missing"]) == (0, 0)
    kept.refresh_from_db()
    assert kept.nik_index is None


def test_a_preview_from_before_the_merge_makes_nobody_when_it_is_applied_after_it(manager, rina):
    bring(manager, *ALL)
    waiting = preview(manager, ROSNA, ANDI, {**AGAIN, "NAMA": "Andy"}, WIFE, BUDI)
    assert "nik_former" not in waiting.counts["warned"]
    merged(rina, manager)
    run = apply(manager, waiting)
    assert of(DROPPED) is None
    assert run.counts["warned"]["nik_former"] == 1
    assert ("K9", "Wati", crypto.blind_index(WIFE["NIK"])) in living()


def test_merged_once_more_the_number_leads_to_who_stayed_last(manager, andi, rina):
    bring(manager, ROSNA, ANDI, {**AGAIN, "NIK": "1301990506050003", "NO_KK": "1301990101100008", "ID_KELUARGA": "K8"})
    last, before = of("1301990506050003"), of(ANDI["NIK"])
    chosen = {"nik": "kept", "place": "gone", "occupation": "kept", "mother_name": "kept"}
    engine.apply("confirm", propose((last, before), rina, choices=chosen), by=manager)
    third = {**ANDI, "NIK": "1301990506050003"}
    both = ({**AGAIN, "ID_KELUARGA": "K6"}, {**ANDI, "ID_KELUARGA": "K5", "NO_KK": "1301990101100055"})
    run = bring(manager, ROSNA, third, *both, complete=True)
    assert run.counts["warned"] == {"nik_former": 2}
    assert (run.counts["people"]["new"], run.counts["missing"]) == (0, 0)
    run = bring(manager, ROSNA, both[0], complete=True)
    assert run.counts["missing"] == 0, "named by the number that was dropped first"


def test_undone_the_number_is_back_and_the_extract_knows_both(manager, andi):
    engine.apply("undo", andi, by=manager, note="Dua orang: sepupu.")
    assert not FormerNik.objects.exists()
    assert of(DROPPED) is not None
    run = bring(manager, *ALL)
    assert run.counts["warned"] == {}
    assert run.counts["people"] == {"new": 0, "changed": 0, "unchanged": 4}


def test_an_undo_after_months_of_such_extracts_puts_every_row_back(manager, rina):
    bring(manager, *ALL)
    before = everything()
    row = merged(rina, manager)
    for _month in range(2):
        bring(manager, ROSNA, ANDI, AGAIN, BUDI)
    for label in ("importrun", "importprogress", "familydigest"):
        del before[f"households.{label}"]
    engine.apply("undo", row, by=manager, note="Dua orang.")
    after = everything()
    assert {label: after[label] for label in before} == before


def test_who_was_given_the_number_meanwhile_keeps_it(manager, andi, rina):
    budi = of(BUDI["NIK"])
    family = budi.memberships.get().family
    values = {"nik": DROPPED, "no_nik_reason": ""}
    before = everything()
    with pytest.raises(GuardFailed, match="sudah dilepas ketika dua data Andi digabung") as refused:
        correcting.correct(family, by=rina, person=budi, version=budi.version, values=values, reason="Menurut KTP.")
    assert refused.value.field == "odd_reason"
    assert everything() == before
    correcting.correct(
        family,
        by=rina,
        person=budi,
        version=budi.version,
        values=values,
        reason="KTP.",
        odd_reason="Dua orang berbeda.",
    )
    before = everything()
    with pytest.raises(GuardFailed, match="sekarang tercatat pada orang atau keluarga lain"):
        engine.apply("undo", andi, by=manager, note="Salah.")
    assert everything() == before
    assert FormerNik.objects.exists()
    run = bring(manager, ROSNA, ANDI, {**BUDI, "NIK": DROPPED, "NAMA": "Budi Setiawan"})
    assert "nik_former" not in run.counts["warned"]
    assert of(DROPPED).name == "Budi Setiawan"
    run = preview(manager, ROSNA, {**BUDI, "NIK": DROPPED, "NAMA": "Budi Setia"})
    assert run.counts["missing"] == 1, "the number tells of Budi now, and of Andi no more"


def test_without_any_dropped_number_the_rows_are_not_looked_through(manager):
    bring(manager, ROSNA)
    asked = []
    with connection.execute_wrapper(lambda run, sql, *more: asked.append(sql) or run(sql, *more)):
        preview(manager, ROSNA, CITRA)
    assert {sql for sql in asked if "formernik" in str(sql)} == {"SELECT EXISTS (SELECT FROM households_formernik)"}


def test_a_list_says_why_and_tells_nothing_of_who_stayed(manager, andi):
    run = lists.imported(manager, f"NIK,HASIL,TANGGAL\n{DROPPED},TIDAK PADAN,\n", ImportKind.MATCH)
    assert run.counts["reasons"] == {"nik_former": 1}
    assert not NikCheck.objects.exists()
    assert of(ANDI["NIK"]).nik_match == "unchecked"
    [row] = lists.sheet_back(run, manager)
    assert "sudah dilepas" in row["ALASAN"]
    again = lists.previewed(manager, f"NIK,HASIL,TANGGAL\n{ANDI['NIK']},PADAN,\n", ImportKind.MATCH)
    assert again.counts["people"]["new"] == 1


def test_of_another_area_a_list_learns_only_that_the_number_is_not_there(manager, andi):
    household = Membership.objects.open().get(person=of(ANDI["NIK"])).family.household
    type(household).objects.filter(pk=household.pk).update(village_id="13.71.01.1001")
    run = lists.previewed(manager, f"NIK,HASIL,TANGGAL\n{DROPPED},PADAN,\n", ImportKind.MATCH)
    assert run.counts["reasons"] == {"key_unknown": 1}


def test_an_answer_of_the_ministry_under_it_answers_nobody(manager, andi):
    run = lists.previewed(manager, f"NIK,STATUS\n{DROPPED},DITETAPKAN\n", ImportKind.ANSWER)
    assert run.counts["reasons"] == {"nik_former": 1}
    assert run.counts["people"]["changed"] == 0


def test_searched_for_it_leads_to_his_family(manager, andi):
    found = search.search(DROPPED, manager)
    assert [family.official_id for family in found.families] == ["K0"]


def test_numbers_dropped_before_they_were_remembered_are_taken_from_what_the_undo_keeps(manager, andi):
    kept = list(FormerNik.objects.values_list("person", "merge", "nik_index"))
    FormerNik.objects.all().delete()
    migration = importlib.import_module("households.migrations.0034_former_niks_of_merges")
    migration.remember(apps, None)
    assert list(FormerNik.objects.values_list("person", "merge", "nik_index")) == kept
    engine.apply("undo", andi, by=manager, note="Dua orang.")
    migration.remember(apps, None)
    assert not FormerNik.objects.exists(), "a merge that was undone dropped nothing"
