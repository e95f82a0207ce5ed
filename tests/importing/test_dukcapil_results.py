"""Lestari brings Dukcapil's results as a list: who, when and from where stay, and an older result changes nothing."""

from datetime import date, timedelta

import pytest

from households.choices.imports import ImportKind
from households.models import NikCheck, Person
from slrt.core import clock
from tests.importing.lists import ANISA, EXTRACT, ROSNA, imported, previewed, sheet_back, taken_back

HEAD = "NIK,HASIL,TANGGAL\n"


@pytest.fixture
def manager(places, lestari):
    imported(lestari, EXTRACT)
    return lestari


def _results(by, *rows):
    return imported(by, HEAD + "".join(f"{row}\n" for row in rows), ImportKind.MATCH)


def _rosna():
    return Person.objects.get(name="Rosna").nik_match


def test_every_result_leaves_who_when_and_from_which_file(manager, browse):
    started = _results(manager, f"{ROSNA},TIDAK PADAN,01/02/2020", f"{ANISA},PADAN,")
    kept = NikCheck.objects.order_by("checked_on").values_list("person__name", "result", "checked_on", "by", "run")
    assert list(kept) == [
        ("Rosna", "unmatched", date(2020, 2, 1), manager.pk, started.pk),
        ("Anisa", "matched", clock.today(), manager.pk, started.pk),
    ]
    who = Person.objects.get(name="Rosna")
    family = who.memberships.get().family_id
    page = browse(manager).get(f"/keluarga/{family}/orang/{who.pk}/nik/").content.decode()
    assert "daftar.csv" in page
    assert "2020" in page


def test_an_older_result_is_kept_but_does_not_stand(manager):
    _results(manager, f"{ROSNA},TIDAK PADAN,2020-01-01")
    older = _results(manager, f"{ROSNA},PADAN,2019-01-01")
    assert older.counts["people"] == {"new": 0, "changed": 0, "unchanged": 1}
    assert _rosna() == "unmatched"
    assert list(NikCheck.objects.values_list("result", flat=True)) == ["unmatched", "matched"], "the newest first"
    _results(manager, f"{ROSNA},PADAN,2021-01-01")
    assert _rosna() == "matched"


def test_of_two_results_in_one_file_the_newer_stands(manager):
    _results(manager, f"{ROSNA},PADAN,2021-01-01", f"{ROSNA},GANDA,2020-01-01")
    assert (_rosna(), NikCheck.objects.count()) == ("matched", 2)


def test_the_same_list_again_adds_nothing(manager):
    for _time in range(2):
        _results(manager, f"{ROSNA},PADAN,2021-01-01")
    assert (Person.objects.get(name="Rosna").version, NikCheck.objects.count()) == (2, 1)


def test_a_bad_or_future_date_is_refused_with_its_sentence(manager):
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    started = _results(manager, f"{ROSNA},PADAN,kemarin", f"{ANISA},PADAN,{tomorrow}")
    assert started.counts["reasons"] == {"match_date": 1, "match_future": 1}
    assert {line["KOLOM BERMASALAH"] for line in sheet_back(started, manager)} == {"TANGGAL"}
    assert (_rosna(), NikCheck.objects.count()) == ("unchecked", 0)


@pytest.mark.django_db(transaction=True)
def test_taking_the_list_back_takes_results_and_checks_back(places, lestari):
    imported(lestari, EXTRACT)
    _results(lestari, f"{ROSNA},TIDAK PADAN,2020-01-01")
    started = _results(lestari, f"{ROSNA},PADAN,2021-01-01", f"{ANISA},PADAN,2021-01-01")
    assert taken_back(started, lestari).state == "taken_back"
    assert dict(Person.objects.values_list("name", "nik_match")) == {"Rosna": "unmatched", "Anisa": "unchecked"}
    assert list(NikCheck.objects.values_list("result", flat=True)) == ["unmatched"]


def test_the_preview_says_what_stands_here_and_what_the_file_says(manager, browse):
    _results(manager, f"{ROSNA},TIDAK PADAN,2020-01-01")
    started = previewed(manager, f"{HEAD}{ROSNA},PADAN,2021-01-01\n", ImportKind.MATCH)
    page = browse(manager).get(f"/impor/{started.pk}/").content.decode()
    for words in ("Tidak padan", "Padan Dukcapil", "1 Jan 2021", "Sago"):
        assert words in page
    assert ROSNA not in page
