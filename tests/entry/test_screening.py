"""The screening of Kepmensos 262/HUK/2022: counts what is there, says what is not known, decides nothing."""

from datetime import date

import pytest

from households.models import Family, Registration, SurveyRound
from households.screening import screen
from tests import cases, people

POOR = {
    **{"kepala_tidak_bekerja": "1", "takut_lapar": "1", "belanja_makan": "1", "tidak_beli_baju": "1"},
    **{"lantai": "9", "dinding": "4", "fasbab": "4", "penerangan": "1", "daya": "1"},
}
FINE = {
    **{"kepala_tidak_bekerja": "2", "takut_lapar": "2", "belanja_makan": "2", "tidak_beli_baju": "2"},
    **{"lantai": "2", "dinding": "1", "kondisi_dinding": "1", "fasbab": "1", "penerangan": "1", "daya": "3"},
}


def outcome(book, answers, key):
    return next(sign.outcome for sign in screen(book, answers).signs if sign.key == key)


def test_eight_signs_are_counted():
    found = screen("bdt2015", POOR)
    assert (found.count, len(found.absent), len(found.unknown), found.reaches) == (8, 0, 0, True)
    assert (screen("bdt2015", FINE).count, screen("bdt2015", FINE).reaches) == (0, False)
    assert len(screen("bdt2015", FINE).absent) == 8


def test_what_was_not_asked_is_neither_there_nor_absent():
    found = screen("bdt2015", {})
    assert (found.count, len(found.absent), len(found.unknown)) == (0, 0, 8)
    assert (found.reaches, found.may_reach) == (False, True)
    assert outcome("bdt2015", {"takut_lapar": "?"}, "hunger") == "unknown"
    assert outcome("bdt2015", {"lantai": "?"}, "floor") == "unknown"


@pytest.mark.parametrize(
    ("book", "answers", "key", "said"),
    [
        ("bdt2015", {"lantai": "8"}, "floor", "no"),
        ("regsosek2022k", {"lantai": "8"}, "floor", "yes"),
        ("bdt2015", {"lantai": "6"}, "floor", "yes"),
        ("bdt2015", {"dinding": "1"}, "walls", "unknown"),
        ("bdt2015", {"dinding": "1", "kondisi_dinding": "1"}, "walls", "no"),
        ("regsosek2022k", {"dinding": "3"}, "walls", "unknown"),
        ("bdt2015", {"fasbab": "2"}, "toilet", "yes"),
        ("regsosek2022k", {"fasbab": "5"}, "toilet", "unknown"),
        ("bdt2015", {"penerangan": "1", "daya": "6"}, "light", "unknown"),
        ("bdt2015", {"penerangan": "3"}, "light", "yes"),
        ("regsosek2022k", {"penerangan": "1", "daya": "1"}, "light", "yes"),
        ("regsosek2022k", {"penerangan": "1", "daya": "1", "daya_2": "1"}, "light", "no"),
        ("regsosek2022k", {"penerangan": "3"}, "light", "unknown"),
    ],
)
def test_each_book_is_read_with_its_own_codes(book, answers, key, said):
    assert outcome(book, answers, key) == said


def test_a_family_without_a_place_to_live_is_pointed_out_at_once():
    assert screen("bdt2015", {**FINE, "tanpa_rumah": "1"}).reaches


@pytest.mark.parametrize(("threshold", "reaches"), [(4, True), (5, False)])
def test_the_threshold_is_the_offices_own(settings, threshold, reaches):
    settings.SCREENING_THRESHOLD = threshold
    four = {**FINE, **dict.fromkeys(list(POOR)[:4], "1")}
    assert screen("bdt2015", four).reaches is reaches


def test_every_sign_gives_its_reason():
    said = {sign.key: sign.reason for sign in screen("bdt2015", POOR).signs}
    assert said["floor"] == "Jenis lantai terluas: Tanah"
    assert "450 watt" in said["light"]


def test_the_familys_page_shows_it_as_advice_and_nothing_is_decided(browse, sari, rina):
    family = cases.family_in(people.SAGO)
    SurveyRound.objects.create(
        household=family.household, kind="visit", codebook="bdt2015", collected_on=date(2026, 11, 1), answers=POOR
    )
    for who in (sari, rina):
        page = browse(who).get(f"/keluarga/{family.pk}/").content.decode()
        assert "8 dari 8 tanda" in page
        assert "saran, bukan keputusan" in page
    assert Registration.objects.count() == 0
    assert Family.objects.get().decile is None
