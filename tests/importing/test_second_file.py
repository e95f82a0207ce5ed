"""What a later file of the ministry does to what an earlier one said: older deciles, the age of what is known, counting anew."""

from datetime import date

import pytest
from django.db import connection

from households.importing import counting
from households.models import (
    DecileRecord,
    Family,
    SurveyRound,
)
from slrt.core import clock
from tests import cases
from tests.importing.families import ANDI, BUDI, ROSNA, apply, bring, preview, take_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(places, lestari):
    return lestari


def test_an_older_period_only_completes_the_history(manager):
    bring(manager, ROSNA)
    older = preview(manager, {**ROSNA, "DESIL": "9", "PERIODE_DESIL": "2025-Q1"})
    assert older.counts["households"] == {"new": 0, "changed": 0, "unchanged": 0}
    assert older.counts["families_left_out"] == 1
    assert older.counts["late_deciles"] == 1
    apply(manager, older)
    family = Family.objects.get()
    assert (family.decile, family.decile_period) == (2, "2026-Q3")
    assert set(DecileRecord.objects.values_list("decile", "period")) == {(2, "2026-Q3"), (9, "2025-Q1")}
    assert SurveyRound.objects.count() == 1
    again = preview(manager, {**ROSNA, "DESIL": "9", "PERIODE_DESIL": "2025-Q1"})
    assert again.counts["late_deciles"] == 0
    newer = bring(manager, {**ROSNA, "DESIL": "5", "PERIODE_DESIL": "2026-Q4"})
    assert newer.counts["fields"]["households"] == {"decile": 1}
    assert Family.objects.get().decile == 5


@pytest.mark.django_db(transaction=True)
def test_taking_an_older_period_back_leaves_the_history_as_it_was(manager):
    bring(manager, ROSNA)
    take_back(manager, bring(manager, {**ROSNA, "DESIL": "9", "PERIODE_DESIL": "2025-Q1"}))
    assert list(DecileRecord.objects.values_list("decile", "period")) == [(2, "2026-Q3")]
    assert Family.objects.get().decile == 2


@pytest.mark.parametrize("period", ["Triwulan III 2026", "2026-Q5", "2026", "2099-Q1"])
def test_a_decile_of_a_period_nobody_can_compare_is_left_out_and_counted(manager, period):
    started = bring(manager, {**ROSNA, "PERIODE_DESIL": period}, BUDI)
    assert started.counts["warnings"]["period_odd"] == 1
    rosna = Family.objects.get(official_id="K0")
    assert (rosna.decile, rosna.decile_period) == (None, "")
    assert rosna.household.rounds.get().answers == {"lantai": "8"}, "all else of the row came in"
    assert list(DecileRecord.objects.values_list("family__official_id", flat=True)) == ["K1"]


def _seen_long_ago():
    SurveyRound.objects.update(collected_on=date(2015, 1, 1))


def _newest():
    return SurveyRound.objects.latest("pk")


@pytest.mark.parametrize(
    "change", [{"DESIL": "4", "PERIODE_DESIL": "2026-Q4"}, {"NAMA": "Rosna Dewi"}, {"SEKOLAH": "1"}, {}]
)
def test_what_a_file_only_carries_over_stays_as_old_as_it_is(manager, change):
    bring(manager, ROSNA)
    _seen_long_ago()
    rows = [{**ROSNA, **change}] if change else [ROSNA, ANDI]
    bring(manager, *rows, without=("LANTAI",))
    assert SurveyRound.objects.count() == 2
    assert (_newest().collected_on, _newest().answers) == (date(2015, 1, 1), {"lantai": "8"})


def test_what_a_file_newly_says_of_the_house_is_as_old_as_its_quarter(manager):
    bring(manager, ROSNA)
    assert _newest().collected_on == min(date(2026, 9, 30), clock.today())
    _seen_long_ago()
    bring(manager, {**ROSNA, "LANTAI": "1", "PERIODE_DESIL": ""})
    assert _newest().collected_on == clock.today()


def test_a_file_about_people_makes_no_visited_house_fresh(manager):
    family = cases.family_in("13.01.05.2006", "Rosna", nik=ROSNA["NIK"], kk=ROSNA["NO_KK"])
    SurveyRound.objects.create(
        household=family.household, kind="visit", codebook="bdt2015", collected_on=date(2015, 1, 1)
    )
    bring(manager, {**ROSNA, "ID_KELUARGA": ""}, without=("LANTAI",))
    assert (_newest().kind, _newest().collected_on) == ("extract", date(2015, 1, 1))


def test_an_old_head_of_whom_the_file_is_silent_keeps_a_place_that_somebody_has_to_ask_about(manager):
    """What Rosna is to Andi the file does not say: neither "other" nor anything else is made up."""
    bring(manager, ROSNA, ANDI)
    led_by_andi = bring(manager, {**ANDI, "HUB_KELUARGA": "1"})
    family = Family.objects.get()
    assert family.head.name == "Andi"
    assert dict(family.memberships.values_list("person__name", "relation")) == {"Rosna": "", "Andi": "1"}
    take_back(manager, led_by_andi)
    assert dict(family.memberships.values_list("person__name", "relation")) == {"Rosna": "1", "Andi": "3"}


def test_a_head_who_comes_with_a_later_file_leads_the_house_and_is_called_so(manager):
    bring(manager, ANDI)
    bring(manager, {**ANDI, "HUB_KELUARGA": "1"})
    family = Family.objects.select_related("household").get()
    assert family.household.head_id == family.head_id
    assert family.memberships.get().household_relation == "1"


def test_a_new_head_of_the_family_is_no_second_head_of_the_house(manager):
    bring(manager, ROSNA)
    bring(manager, {**ROSNA, "HUB_KELUARGA": "2"}, {**ANDI, "HUB_KELUARGA": "1"})
    family = Family.objects.select_related("household__head").get()
    assert (family.head.name, family.household.head.name) == ("Andi", "Rosna")
    relations = family.memberships.values_list("person__name", "relation", "household_relation")
    assert sorted(relations) == [("Andi", "1", "8"), ("Rosna", "2", "1")]


def test_a_table_that_has_outgrown_what_the_planner_knows_is_counted_anew(db, monkeypatch):
    # Right after a first large file nothing has counted its rows yet; the second one would be compared row by row for hours.
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE grown (n int)")
        cursor.execute("INSERT INTO grown SELECT generate_series(1, 100000)")
    monkeypatch.setattr(counting, "JOINED", ["grown"])
    assert counting.count_anew() == ["grown"]
    assert counting.count_anew() == []
