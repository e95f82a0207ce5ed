"""The screening of Kepmensos 262/HUK/2022: counts what is there, says what is not known, decides nothing."""

from datetime import date

import pytest

from households import visiting
from households.models import Family, PersonAnswers, Registration, SurveyRound
from households.screening import screen
from tests import cases, people
from tests.entry import homes, regsosek

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


VISITED = {"bdt2015": homes.enter, "regsosek2022k": regsosek.enter}


@pytest.mark.parametrize("book", VISITED)
def test_both_code_books_ask_the_four_extra_signs_and_the_familys_page_uses_them(browse, sari, book):
    draft = VISITED[book](visiting.begin(by=sari, village_id=people.SAGO, book=book), sari)
    visiting.send(draft, by=sari, attested=True)
    survey = SurveyRound.objects.get()
    said = {sign.key: sign.outcome for sign in screen(book, survey.answers).signs}
    four = {name: said[name] for name in ("head_idle", "hunger", "food", "clothes")}
    assert four == {"head_idle": "no", "hunger": "yes", "food": "unknown", "clothes": "yes"}
    assert survey.answers["tambahan"] == "2026-1", "the version under which they were asked"
    page = browse(sari).get(f"/keluarga/{Family.objects.get().pk}/").content.decode()
    assert "Pernah khawatir tidak makan" in page
    assert "Belum ditanyakan" not in page


@pytest.mark.parametrize("book", VISITED)
def test_a_family_without_a_home_is_pointed_out_whichever_book_it_was_asked_with(browse, sari, book):
    draft = VISITED[book](visiting.begin(by=sari, village_id=people.SAGO, book=book), sari)
    path = f"/kunjungan/{draft.pk}/isi/shelter/"
    assert browse(sari).post(path, {"tanpa_rumah": "1", "kepala_tidak_bekerja": "?"}).status_code == 302
    page = browse(sari).get(f"/kunjungan/{draft.pk}/periksa/").content.decode()
    assert "tidak punya tempat tinggal" in page


@pytest.mark.parametrize("book", VISITED)
def test_the_signs_have_to_be_asked_before_a_visit_is_sent_and_may_be_left_unknown(browse, sari, book):
    draft = VISITED[book](
        visiting.begin(by=sari, village_id=people.SAGO, book=book), sari, without=("shelter", "hardship")
    )
    assert [problem.step_id for problem in visiting.problems(draft)] == ["shelter", "hardship"]
    path = f"/kunjungan/{draft.pk}/isi/hardship/"
    missing = browse(sari).post(path, {"takut_lapar": "1", "belanja_makan": "1"})
    assert missing.status_code == 422
    unknown = dict.fromkeys(("takut_lapar", "belanja_makan", "tidak_beli_baju"), "?")
    assert browse(sari).post(path, unknown).status_code == 302


@pytest.mark.parametrize("book", VISITED)
def test_an_estimated_age_stands_for_a_birth_date_that_nobody_knows(browse, sari, book):
    draft = VISITED[book](visiting.begin(by=sari, village_id=people.SAGO, book=book), sari)
    path = f"/kunjungan/{draft.pk}/isi/about/m2/"
    assert "Perkiraan usia" not in browse(sari).get(path).content.decode(), "asked only when the date is not known"
    visiting.save_screen(
        draft, by=sari, household={}, members={"m2": {"birth_date": "?"}}, step_id="person:m2", complete=True
    )
    assert "Perkiraan usia (tahun, boleh kosong)" in browse(sari).get(path).content.decode()
    assert browse(sari).post(path, {"usia": "131", "marital": "1"}).status_code == 422
    assert browse(sari).post(path, {"usia": "13", "marital": "1"}).status_code == 302
    draft.refresh_from_db()
    visiting.send(draft, by=sari, attested=True)
    son = PersonAnswers.objects.get(person__name="Budi Tanjung")
    assert (son.answers["usia"], son.person.birth_date) == ("13", None), "an estimate is no date"


@pytest.mark.parametrize("book", VISITED)
@pytest.mark.parametrize("told", ["1", "4"])
def test_another_head_count_is_said_and_keeps_nothing_back(browse, sari, book, told):
    draft = VISITED[book](
        visiting.begin(by=sari, village_id=people.SAGO, book=book), sari, household={"jumlah_art": told}
    )
    sentence = f"Jumlah anggota ditulis {told} orang, yang dicatat 2."
    for part in ("periksa/", "anggota/"):
        assert sentence in browse(sari).get(f"/kunjungan/{draft.pk}/{part}").content.decode()
    assert visiting.problems(draft) == []
    visiting.send(draft, by=sari, attested=True)
    assert SurveyRound.objects.get().answers["jumlah_art"] == told


@pytest.mark.parametrize("told", ["2", "", "?"])
def test_a_head_count_that_agrees_or_is_not_known_is_not_mentioned(browse, sari, told):
    draft = homes.enter(visiting.begin(by=sari, village_id=people.SAGO), sari, household={"jumlah_art": told})
    assert visiting.doubts(draft) == []
    assert "Jumlah anggota ditulis" not in browse(sari).get(f"/kunjungan/{draft.pk}/periksa/").content.decode()


def test_a_member_whom_only_the_head_count_calls_for_can_be_passed_by(browse, sari):
    draft = homes.enter(visiting.begin(by=sari, village_id=people.SAGO), sari, household={"jumlah_art": "3"})
    page = browse(sari).get(f"/kunjungan/{draft.pk}/isi/person/m3/").content.decode()
    assert "Anggota ke-3 dari 3 orang yang ditulis." in page
    assert f'href="/kunjungan/{draft.pk}/periksa/">Tidak ada lagi, lanjut</a>' in page
    assert "Anggota ke-" not in browse(sari).get(f"/kunjungan/{draft.pk}/isi/person/m2/").content.decode()
