"""The day's numbers are kept per district and regency, and drawn for whoever sees the cases."""

from datetime import date, timedelta

import pytest

from households.models import Family
from slrt.core import clock
from slrt.dashboard import trends
from slrt.dashboard.indicators import INDICATORS
from slrt.jobs.models import Snapshot
from tests import cases, people


@pytest.fixture
def families(places):
    return [
        cases.family_in(people.SAGO),
        cases.family_in(people.SALIDO, nik="1301994506850002"),
        cases.family_in(people.INDERAPURA, nik="1301994506850003"),
        cases.family_in(people.PADANG, nik="1371014506850004"),
    ]


def _kept(code):
    return dict(Snapshot.objects.filter(code=code).values_list("place", "count"))


def test_a_snapshot_counts_per_district_and_regency(families, sari):
    cases.complaint(families[0], sari)
    trends.snapshot()
    assert _kept("families") == {"13.01": 3, "13.01.05": 2, "13.01.01": 1, "13.71": 1, "13.71.01": 1}
    assert _kept("complaints_open") == {"13.01": 1, "13.01.05": 1}


def test_it_counts_what_the_home_page_counts(families, joko, sari):
    cases.complaint(families[0], sari)
    trends.snapshot()
    for code in trends.KEPT:
        assert _kept(code).get("13.01.05", 0) == INDICATORS[code].rows(joko).count(), code


def test_a_second_snapshot_of_the_day_replaces_the_first(families, sari):
    cases.complaint(families[0], sari)
    trends.snapshot()
    families[0].complaints.update(state="closed")
    trends.snapshot()
    assert _kept("complaints_open") == {}
    assert Snapshot.objects.filter(code="families").count() == 5


def _past(weeks, place="13.01.05", code="complaints_open", count=1):
    Snapshot.objects.create(on=clock.today() - timedelta(days=7 * weeks), code=code, place=place, count=count)


def test_the_line_has_a_point_a_week(lestari):
    for weeks, count in ((0, 4), (1, 2), (2, 0), (30, 9)):
        _past(weeks, count=count)
    _past(0, place="13.01.01", count=6)
    _past(0, place="13.01", count=10)
    found = trends.trend(lestari)
    line = next(line for line in found.lines if line.label == INDICATORS["complaints_open"].label)
    assert line.numbers == [0, 2, 10]
    assert line.points == "0.0,30.0 50.0,24.4 100.0,2.0"
    assert next(row["day"] for row in found.rows) == clock.today()


def test_each_number_of_the_table_names_itself_for_a_phone(lestari, browse):
    _past(0, count=4)
    _past(1, count=3)
    page = browse(lestari).get("/dasbor/").content.decode()
    table = page[page.index("<summary>Angkanya") :].partition("</table>")[0]
    assert 'class="list list-cards"' in table
    for code in trends.SHOWN:
        assert table.count(f'<td class="num" data-label="{INDICATORS[code].label}">') == 2
    label = INDICATORS["complaints_open"].label
    assert table.index(f'data-label="{label}">4<') < table.index(f'data-label="{label}">3<'), "newest first"


def test_days_between_are_left_out():
    days = [date(2026, 11, 1) + timedelta(days=n) for n in range(28)]
    assert trends._weekly(days) == [date(2026, 11, 7), date(2026, 11, 14), date(2026, 11, 21), date(2026, 11, 28)]


def test_another_area_is_not_in_it(lestari, places):
    _past(0, place="13.71.01", count=9)
    assert trends.trend(lestari) is None


def test_it_stands_on_the_managers_home_and_follows_the_chosen_area(families, browse, lestari, settings):
    Family.objects.update(created_at=clock.now() - timedelta(days=settings.DATA_UPDATE_DAYS + 9))
    assert "Perkembangan per minggu" not in browse(lestari).get("/dasbor/").content.decode()
    with clock.told(clock.now() - timedelta(days=7)):
        trends.snapshot()
    trends.snapshot()
    page = browse(lestari).get("/dasbor/").content.decode()
    assert "Perkembangan per minggu" in page
    assert "<polyline " in page
    assert "Garisnya terlihat" not in page
    assert "style=" not in page
    assert "Perkembangan per minggu" not in browse(lestari).get(f"/dasbor/?wilayah={people.SAGO}").content.decode()


def test_numbers_of_one_week_are_no_line_and_the_page_says_when_there_will_be_one(families, browse, lestari, settings):
    Family.objects.update(created_at=clock.now() - timedelta(days=settings.DATA_UPDATE_DAYS + 9))
    for days in (3, 0):
        with clock.told(clock.now() - timedelta(days=days)):
            trends.snapshot()
    page = browse(lestari).get("/dasbor/").content.decode()
    assert "Perkembangan per minggu" in page
    assert "<polyline " not in page
    assert "Garisnya terlihat begitu ada angka dari seminggu sebelumnya." in page


def test_readers_of_totals_alone_get_no_line(families, browse, tomo):
    trends.snapshot()
    assert "Perkembangan per minggu" not in browse(tomo).get("/dasbor/").content.decode()


def test_the_job_says_how_many(do, families):
    assert do("dashboard.snapshot").counts["n"] == Snapshot.objects.count()
