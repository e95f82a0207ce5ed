"""Lestari brings lists of participants: spells of taking part, what they are worth, and what they must never end."""

from datetime import date

import polars as pl
import pytest
from django.db import IntegrityError, connection, transaction

from households.choices.imports import ImportKind
from households.models import Family, Membership, Person
from programs.models import Enrolment
from programs.rupiah import rupiah
from slrt.dashboard import integrity
from tests import cases
from tests.importing.lists import ANISA, EXTRACT, ROSNA, imported, previewed, sheet_back, taken_back

HEAD = "NIK,PROGRAM,SEJAK,SAMPAI,NILAI,BANTUAN\n"


@pytest.fixture
def manager(places, lestari):
    imported(lestari, EXTRACT)
    cases.programme()
    return lestari


def _list(by, *rows):
    return imported(by, HEAD + "".join(f"{row}\n" for row in rows), ImportKind.PARTICIPATION)


def _spells():
    spells = Enrolment.objects.order_by("started_on", "pk").values_list("started_on", "ended_on")
    return [(str(start), str(end) if end else "") for start, end in spells]


def _of_the_family(since="2025-01-01", until=None):
    return Enrolment.objects.create(
        family=Family.objects.get(head__name="Rosna"),
        programme=cases.programme(),
        started_on=date.fromisoformat(since),
        ended_on=until,
    )


def test_a_spell_of_former_years_leaves_the_present_one_open(manager):
    _list(manager, f"{ROSNA},KIS,2024-01-01,,,")
    former = _list(manager, f"{ROSNA},KIS,2019-01-01,2021-12-31,,")
    assert former.counts["people"] == {"new": 1, "changed": 0, "unchanged": 0}
    assert _spells() == [("2019-01-01", "2021-12-31"), ("2024-01-01", "")]


def test_what_a_member_had_does_not_end_what_the_family_has(manager):
    _of_the_family()
    Membership.objects.filter(person__name="Anisa").update(family=Family.objects.get(head__name="Rosna"), relation="3")
    _list(manager, f"{ANISA},KIS,2020-01-01,2021-01-01,,", f"{ROSNA},KIS,2025-01-01,2025-06-30,,")
    assert _spells() == [("2020-01-01", "2021-01-01"), ("2025-01-01", "")]
    assert Enrolment.objects.get(started_on=date(2025, 1, 1)).person is None


def test_two_spells_of_one_person_in_one_file_are_both_kept(manager):
    _list(manager, f"{ROSNA},KIS,2019-01-01,2020-01-01,,", f"{ROSNA},KIS,2021-01-01,2022-01-01,,")
    assert _spells() == [("2019-01-01", "2020-01-01"), ("2021-01-01", "2022-01-01")]


def test_a_file_may_end_one_spell_and_begin_the_next(manager):
    _list(manager, f"{ROSNA},KIS,2024-01-01,,,")
    second = _list(manager, f"{ROSNA},KIS,2024-01-01,2025-12-31,,", f"{ROSNA},KIS,2026-01-01,,,")
    assert second.counts["people"] == {"new": 1, "changed": 1, "unchanged": 0}
    assert _spells() == [("2024-01-01", "2025-12-31"), ("2026-01-01", "")]


@pytest.mark.parametrize(
    "rows",
    [
        [f"{ROSNA},KIS,2019-01-01,2021-01-01,,", f"{ROSNA},KIS,2020-01-01,2022-01-01,,"],
        [f"{ROSNA},KIS,2024-06-01,,,"],
        [f"{ROSNA},KIS,2023-01-01,2024-02-01,,"],
    ],
)
def test_spells_that_overlap_are_refused_and_say_so(manager, rows):
    _list(manager, f"{ROSNA},KIS,2024-01-01,,,")
    started = _list(manager, *rows)
    assert started.counts["reasons"] == {"spell_overlap": len(rows)}
    assert "tumpang tindih" in sheet_back(started, manager)[0]["ALASAN"]
    assert _spells() == [("2024-01-01", "")]


AMOUNTS = {
    **{"600000": 600_000, "Rp600.000,00": 600_000, "Rp 600.000": 600_000, "rp. 1.250.000,-": 1_250_000},
    **{"600000.0": 600_000, "600 000": 600_000, "IDR 75.000": 75_000, "0": 0, "99999999999999": 99_999_999_999_999},
    **dict.fromkeys(["600,000", "1,250,000.00", "600.00.00", "Rp600.000,50", "1.2", "-600000", "enam ratus", "Rp"]),
    "1" * 30: None,
}


@pytest.mark.parametrize("written", AMOUNTS)
def test_rupiah_are_read_as_they_are_written_here(written):
    assert pl.select(rupiah(pl.lit(written))).item() == AMOUNTS[written]


def test_an_amount_that_could_be_two_is_refused_with_a_sentence(manager):
    started = _list(manager, f'{ROSNA},KIS,2024-01-01,,"Rp600.000,00",', f'{ANISA},KIS,2024-01-01,,"600,000",')
    assert started.counts["reasons"] == {"amount_garbage": 1}
    assert list(Enrolment.objects.values_list("person__name", "amount")) == [("Rosna", 600_000)]
    assert sheet_back(started, manager)[0]["KOLOM BERMASALAH"] == "NILAI"


@pytest.mark.django_db(transaction=True)
def test_taking_the_list_back_gives_end_and_amount_back(places, lestari):
    imported(lestari, EXTRACT)
    cases.programme()
    _list(lestari, f"{ROSNA},KIS,2024-01-01,,100000,")
    changed = _list(lestari, f"{ROSNA},KIS,2024-01-01,2025-01-01,200000,")
    assert list(Enrolment.objects.values_list("ended_on", "amount")) == [(date(2025, 1, 1), 200_000)]
    assert taken_back(changed, lestari).state == "taken_back"
    assert list(Enrolment.objects.values_list("ended_on", "amount")) == [(None, 100_000)]


def test_the_database_refuses_an_end_before_the_start(manager):
    with pytest.raises(IntegrityError), transaction.atomic():
        _of_the_family(until=date(2024, 12, 31))


def test_the_nightly_check_finds_ends_before_starts_of_former_times(manager):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE programs_enrolment DROP CONSTRAINT enrolment_ends_after_start")
    row = _of_the_family()
    Enrolment.objects.filter(pk=row.pk).update(ended_on=date(2024, 12, 31))
    found = {check.code: check.broken() for check in integrity.checks() if check.code == "enrolment.dates"}
    assert found == {"enrolment.dates": [row.pk]}


def test_the_preview_shows_villages_rows_and_what_would_change(manager, browse):
    _list(manager, f"{ROSNA},KIS,2024-01-01,,100000,")
    started = previewed(
        manager,
        f"{HEAD}{ROSNA},KIS,2024-01-01,2025-01-01,200000,\n{ANISA},KIS,2026-02-03,,,Kartu\n",
        ImportKind.PARTICIPATION,
    )
    counts = started.counts
    assert [(v["families"], v["people"], v["new"], v["changed"]) for v in counts["villages"]] == [(2, 2, 1, 1)]
    assert counts["fields"] == {"people": {"ended_on": 1, "amount": 1}}
    assert counts["examples"][0]["fields"] == [
        {"field": "ended_on", "here": "", "file": "2025-01-01"},
        {"field": "amount", "here": "100000", "file": "200000"},
    ]
    page = browse(manager).get(f"/impor/{started.pk}/").content.decode()
    for words in ("Sago", "Rosna", "Anisa", "100.000", "200.000", "Bantuan: Kartu", "1 Jan 2025"):
        assert words in page
    assert "Keluarga baru" not in page
    assert not [nik for nik in (ROSNA, ANISA) if nik in page]
    assert Person.objects.count() == 2
