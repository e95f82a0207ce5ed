"""The monthly cut-off: when the next one is, and who sees the countdown."""

from datetime import date

import pytest

from households.cutoff import next_cutoff


@pytest.mark.parametrize(
    ("today", "on", "days"),
    [
        (date(2026, 11, 16), date(2026, 11, 17), 1),
        (date(2026, 11, 17), date(2026, 11, 17), 0),
        (date(2026, 11, 18), date(2026, 12, 17), 29),
        (date(2026, 12, 31), date(2027, 1, 17), 17),
    ],
)
def test_the_next_cut_off(today, on, days):
    assert next_cutoff(today) == (type(next_cutoff(today)))(on, days)


def test_a_month_without_that_day_ends_sooner(settings):
    settings.REGISTRATION_CUTOFF_DAY = 31
    assert next_cutoff(date(2027, 2, 3)).on == date(2027, 2, 28)


@pytest.mark.parametrize(("who", "seen"), [("lestari", True), ("rina", True), ("sari", False)])
def test_the_countdown_stands_where_it_is_needed(request, browse, places, who, seen):
    desk = browse(request.getfixturevalue(who))
    for path in ("/dasbor/", "/registrasi/"):
        assert ("data-cutoff" in desk.get(path).content.decode()) is seen
