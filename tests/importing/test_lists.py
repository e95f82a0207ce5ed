"""Files of other kinds: deciles per period, what Dukcapil said, who takes part in a programme."""

from datetime import date, timedelta

import pytest

from households.choices.imports import ImportKind
from households.importing import applying, previewing, undoing, uploading
from households.importing.kinds import refusal
from households.models import DecileRecord, Family, ImportRun, Person
from programs.models import Enrolment, Need
from slrt.core import clock
from slrt.core.errors import NotPermitted
from tests import cases, people
from tests.importing.lists import ANISA, EXTRACT, NOBODY, ROSNA
from tests.importing.lists import imported as _import
from tests.importing.lists import previewed as _previewed
from tests.importing.lists import sheet_back as _back
from tests.importing.lists import taken_back as _taken_back


@pytest.fixture
def manager(places, lestari):
    _import(lestari, EXTRACT)
    return lestari


DECILES = "ID_KELUARGA,DESIL,PERIODE_DESIL\nK1,4,2026-Q3\nK2,3,2026-Q1\nK3,1,2026-Q3\nK1,11,2026-Q4\n"


def test_a_newer_decile_is_shown_and_an_older_one_only_kept(manager):
    started = _import(manager, DECILES, ImportKind.DECILES)
    assert started.counts["households"] == {"new": 2, "changed": 0, "unchanged": 0}
    assert started.counts["reasons"] == {"key_unknown": 1, "decile_range": 1}
    shown = {f.official_id: (f.decile, f.decile_period) for f in Family.objects.all()}
    assert shown == {"K1": (4, "2026-Q3"), "K2": (3, "2026-Q2")}
    assert DecileRecord.objects.filter(source="list").count() == 2


def test_the_same_list_again_changes_nothing(manager):
    _import(manager, DECILES, ImportKind.DECILES)
    before = list(Family.objects.order_by("pk").values_list("version", "decile", "updated_at"))
    again = _import(manager, DECILES, ImportKind.DECILES)
    assert again.counts["households"] == {"new": 0, "changed": 0, "unchanged": 2}
    assert list(Family.objects.order_by("pk").values_list("version", "decile", "updated_at")) == before


def test_two_deciles_for_one_family_and_period_are_both_refused(manager):
    started = _previewed(
        manager,
        "NO_KK,DESIL,PERIODE_DESIL\n1301990101100001,4,2026-Q3\n1301990101100001,5,2026-Q3\n",
        ImportKind.DECILES,
    )
    assert started.counts["reasons"] == {"key_twice": 2}
    back = _back(started, manager)
    assert {line["ALASAN"] for line in back} == {"Nomor ini dipakai baris lain yang isinya berbeda."}
    assert {line["KOLOM BERMASALAH"] for line in back} == {"ID_KELUARGA / NO_KK"}, "that list has no NIK"


@pytest.mark.parametrize("period", ["Triwulan III 2026", "2026", "2026-Q5", "2026-q3", "2099-Q1"])
def test_a_decile_of_what_is_no_period_is_refused(manager, period):
    started = _import(manager, f"ID_KELUARGA,DESIL,PERIODE_DESIL\nK1,7,{period}\n", ImportKind.DECILES)
    assert started.counts["reasons"] == {"period_garbage": 1}
    assert Family.objects.get(official_id="K1").decile_period == "2026-Q2"
    assert "2026-Q3" in _back(started, manager)[0]["CARA MEMPERBAIKI"]


def test_a_period_that_was_none_gives_way_to_the_next_list(manager):
    Family.objects.filter(official_id="K1").update(decile=7, decile_period="Triwulan I")
    _import(manager, DECILES, ImportKind.DECILES)
    shown = Family.objects.get(official_id="K1")
    assert (shown.decile, shown.decile_period) == (4, "2026-Q3")


def test_what_dukcapil_said_stands_with_the_person(manager):
    started = _import(
        manager,
        f"NIK,HASIL\n{ROSNA},Padan\n{ANISA},TIDAK PADAN\n{NOBODY},PADAN\n123,PADAN\n{ROSNA},Padan\n",
        ImportKind.MATCH,
    )
    assert dict(Person.objects.values_list("name", "nik_match")) == {"Rosna": "matched", "Anisa": "unmatched"}
    counts = started.counts
    assert (counts["accepted"], counts["refused"], counts["repeated"], counts["rows"]) == (2, 2, 1, 5)
    assert counts["reasons"] == {"key_unknown": 1, "nik_short": 1}


def test_people_of_another_area_are_unknown_not_shown(manager):
    other = people.make_user("kota", people.Part(people.CAST["lestari"].role, "13.71"))
    started = _import(other, f"NIK,HASIL\n{ROSNA},PADAN\n", ImportKind.MATCH)
    assert started.counts["reasons"] == {"key_unknown": 1}
    assert Person.objects.get(name="Rosna").nik_match == "unchecked"


def test_participants_are_enrolled_once_and_ended_by_a_later_list(manager):
    programme = cases.programme()
    head = "NIK,PROGRAM,SEJAK,SAMPAI\n"
    first = _import(
        manager, f"{head}{ROSNA},{programme.code},2026-01-05,\n{ANISA},XYZ,2026-01-05,\n", ImportKind.PARTICIPATION
    )
    assert first.counts["reasons"] == {"programme_unknown": 1}
    row = Enrolment.objects.get()
    assert (row.person.name, row.started_on.isoformat(), row.ended_on, row.source) == (
        "Rosna",
        "2026-01-05",
        None,
        "list",
    )
    same = _import(manager, f"{head}{ROSNA},{programme.code},2026-01-05,\n", ImportKind.PARTICIPATION)
    assert same.counts["people"] == {"new": 0, "changed": 0, "unchanged": 1}
    _import(manager, f"{head}{ROSNA},{programme.code},2026-01-05,2026-06-30\n", ImportKind.PARTICIPATION)
    assert Enrolment.objects.get().ended_on.isoformat() == "2026-06-30"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("PKH,31/02/2026,", "since_garbage"),
        ("PKH,2026-01-05,kemarin", "since_garbage"),
        ("PKH,2026-01-05,2025-01-05", "until_before"),
        ("PKH,2099-01-05,", "since_future"),
        (",2026-01-05,", "programme_unknown"),
    ],
)
def test_a_participant_with_a_bad_cell_is_refused_with_its_reason(manager, cells, reason):
    started = _previewed(manager, f"NIK,PROGRAM,SEJAK,SAMPAI\n{ROSNA},{cells}\n", ImportKind.PARTICIPATION)
    assert started.counts["reasons"] == {reason: 1}
    assert not Enrolment.objects.exists()


def test_a_missing_column_is_matched_like_an_extracts(manager, browse):
    started = uploading.upload(
        f"NIK,STATUS DUKCAPIL\n{ROSNA},PADAN\n".encode(), "x.csv", by=manager, kind=ImportKind.MATCH
    )
    previewing.preview(started.pk)
    page = f"/impor/{started.pk}/kolom/"
    assert "HASIL" in browse(manager).get(page).content.decode()
    browse(manager).post(page, {"column-HASIL": "STATUS DUKCAPIL"})
    previewing.preview(started.pk)
    started.refresh_from_db()
    assert started.counts["accepted"] == 1


def test_a_front_officer_brings_no_list(manager, fitri):
    with pytest.raises(NotPermitted):
        uploading.upload(b"NIK,HASIL\n", "x.csv", by=fitri, kind=ImportKind.MATCH)
    assert not ImportRun.objects.filter(kind=ImportKind.MATCH).exists()


def test_a_failure_while_writing_leaves_nothing(manager, monkeypatch):
    started = _previewed(manager, DECILES, ImportKind.DECILES)
    applying.request_apply(started, by=manager, version=started.version)
    monkeypatch.setattr(applying, "_applied", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        applying.apply(started.pk)
    assert not DecileRecord.objects.filter(source="list").exists()


@pytest.mark.django_db(transaction=True)
def test_a_list_can_be_taken_back_too(places, lestari):
    _import(lestari, EXTRACT)
    programme = cases.programme()
    before = list(Family.objects.order_by("pk").values_list("decile", "decile_period"))
    taken = []
    for kind, text in (
        (ImportKind.DECILES, DECILES),
        (ImportKind.PARTICIPATION, f"NIK,PROGRAM,SEJAK\n{ROSNA},{programme.code},2026-01-05\n"),
    ):
        started = _import(lestari, text, kind)
        undoing.request(started, by=lestari, note="Daftar keliru", version=started.version)
        undoing.take_back(started.pk)
        started.refresh_from_db()
        taken.append(started.state)
    assert taken == ["taken_back", "taken_back"]
    assert list(Family.objects.order_by("pk").values_list("decile", "decile_period")) == before
    assert (DecileRecord.objects.filter(source="list").count(), Enrolment.objects.count(), Person.objects.count()) == (
        0,
        0,
        2,
    )


def _need(by, head="Rosna", code="KIS", recorded=date(2026, 3, 1), met=None):
    family = Family.objects.get(head__name=head)
    return Need.objects.create(
        family=family, programme=cases.programme(code), recorded_by=by, recorded_on=recorded, met_on=met
    )


PARTICIPANTS = "NIK,PROGRAM,SEJAK,SAMPAI\n"


@pytest.mark.parametrize(
    ("since", "until", "met"),
    [
        ("2026-05-01", "", date(2026, 5, 1)),
        ("2026-01-05", "", date(2026, 3, 1)),
        ("2026-01-05", "2026-03-01", date(2026, 3, 1)),
        ("2026-01-05", "2026-02-28", None),
    ],
)
def test_a_need_is_met_by_taking_part_after_it_was_named(manager, since, until, met):
    need = _need(manager)
    _import(manager, f"{PARTICIPANTS}{ROSNA},KIS,{since},{until}\n", ImportKind.PARTICIPATION)
    need.refresh_from_db()
    assert (need.met_on, need.version) == (met, 1 if met is None else 2)


def test_only_the_needs_of_that_family_for_that_programme_are_met(manager):
    mine, other = _need(manager), _need(manager, code="PKH")
    hers, former = _need(manager, head="Anisa"), _need(manager, met=date(2026, 4, 1))
    rows = f"{ROSNA},KIS,2026-06-01,\n{ANISA},KIS,rusak,\n{NOBODY},KIS,2026-06-01,\n"
    _import(manager, PARTICIPANTS + rows, ImportKind.PARTICIPATION)
    for need in (mine, other, hers, former):
        need.refresh_from_db()
    assert [need.met_on for need in (mine, other, hers, former)] == [date(2026, 6, 1), None, None, date(2026, 4, 1)]


def test_a_need_named_after_the_list_is_met_by_the_next_list_that_says_the_same(manager):
    cases.programme()
    rows = f"{PARTICIPANTS}{ROSNA},KIS,2026-01-05,\n"
    _import(manager, rows, ImportKind.PARTICIPATION)
    need = _need(manager)
    assert _import(manager, rows + "\n", ImportKind.PARTICIPATION).counts["people"]["unchanged"] == 1
    need.refresh_from_db()
    assert need.met_on == date(2026, 3, 1)


@pytest.mark.django_db(transaction=True)
def test_taking_the_list_back_opens_the_needs_it_met_and_no_other(places, lestari):
    _import(lestari, EXTRACT)
    need, before = _need(lestari), _need(lestari, code="PKH", met=date(2026, 4, 1))
    started = _import(lestari, f"{PARTICIPANTS}{ROSNA},KIS,2026-05-01,\n", ImportKind.PARTICIPATION)
    assert Need.objects.get(pk=need.pk).met_on == date(2026, 5, 1)
    assert _taken_back(started, lestari).state == "taken_back"
    assert (Need.objects.get(pk=need.pk).met_on, Need.objects.get(pk=before.pk).met_on) == (None, date(2026, 4, 1))
    assert not Enrolment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_list_whose_need_was_changed_since_stays(places, lestari):
    _import(lestari, EXTRACT)
    need = _need(lestari)
    started = _import(lestari, f"{PARTICIPANTS}{ROSNA},KIS,2026-05-01,\n", ImportKind.PARTICIPATION)
    Need.objects.filter(pk=need.pk).update(note="Sudah dicek", updated_at=clock.now() + timedelta(minutes=1))
    taken = _taken_back(started, lestari)
    assert (taken.state, taken.problem[:22]) == ("applied", "Tidak bisa ditarik: 1 ")
    assert Need.objects.get(pk=need.pk).met_on == date(2026, 5, 1)
    assert Enrolment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_list_whose_need_was_named_anew_since_stays_and_says_why(places, lestari):
    _import(lestari, EXTRACT)
    _need(lestari)
    started = _import(lestari, f"{PARTICIPANTS}{ROSNA},KIS,2026-05-01,2026-06-01\n", ImportKind.PARTICIPATION)
    _need(lestari, recorded=date(2026, 7, 1))
    taken = _taken_back(started, lestari)
    assert taken.state == "applied"
    assert "bertentangan dengan keadaan semula" in taken.problem
    assert (Enrolment.objects.count(), Need.objects.filter(met_on=None).count()) == (1, 1)


def test_a_list_that_corrects_a_decile_says_so_and_replaces_it(manager):
    _import(manager, DECILES, ImportKind.DECILES)
    started = _previewed(manager, DECILES.replace("K1,4", "K1,5"), ImportKind.DECILES)
    assert started.counts["households"] == {"new": 0, "changed": 1, "unchanged": 1}
    assert started.counts["fields"]["households"] == {"decile": 1}
    assert started.counts["examples"][0]["fields"] == [{"field": "decile", "here": "4", "file": "5"}]
    applying.request_apply(started, by=manager, version=started.version)
    applying.apply(started.pk)
    assert Family.objects.get(official_id="K1").decile == 5


@pytest.mark.parametrize(
    ("kind", "sheet", "column", "mend"),
    [
        ("deciles", "NO_KK,DESIL,PERIODE_DESIL\n1301990101100001,,2026-Q3\n", "DESIL", "Isi 1 sampai 10."),
        ("match", "NIK,HASIL\n123,PADAN\n", "NIK", "Isi 16 angka dari KTP atau KK."),
        ("match", "NIK,HASIL\n,PADAN\n", "NIK", "Isi 16 angka dari KTP atau KK."),
    ],
)
def test_nobody_is_told_to_leave_empty_what_a_list_needs(lestari, places, kind, sheet, column, mend):
    """In an extract these may be empty; a list that needs them would refuse the mended row again."""
    started = _previewed(lestari, sheet, kind)
    (code,) = started.counts["reasons"]
    found = refusal(kind, code)
    assert (found.column, str(found.mend)) == (column, mend)
    assert "salah satunya" not in str(found.mend)
