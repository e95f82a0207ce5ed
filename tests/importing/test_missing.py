"""Families that a later file no longer holds: counted, shown, flagged only when the file is complete; nobody leaves."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from households.importing import previewing, rejects, uploading
from households.models import (
    Family,
    FormerFamilyCard,
    ImportRun,
    Membership,
    Registration,
    SurveyRound,
)
from households.registry import members
from slrt.audit.models import AuditEntry
from slrt.core import clock, crypto
from tests import cases
from tests.importing.families import ANDI, BUDI, CITRA, DEDI, HEAD, ROSNA, apply, bring, file_of, preview, take_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(places, lestari):
    return lestari


def _missing():
    return set(Family.objects.filter(missing_since__isnull=False).values_list("official_id", flat=True))


def test_who_is_missing_from_a_family_that_moved_counts_where_the_file_has_the_family(manager):
    there = {"KODE_DESA": DEDI["KODE_DESA"]}
    bring(manager, ROSNA | there, ANDI | there)
    started = preview(manager, ROSNA)
    assert started.counts["missing"] == 1
    assert [(v["code"], v["missing"]) for v in started.counts["villages"]] == [("13.01.05.2006", 1)]


def test_families_the_ministry_dropped_are_counted_and_flagged_when_the_file_is_complete(manager):
    bring(manager, ROSNA, BUDI, CITRA, DEDI)
    started = preview(manager, ROSNA)
    assert started.counts["missing_families"] == 2, "Dedi's village is not in the file"
    assert [v["missing_families"] for v in started.counts["villages"]] == [2]
    assert Family.objects.filter(pk__in=started.counts["missing_sample"]).count() == 2
    apply(manager, started, complete=True)
    assert _missing() == {"K1", "K2"}
    assert Membership.objects.open().count() == 4, "nobody left"
    assert set(Registration.objects.values_list("state", flat=True)) == {"determined"}
    assert started.complete
    entry = AuditEntry.objects.get(verb="apply", subject_id=started.pk)
    assert entry.details["complete"] is True


def test_a_family_in_which_nobody_lives_any_more_is_not_missed(manager, sari):
    bring(manager, ROSNA, BUDI, CITRA)
    budi = Family.objects.get(official_id="K1")
    members.death(budi, by=sari, version=budi.version, person=budi.head_id, on=clock.today())
    budi.refresh_from_db()
    assert budi.head is not None, "the family keeps the name of whom it was"
    assert preview(manager, ROSNA).counts["missing_families"] == 1, "Citra alone"


def test_a_family_without_a_head_is_missed_like_any_other(manager):
    bring(manager, ROSNA, BUDI)
    Membership.objects.filter(family__official_id="K1").update(relation="8")
    assert preview(manager, ROSNA).counts["missing_families"] == 1


def test_a_file_that_may_be_a_part_flags_no_family(manager):
    bring(manager, ROSNA, BUDI)
    started = bring(manager, ROSNA)
    assert started.counts["missing_families"] == 1
    assert _missing() == set()
    assert AuditEntry.objects.filter(verb="apply", subject_id=started.pk).get().details["complete"] is False


def test_a_family_only_registered_here_is_not_missed(manager):
    bring(manager, ROSNA)
    visited = cases.family_in("13.01.05.2006", "Eti", nik="1301994506850009")
    SurveyRound.objects.create(
        household=visited.household, kind="visit", codebook="bdt2015", collected_on=clock.today()
    )
    started = bring(manager, ROSNA, BUDI, complete=True)
    assert started.counts["missing_families"] == 0
    assert _missing() == set()


def test_a_family_that_left_its_card_here_was_never_in_the_extract(manager):
    bring(manager, ROSNA, ANDI)
    child = cases.family_in("13.01.05.2006", "Anak", nik="1301994506850008")
    Family.objects.filter(pk=child.pk).update(household=Family.objects.get(official_id="K0").household_id)
    assert preview(manager, ROSNA, ANDI).counts["missing_families"] == 0


@pytest.mark.parametrize("wrong", [{"TGL_LAHIR": "31/02/1980"}, {"NIK": ROSNA["NIK"]}])
def test_a_family_whose_row_was_refused_is_in_the_file_all_the_same(manager, wrong):
    bring(manager, ROSNA, BUDI)
    started = bring(manager, ROSNA, {**CITRA, "KODE_DESA": "1301052006"}, {**BUDI, **wrong}, complete=True)
    assert started.counts["refused"] > 0
    assert "K1" not in _missing()


def test_a_family_whose_people_the_file_puts_elsewhere_waits_for_a_decision_instead(manager):
    bring(manager, ROSNA, BUDI)
    elsewhere = {**BUDI, "NO_KK": "1301990101100077", "ID_KELUARGA": "K77"}
    started = bring(manager, ROSNA, elsewhere, complete=True)
    assert (started.counts["conflicts"], started.counts["missing_families"]) == (1, 0)
    assert _missing() == set()


def test_a_family_that_is_back_in_the_file_is_no_longer_missed(manager):
    bring(manager, ROSNA, BUDI)
    bring(manager, ROSNA, complete=True)
    assert _missing() == {"K1"}
    bring(manager, ROSNA, BUDI)
    assert _missing() == set()


@pytest.mark.django_db(transaction=True)
def test_taking_back_clears_exactly_the_flags_of_the_run(manager):
    bring(manager, ROSNA, BUDI, CITRA)
    bring(manager, ROSNA, CITRA, complete=True)
    second = bring(manager, ROSNA, complete=True)
    assert _missing() == {"K1", "K2"}
    take_back(manager, second)
    assert _missing() == {"K1"}


def test_the_preview_asks_whether_the_file_is_complete_and_takes_no_for_an_answer(manager, client):
    bring(manager, ROSNA, BUDI)
    started = preview(manager, ROSNA)
    client.force_login(manager)
    page = client.get(reverse("households:import", args=[started.pk])).content.decode()
    assert 'name="complete" value="no" checked' in page
    assert "Budi" in page
    assert "1 dari 1" in page
    assert BUDI["NIK"] not in page
    assert BUDI["NO_KK"] not in page
    client.post(reverse("households:import_apply", args=[started.pk]), {"version": started.version, "complete": "yes"})
    assert ImportRun.objects.get(pk=started.pk).complete


def test_nothing_is_asked_when_no_family_is_missing(manager, client):
    started = preview(manager, ROSNA)
    client.force_login(manager)
    assert 'name="complete"' not in client.get(reverse("households:import", args=[started.pk])).content.decode()


def test_whoever_may_not_see_a_missing_family_reads_no_name(manager, client):
    bring(manager, ROSNA, BUDI)
    started = preview(manager, ROSNA)
    Family.objects.get(official_id="K1").household.__class__.objects.filter(families__official_id="K1").update(
        village_id="13.71.01.1001"
    )
    client.force_login(manager)
    assert "Budi" not in client.get(reverse("households:import", args=[started.pk])).content.decode()


def test_the_console_says_it_with_an_option(manager, tmp_path):
    bring(manager, ROSNA, BUDI)
    path = tmp_path / "berkas.csv"
    path.write_bytes(file_of(ROSNA))
    call_command("import_extract", str(path), user="lestari", apply=True, json=True)
    assert _missing() == set()
    path.write_bytes(file_of({**ROSNA, "NAMA": "Rosna Dewi"}))
    call_command("import_extract", str(path), user="lestari", apply=True, complete=True, json=True)
    assert _missing() == {"K1"}


def test_the_familys_page_says_since_when_it_is_missing(manager, client, sari):
    bring(manager, ROSNA, BUDI)
    bring(manager, ROSNA, complete=True)
    client.force_login(sari)
    missed, kept = (Family.objects.get(official_id=code) for code in ("K1", "K0"))
    sentence = "Tidak ada lagi di berkas kementerian sejak"
    assert sentence in client.get(reverse("dashboard:case_file", args=[missed.pk])).content.decode()
    assert sentence not in client.get(reverse("dashboard:case_file", args=[kept.pk])).content.decode()


# People whose own row was refused


WRONG = [
    {"TGL_LAHIR": "31/02/2005"},
    {"JENIS_KELAMIN": "X"},
    {"NAMA": ""},
    {"NIK": "130199"},
    {"NIK": "1.30199E+15"},
    {"NIK": "130199", "NAMA": ""},
    {"NO_KK": "1.30199E+15", "ID_KELUARGA": ""},
    {"NIK": ROSNA["NIK"]},
    {"HUB_KELUARGA": "1"},
    {"KODE_DESA": "1301052003"},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_whose_own_row_was_refused_is_in_the_file_all_the_same(manager, wrong):
    bring(manager, ROSNA, ANDI, BUDI)
    started = bring(manager, ROSNA, {**ANDI, **wrong}, BUDI, complete=True)
    assert started.counts["refused"] > 0
    assert (started.counts["missing"], started.counts["missing_families"]) == (0, 0)
    assert [v["missing"] for v in started.counts["villages"]] == [0]
    assert not Membership.objects.filter(missing_since__isnull=False).exists()
    assert _missing() == set()


OLD_CARD = "1301990101109999"
BY_NAME_ALONE = {"NO_KK": OLD_CARD, "ID_KELUARGA": "", "NIK": ""}


def _former_card(official_id, kk=OLD_CARD):
    family = Family.objects.get(official_id=official_id)
    FormerFamilyCard.objects.create(
        family=family, kk_encrypted=kk, kk_index=crypto.blind_index(kk), until=clock.now() - timedelta(days=30)
    )
    return family


def _flagged():
    return {m.person.name for m in Membership.objects.filter(missing_since__isnull=False).select_related("person")}


def test_a_refused_row_under_the_familys_old_card_is_still_about_its_person(manager):
    bring(manager, ROSNA, ANDI, BUDI)
    _former_card("K0")
    started = bring(manager, ROSNA, {**ANDI, **BY_NAME_ALONE, "TGL_LAHIR": "31/02/2005"}, BUDI, complete=True)
    assert (started.counts["refused"], started.counts["missing"]) == (1, 0)
    assert _flagged() == set()


def test_a_nameless_refused_row_under_the_old_card_may_be_about_anybody_of_the_family(manager):
    bring(manager, ROSNA, ANDI, BUDI)
    _former_card("K0")
    started = bring(manager, ROSNA, {**ANDI, **BY_NAME_ALONE, "NAMA": ""}, BUDI)
    assert (started.counts["refused"], started.counts["missing"]) == (1, 0)


def test_a_family_of_which_only_a_refused_row_under_the_old_card_came_is_in_the_file(manager):
    bring(manager, ROSNA, ANDI, BUDI)
    _former_card("K1")
    bring(manager, ROSNA, ANDI, {**BUDI, **BY_NAME_ALONE, "TGL_LAHIR": "31/02/1970"}, complete=True)
    assert _missing() == set()


def test_an_old_card_that_another_family_holds_by_now_speaks_for_that_family(manager):
    bring(manager, ROSNA, ANDI, BUDI)
    _former_card("K0", BUDI["NO_KK"])
    started = bring(manager, ROSNA, {**ANDI, **BY_NAME_ALONE, "NO_KK": BUDI["NO_KK"], "TGL_LAHIR": "31/02/2005"}, BUDI)
    assert (started.counts["refused"], started.counts["missing"]) == (1, 1)
    assert _flagged() == {"Andi"}


def test_an_old_card_that_a_new_family_brings_in_the_same_file_speaks_for_that_family(manager):
    bring(manager, ROSNA, ANDI, BUDI)
    _former_card("K0")
    refused = {**ANDI, **BY_NAME_ALONE, "TGL_LAHIR": "31/02/2005"}
    bring(manager, ROSNA, BUDI, {**CITRA, "NO_KK": OLD_CARD}, refused)
    assert _flagged() == {"Andi"}


def test_a_row_that_names_another_family_says_nothing_of_who_held_its_card_before(manager):
    bring(manager, ROSNA, ANDI, BUDI)
    _former_card("K0")
    wrong = {**ANDI, **BY_NAME_ALONE, "ID_KELUARGA": "K1", "TGL_LAHIR": "31/02/2005"}
    bring(manager, ROSNA, wrong, BUDI)
    assert _flagged() == {"Andi"}


def test_where_no_row_was_refused_old_cards_are_not_asked_for(manager):
    bring(manager, ROSNA, ANDI, BUDI)
    _former_card("K0")
    with CaptureQueriesContext(connection) as asked:
        bring(manager, ROSNA, BUDI)
    assert _flagged() == {"Andi"}
    assert not any("import_person_refused AS" in query["sql"] for query in asked)


def test_beside_a_refused_row_who_is_truly_missing_is_flagged(manager):
    mother = {**ANDI, "NIK": "1301994506550001", "NAMA": "Zubaidah", "JENIS_KELAMIN": "2", "HUB_KELUARGA": "6"}
    bring(manager, ROSNA, ANDI, mother)
    started = bring(manager, ROSNA, {**ANDI, "TGL_LAHIR": "31/02/2005"})
    assert started.counts["missing"] == 1
    assert [m.person.name for m in Membership.objects.filter(missing_since__isnull=False)] == ["Zubaidah"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_sheet_of_refused_rows_once_mended_is_only_a_part_and_misses_nobody(manager, client, form):
    bring(manager, ROSNA, ANDI, BUDI)
    refused = preview(manager, {**ROSNA, "TGL_LAHIR": "1979-06-05", "DESIL": "11"}, ANDI, BUDI)
    sheet = rejects.build(refused, by=manager, form=form)
    apply(manager, refused)
    if form == "csv":
        sheet = sheet.replace(b";11;", b";3;")
    else:
        book = openpyxl.load_workbook(io.BytesIO(sheet))
        book.active.cell(2, HEAD.index("DESIL") + 1).value = "3"
        book.save(out := io.BytesIO())
        sheet = out.getvalue()
    started = uploading.upload(sheet, f"ditolak.{form}", by=manager)
    previewing.preview(started.pk)
    started.refresh_from_db()
    assert (started.counts["refused"], started.counts["people"]["changed"]) == (0, 1)
    assert (started.counts["missing"], started.counts["missing_families"]) == (0, 0)
    client.force_login(manager)
    page = client.get(reverse("households:import", args=[started.pk])).content.decode()
    assert "lembar baris yang ditolak" in page
    apply(manager, started, complete=True)
    assert not Membership.objects.filter(missing_since__isnull=False).exists()
    assert _missing() == set()
    assert Family.objects.get(official_id="K0").decile == 3
