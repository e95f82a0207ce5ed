"""A target stands beside the number it is for; the number is that of its list."""

import re
from datetime import date, timedelta

import pytest

from households.models import Family
from slrt.core import clock
from slrt.dashboard.models import Target
from slrt.dashboard.targets import reached, totals
from tests import cases, people


@pytest.fixture
def families(places):
    """Three families in Sago Salido, one in Salido, one in Padang."""
    for n, place in enumerate([people.SAGO] * 3 + [people.SALIDO, people.PADANG]):
        cases.family_in(place, nik=f"13019945068500{n + 1:02d}")


def target(number, area="13.01.05", indicator="families", period="", **more):
    return Target.objects.create(
        indicator=indicator, period=period or str(clock.today().year), area_id=area, number=number, **more
    )


def test_a_target_of_the_own_area_shows_its_number_progress_and_the_way_to_its_rows(browse, families, joko):
    target(16)
    [row] = reached(joko)
    assert (row.actual, row.percent, row.met) == (4, 25, False)
    page = browse(joko).get("/dasbor/").content.decode()
    assert "Paling sedikit 16 · 25%" in page
    assert "Belum tercapai" in page
    assert f'data-count="{row.actual}"' in browse(joko).get(row.url).content.decode()


def test_what_is_to_stay_low_is_met_below_its_number(families, joko, settings):
    Family.objects.update(created_at=clock.now() - timedelta(days=settings.DATA_UPDATE_DAYS + 2))
    target(4, goal="at_most")
    target(3, indicator="old_data", goal="at_most")
    assert [(row.target.indicator, row.met, row.percent) for row in reached(joko)] == [
        ("families", True, 100),
        ("old_data", False, 133),
    ]


@pytest.mark.parametrize(
    ("number", "goal", "percent", "met"),
    [(0, "at_least", 0, True), (0, "at_most", 0, False), (3, "at_least", 133, True), (401, "at_least", 0, False)],
)
def test_the_progress_is_never_rounded_up_to_reached(families, joko, number, goal, percent, met):
    target(number, goal=goal)
    [row] = reached(joko)
    assert (row.percent, row.met) == (percent, met)


def test_of_what_is_counted_to_a_bound_the_progress_says_so_and_the_target_is_still_judged(
    browse, families, joko, monkeypatch
):
    """Joko's district misses four families and counts two of them, or as many as a target asks for."""
    monkeypatch.setattr("slrt.dashboard.targets.MOST", 2)
    Family.objects.update(missing_since=clock.now())
    for number, period in ((1, "2026"), (3, "2026-Q4"), (4, "2026-11")):
        target(number, indicator="gone_from_extract", goal="at_most", period=period)
    with clock.told(clock.now().replace(year=2026, month=11, day=15)):
        rows = sorted(reached(joko), key=lambda row: row.target.number)
        shown = " ".join(re.sub(r"<[^>]+>", " ", browse(joko).get("/dasbor/").content.decode()).split())
    assert [row.met for row in rows] == [False, False, True]
    for said in ("Paling banyak 1 · 200+%", "Paling banyak 3 · 100+%", "Paling banyak 4 · 100%"):
        assert said in shown
    assert shown.count("2+ Paling banyak 1") == shown.count("3+ Paling banyak 3") == 1


def test_targets_of_other_times_are_not_shown(families, joko):
    with clock.told(clock.now().replace(year=2026, month=11, day=15)):
        for period in ("2026", "2026-Q4", "2026-11"):
            target(1, period=period)
        for period in ("2025", "2027", "2026-Q3", "2026-10", "2026-12"):
            target(1, period=period)
        assert {row.target.period for row in reached(joko)} == {"2026", "2026-Q4", "2026-11"}
        assert Target.objects.running(date(2026, 1, 31)).count() == 1


def test_targets_of_other_areas_are_not_shown_and_a_chosen_area_shows_its_own(families, joko):
    target(1, area="13.71")
    target(1, area="13.01")
    target(5, area=people.SAGO)
    assert reached(joko) == []
    assert [row.actual for row in reached(joko, people.SAGO)] == [3]
    assert reached(joko, "13.71") == []


def seen(page):
    """The panel of the targets as text."""
    panel = page.content.decode().split("data-target", 1)[-1].split("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", panel).split())


def test_tomo_who_reads_totals_sees_the_targets_of_his_area_without_a_way_to_rows(browse, families, tomo):
    cases.family_in(people.SALIDO, nik="1301994506850099")
    target(16, area="13.01")
    [row] = totals(tomo)
    assert (row.actual, row.percent, row.met, row.url) == (5, 31, False, "")
    page = browse(tomo).get("/dasbor/")
    assert "Keluarga terdata Kabupaten Pesisir Selatan" in seen(page)
    assert "Paling sedikit 16 · 31%" in seen(page)
    assert "/dasbor/families/" not in page.content.decode()
    assert not re.search(r"<a [^>]*data-target", page.content.decode())


def test_a_count_below_five_is_masked_with_all_it_could_be_worked_out_from(browse, families, tomo):
    target(16, area="13.01")
    target(3, area="13.01", period=str(clock.today())[:7])
    small, smaller = sorted(totals(tomo), key=lambda row: -row.target.number)
    assert (small.actual, small.masked, small.met) == (0, "<5", False)
    assert (smaller.actual, smaller.masked, smaller.met) == (0, "<5", None)
    shown = seen(browse(tomo).get("/dasbor/"))
    assert "&lt;5" in shown
    assert "%" not in shown
    assert shown.count("ercapai") == 1, "whether a target of three is met would tell three or four from less"


def test_tomo_sees_no_target_of_another_area_nor_of_cases_beside_the_funnel(browse, families, tomo):
    target(1, area="13.71")
    target(1, area=people.SAGO)
    target(1, area="13.01", indicator="complaints_late")
    target(1, area="13.01", indicator="old_data")
    target(1, area="13.01", period="2020")
    assert totals(tomo) == []
    assert "data-target" not in browse(tomo).get("/dasbor/").content.decode()


@pytest.mark.parametrize("who", ["dewi", "adi", "agus", "sari"])
def test_whoever_reads_no_numbers_of_the_area_sees_no_target(request, browse, families, who):
    user = request.getfixturevalue(who)
    target(16, area="13.01")
    assert (reached(user), totals(user)) == ([], [])
    assert "data-target" not in browse(user).get("/dasbor/").content.decode()
