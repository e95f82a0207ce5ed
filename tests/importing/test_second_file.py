"""What a later file of the ministry does to what an earlier one said: families it lacks, older deciles, other people's numbers."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from households.importing import applying, comparing, deciding, previewing, undoing, uploading
from households.models import (
    DecileRecord,
    Family,
    ImportConflict,
    ImportRun,
    Membership,
    Person,
    Registration,
    SurveyRound,
)
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed
from tests import cases

pytestmark = pytest.mark.django_db

ROSNA = {
    **{"NO_KK": "1301990101100001", "NIK": "1301994506800001", "NAMA": "Rosna", "TGL_LAHIR": "1980-06-05"},
    **{"JENIS_KELAMIN": "2", "HUB_KELUARGA": "1", "KODE_DESA": "1301052006", "ID_KELUARGA": "K0"},
    **{"DESIL": "2", "PERIODE_DESIL": "2026-Q3", "LANTAI": "8", "SEKOLAH": ""},
}
HEAD = [*ROSNA]
ANDI = {**ROSNA, "NIK": "1301990506050001", "NAMA": "Andi", "TGL_LAHIR": "2005-06-05", "JENIS_KELAMIN": "1"}
ANDI["HUB_KELUARGA"] = "3"
BUDI = {**ROSNA, "NO_KK": "1301990101100002", "NIK": "1301990506700001", "NAMA": "Budi", "ID_KELUARGA": "K1"}
BUDI |= {"TGL_LAHIR": "1970-06-05", "JENIS_KELAMIN": "1"}
CITRA = {**BUDI, "NO_KK": "1301990101100003", "NIK": "1301994506750001", "NAMA": "Citra", "ID_KELUARGA": "K2"}
CITRA |= {"TGL_LAHIR": "1975-06-05", "JENIS_KELAMIN": "2"}
# A family of another village, which the file does not cover.
DEDI = {**BUDI, "NO_KK": "1301990101100004", "NIK": "1301990506650001", "NAMA": "Dedi", "ID_KELUARGA": "K3"}
DEDI |= {"TGL_LAHIR": "1965-06-05", "KODE_DESA": "1301052003"}


@pytest.fixture
def manager(places, lestari):
    return lestari


def _file(*rows, without=()):
    columns = [name for name in HEAD if name not in without]
    return "\n".join([",".join(columns), *(",".join(row[c] for c in columns) for row in rows), ""]).encode()


def _preview(by, *rows, without=()):
    started = uploading.upload(_file(*rows, without=without), "berkas.csv", by=by)
    previewing.preview(started.pk)
    started.refresh_from_db()
    assert started.state == "previewed", started.problem
    return started


def _apply(by, started, **more):
    applying.request_apply(started, by=by, version=started.version, **more)
    applying.apply(started.pk)
    started.refresh_from_db()
    assert started.state == "applied", started.problem
    return started


def _import(by, *rows, without=(), **more):
    return _apply(by, _preview(by, *rows, without=without), **more)


def _take_back(by, started):
    undoing.request(started, by=by, note="Berkas salah", version=started.version)
    undoing.take_back(started.pk)
    started.refresh_from_db()
    assert started.state == "taken_back", started.problem


def _missing():
    return set(Family.objects.filter(missing_since__isnull=False).values_list("official_id", flat=True))


# Families that are no longer in the file


def test_families_the_ministry_dropped_are_counted_and_flagged_when_the_file_is_complete(manager):
    _import(manager, ROSNA, BUDI, CITRA, DEDI)
    started = _preview(manager, ROSNA)
    assert started.counts["missing_families"] == 2, "Dedi's village is not in the file"
    assert [v["missing_families"] for v in started.counts["villages"]] == [2]
    assert Family.objects.filter(pk__in=started.counts["missing_sample"]).count() == 2
    _apply(manager, started, complete=True)
    assert _missing() == {"K1", "K2"}
    assert Membership.objects.open().count() == 4, "nobody left"
    assert set(Registration.objects.values_list("state", flat=True)) == {"determined"}
    assert started.complete
    entry = AuditEntry.objects.get(verb="apply", subject_id=started.pk)
    assert entry.details["complete"] is True


def test_a_file_that_may_be_a_part_flags_no_family(manager):
    _import(manager, ROSNA, BUDI)
    started = _import(manager, ROSNA)
    assert started.counts["missing_families"] == 1
    assert _missing() == set()
    assert AuditEntry.objects.filter(verb="apply", subject_id=started.pk).get().details["complete"] is False


def test_a_family_only_registered_here_is_not_missed(manager):
    _import(manager, ROSNA)
    visited = cases.family_in("13.01.05.2006", "Eti", nik="1301994506850009")
    SurveyRound.objects.create(
        household=visited.household, kind="visit", codebook="bdt2015", collected_on=clock.today()
    )
    started = _import(manager, ROSNA, BUDI, complete=True)
    assert started.counts["missing_families"] == 0
    assert _missing() == set()


def test_a_family_that_left_its_card_here_was_never_in_the_extract(manager):
    _import(manager, ROSNA, ANDI)
    child = cases.family_in("13.01.05.2006", "Anak", nik="1301994506850008")
    Family.objects.filter(pk=child.pk).update(household=Family.objects.get(official_id="K0").household_id)
    assert _preview(manager, ROSNA, ANDI).counts["missing_families"] == 0


@pytest.mark.parametrize("wrong", [{"TGL_LAHIR": "31/02/1980"}, {"NIK": ROSNA["NIK"]}])
def test_a_family_whose_row_was_refused_is_in_the_file_all_the_same(manager, wrong):
    _import(manager, ROSNA, BUDI)
    started = _import(manager, ROSNA, {**CITRA, "KODE_DESA": "1301052006"}, {**BUDI, **wrong}, complete=True)
    assert started.counts["refused"] > 0
    assert "K1" not in _missing()


def test_a_family_whose_people_the_file_puts_elsewhere_waits_for_a_decision_instead(manager):
    _import(manager, ROSNA, BUDI)
    elsewhere = {**BUDI, "NO_KK": "1301990101100077", "ID_KELUARGA": "K77"}
    started = _import(manager, ROSNA, elsewhere, complete=True)
    assert (started.counts["conflicts"], started.counts["missing_families"]) == (1, 0)
    assert _missing() == set()


def test_a_family_that_is_back_in_the_file_is_no_longer_missed(manager):
    _import(manager, ROSNA, BUDI)
    _import(manager, ROSNA, complete=True)
    assert _missing() == {"K1"}
    _import(manager, ROSNA, BUDI)
    assert _missing() == set()


@pytest.mark.django_db(transaction=True)
def test_taking_back_clears_exactly_the_flags_of_the_run(manager):
    _import(manager, ROSNA, BUDI, CITRA)
    _import(manager, ROSNA, CITRA, complete=True)
    second = _import(manager, ROSNA, complete=True)
    assert _missing() == {"K1", "K2"}
    _take_back(manager, second)
    assert _missing() == {"K1"}


def test_the_preview_asks_whether_the_file_is_complete_and_takes_no_for_an_answer(manager, client):
    _import(manager, ROSNA, BUDI)
    started = _preview(manager, ROSNA)
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
    started = _preview(manager, ROSNA)
    client.force_login(manager)
    assert 'name="complete"' not in client.get(reverse("households:import", args=[started.pk])).content.decode()


def test_whoever_may_not_see_a_missing_family_reads_no_name(manager, client):
    _import(manager, ROSNA, BUDI)
    started = _preview(manager, ROSNA)
    Family.objects.get(official_id="K1").household.__class__.objects.filter(families__official_id="K1").update(
        village_id="13.71.01.1001"
    )
    client.force_login(manager)
    assert "Budi" not in client.get(reverse("households:import", args=[started.pk])).content.decode()


def test_the_console_says_it_with_an_option(manager, tmp_path):
    _import(manager, ROSNA, BUDI)
    path = tmp_path / "berkas.csv"
    path.write_bytes(_file(ROSNA))
    call_command("import_extract", str(path), user="lestari", apply=True, json=True)
    assert _missing() == set()
    path.write_bytes(_file({**ROSNA, "NAMA": "Rosna Dewi"}))
    call_command("import_extract", str(path), user="lestari", apply=True, complete=True, json=True)
    assert _missing() == {"K1"}


def test_the_familys_page_says_since_when_it_is_missing(manager, client, sari):
    _import(manager, ROSNA, BUDI)
    _import(manager, ROSNA, complete=True)
    client.force_login(sari)
    missed, kept = (Family.objects.get(official_id=code) for code in ("K1", "K0"))
    sentence = "Tidak ada lagi di berkas kementerian sejak"
    assert sentence in client.get(reverse("dashboard:case_file", args=[missed.pk])).content.decode()
    assert sentence not in client.get(reverse("dashboard:case_file", args=[kept.pk])).content.decode()


# Deciles


def test_an_older_period_only_completes_the_history(manager):
    _import(manager, ROSNA)
    older = _preview(manager, {**ROSNA, "DESIL": "9", "PERIODE_DESIL": "2025-Q1"})
    assert older.counts["households"] == {"new": 0, "changed": 0, "unchanged": 1}
    assert older.counts["late_deciles"] == 1
    _apply(manager, older)
    family = Family.objects.get()
    assert (family.decile, family.decile_period) == (2, "2026-Q3")
    assert set(DecileRecord.objects.values_list("decile", "period")) == {(2, "2026-Q3"), (9, "2025-Q1")}
    assert SurveyRound.objects.count() == 1
    again = _preview(manager, {**ROSNA, "DESIL": "9", "PERIODE_DESIL": "2025-Q1"})
    assert again.counts["late_deciles"] == 0
    newer = _import(manager, {**ROSNA, "DESIL": "5", "PERIODE_DESIL": "2026-Q4"})
    assert newer.counts["fields"]["households"] == {"decile": 1}
    assert Family.objects.get().decile == 5


@pytest.mark.django_db(transaction=True)
def test_taking_an_older_period_back_leaves_the_history_as_it_was(manager):
    _import(manager, ROSNA)
    _take_back(manager, _import(manager, {**ROSNA, "DESIL": "9", "PERIODE_DESIL": "2025-Q1"}))
    assert list(DecileRecord.objects.values_list("decile", "period")) == [(2, "2026-Q3")]
    assert Family.objects.get().decile == 2


@pytest.mark.parametrize("period", ["Triwulan III 2026", "2026-Q5", "2026", "2099-Q1"])
def test_a_decile_of_a_period_nobody_can_compare_is_left_out_and_counted(manager, period):
    started = _import(manager, {**ROSNA, "PERIODE_DESIL": period}, BUDI)
    assert started.counts["warnings"]["period_odd"] == 1
    rosna = Family.objects.get(official_id="K0")
    assert (rosna.decile, rosna.decile_period) == (None, "")
    assert rosna.household.rounds.get().answers == {"lantai": "8"}, "all else of the row came in"
    assert list(DecileRecord.objects.values_list("family__official_id", flat=True)) == ["K1"]


# How old the data are


def _seen_long_ago():
    SurveyRound.objects.update(collected_on=date(2015, 1, 1))


def _newest():
    return SurveyRound.objects.latest("pk")


@pytest.mark.parametrize(
    "change", [{"DESIL": "4", "PERIODE_DESIL": "2026-Q4"}, {"NAMA": "Rosna Dewi"}, {"SEKOLAH": "1"}, {}]
)
def test_what_a_file_only_carries_over_stays_as_old_as_it_is(manager, change):
    _import(manager, ROSNA)
    _seen_long_ago()
    rows = [{**ROSNA, **change}] if change else [ROSNA, ANDI]
    _import(manager, *rows, without=("LANTAI",))
    assert SurveyRound.objects.count() == 2
    assert (_newest().collected_on, _newest().answers) == (date(2015, 1, 1), {"lantai": "8"})


def test_what_a_file_newly_says_of_the_house_is_as_old_as_its_quarter(manager):
    _import(manager, ROSNA)
    assert _newest().collected_on == min(date(2026, 9, 30), clock.today())
    _seen_long_ago()
    _import(manager, {**ROSNA, "LANTAI": "1", "PERIODE_DESIL": ""})
    assert _newest().collected_on == clock.today()


def test_a_file_about_people_makes_no_visited_house_fresh(manager):
    family = cases.family_in("13.01.05.2006", "Rosna", nik=ROSNA["NIK"], kk=ROSNA["NO_KK"])
    SurveyRound.objects.create(
        household=family.household, kind="visit", codebook="bdt2015", collected_on=date(2015, 1, 1)
    )
    _import(manager, {**ROSNA, "ID_KELUARGA": ""}, without=("LANTAI",))
    assert (_newest().kind, _newest().collected_on) == ("extract", date(2015, 1, 1))


# Another person under the same NIK


def test_a_row_with_the_mothers_nik_and_all_else_different_waits_for_a_decision(manager):
    _import(manager, ROSNA, ANDI)
    son = {**ROSNA, "NAMA": "Budi Santoso", "TGL_LAHIR": "2010-01-05", "JENIS_KELAMIN": "1", "HUB_KELUARGA": "3"}
    started = _preview(manager, son, ANDI)
    assert (started.counts["conflicts"], started.counts["people"]["changed"]) == (1, 0)
    assert started.counts["warned"]["mistaken"] == 1
    _apply(manager, started)
    rosna = Person.objects.get(name="Rosna")
    assert (rosna.sex, rosna.birth_date, Membership.objects.get(person=rosna).relation) == ("2", date(1980, 6, 5), "1")
    conflict = ImportConflict.objects.get()
    assert conflict.said == {"name": "Budi Santoso", "birth_date": "2010-01-05", "sex": "1"}
    with pytest.raises(GuardFailed, match="sudah tercatat"):
        deciding.decide(conflict, "move", by=manager, note="x")
    assert Membership.objects.open().count() == 2
    deciding.decide(conflict, "keep", by=manager, note="NIK tertukar")
    _import(manager, son, ANDI)
    assert ImportConflict.objects.count() == 1, "decided once, not asked again"


def test_the_page_of_decisions_shows_both_people(manager, client):
    _import(manager, ROSNA)
    started = _import(manager, {**ROSNA, "NAMA": "Budi Santoso", "TGL_LAHIR": "2010-01-05", "JENIS_KELAMIN": "1"})
    client.force_login(manager)
    page = client.get(reverse("households:import_conflicts", args=[started.pk])).content.decode()
    assert "Rosna" in page
    assert "Budi Santoso" in page
    assert 'value="move"' not in page


def test_two_of_three_are_applied_and_shown_first(manager):
    _import(manager, ROSNA, ANDI)
    started = _import(manager, {**ROSNA, "NAMA": "Hartati", "TGL_LAHIR": "1981-01-01"}, {**ANDI, "NAMA": "Andi Putra"})
    assert started.counts["warned"]["doubtful"] == 1
    assert started.counts["examples"][0]["name"] == "Hartati"
    assert Person.objects.filter(name="Hartati", birth_date=date(1981, 1, 1)).exists()


def test_a_brother_with_half_of_the_name_is_somebody_else(manager):
    _import(manager, {**ROSNA, "NAMA": "Siti Rahma Tanjung"})
    brother = {**ROSNA, "NAMA": "Muhammad Rahman Tanjung", "TGL_LAHIR": "1983-02-06", "JENIS_KELAMIN": "1"}
    assert _preview(manager, brother).counts["warned"] == {"mistaken": 1}


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("Rosna", "Ny. Rosna Budi"),
        ("Muhammad Yusuf", "Muh. Yusup"),
        ("Mohd Djoefri", "M. Jufri"),
        ("Siti Nurhayati", "Nur Hayati"),
        ("Hj. Rosnah", "Rosna"),
        ("Nurbaiti Tanjung", "Nurbaity"),
    ],
)
def test_a_name_spelt_otherwise_is_the_same_person(manager, here, there):
    _import(manager, {**ROSNA, "NAMA": here})
    started = _import(manager, {**ROSNA, "NAMA": there, "TGL_LAHIR": "1981-02-06", "JENIS_KELAMIN": "1"})
    assert started.counts["conflicts"] == 0
    assert started.counts["warned"]["doubtful"] == 1, "date and sex differ, the name does not"
    assert Person.objects.get().name == there


def test_a_corrected_spelling_and_date_are_no_doubt(manager):
    _import(manager, ROSNA)
    started = _import(manager, {**ROSNA, "NAMA": "Rosnah", "TGL_LAHIR": "1980-05-06"})
    assert "doubtful" not in started.counts["warned"]
    assert Person.objects.get().name == "Rosnah"


# Numbers and villages that cannot be, families nobody leads


@pytest.mark.parametrize("code", ["130105200699", "13.01.05.2006.001"])
def test_a_village_code_of_more_than_ten_digits_names_no_village(manager, code):
    assert _preview(manager, {**ROSNA, "KODE_DESA": code}).counts["reasons"] == {"village_unknown": 1}


def test_a_village_code_that_a_sheet_wrote_as_a_number_is_known(manager):
    assert _preview(manager, {**ROSNA, "KODE_DESA": "1301052006.0"}).counts["refused"] == 0


@pytest.mark.parametrize("number", ["0" * 16, "1" * 16, "1301990101100000"])
def test_a_card_number_that_was_never_issued_joins_nobody(manager, number):
    started = _import(manager, {**ROSNA, "NO_KK": number, "ID_KELUARGA": ""}, {**BUDI, "NO_KK": number}, CITRA)
    assert started.counts["reasons"] == {"kk_impossible": 2}
    assert [p.name for p in Person.objects.all()] == ["Citra"]


def test_a_family_whose_heads_row_was_refused_is_counted_listed_and_found(manager, client, sari):
    started = _import(manager, {**ROSNA, "JENIS_KELAMIN": "X"}, ANDI, BUDI)
    assert started.counts["warned"] == {"headless": 1}
    assert [(row["line"], row["name"]) for row in started.counts["headless_sample"]] == [(3, "Andi")]
    assert Family.objects.get(official_id="K0").head is None
    client.force_login(sari)
    page = client.get(reverse("dashboard:rows", args=["headless"])).content.decode()
    assert reverse("dashboard:case_file", args=[Family.objects.get(official_id="K0").pk]) in page
    assert reverse("dashboard:case_file", args=[Family.objects.get(official_id="K1").pk]) not in page


@pytest.mark.django_db(transaction=True)
def test_a_head_whose_row_was_mended_leads_family_and_household_until_taken_back(manager):
    _import(manager, {**ROSNA, "JENIS_KELAMIN": "X"}, ANDI)
    mended = _import(manager, ROSNA, ANDI)
    family = Family.objects.select_related("head", "household__head").get()
    assert (family.head.name, family.household.head.name, mended.counts["warned"]) == ("Rosna", "Rosna", {})
    _take_back(manager, mended)
    family = Family.objects.select_related("household").get()
    assert (family.head, family.household.head) == (None, None)


def test_a_part_of_a_family_that_has_its_head_here_is_no_warning(manager):
    _import(manager, ROSNA)
    assert _preview(manager, ANDI).counts["warned"] == {}


def test_a_table_that_has_outgrown_what_the_planner_knows_is_counted_anew(db, monkeypatch):
    # Right after a first large file nothing has counted its rows yet; the second one would be compared row by row for hours.
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE grown (n int)")
        cursor.execute("INSERT INTO grown SELECT generate_series(1, 100000)")
    monkeypatch.setattr(comparing, "JOINED", ["grown"])
    assert comparing.count_anew() == ["grown"]
    assert comparing.count_anew() == []
