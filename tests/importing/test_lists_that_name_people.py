"""A list names who it means beside the NIK: where that is somebody else altogether, nothing lands on the one who bears the NIK."""

import pytest

from households.choices.imports import ImportKind
from households.models import NikCheck, Person
from programs.models import Enrolment
from tests import cases
from tests.importing.lists import ANISA, EXTRACT, ROSNA, imported, sheet_back

RESULTS = "NIK,NAMA,HASIL\n"
PARTICIPANTS = "NAMA,NIK,PROGRAM,SEJAK\n"


@pytest.fixture
def manager(places, lestari):
    imported(lestari, EXTRACT)
    cases.programme()
    return lestari


def _matches():
    return dict(Person.objects.values_list("name", "nik_match"))


def test_a_result_for_somebody_else_is_refused_and_comes_back_with_its_mend(manager):
    started = imported(manager, f"{RESULTS}{ROSNA},Budi Santoso,PADAN\n{ANISA},ANISA,PADAN\n", ImportKind.MATCH)
    assert started.counts["reasons"] == {"name_other": 1}
    assert (started.counts["accepted"], started.counts["refused"]) == (1, 1)
    assert _matches() == {"Rosna": "unchecked", "Anisa": "matched"}
    assert NikCheck.objects.count() == 1
    (line,) = sheet_back(started, manager)
    assert (line["NIK"].strip("'"), line["NAMA"], line["KOLOM BERMASALAH"]) == (ROSNA, "Budi Santoso", "NIK")
    assert "kosongkan nama" in line["CARA MEMPERBAIKI"]
    assert "Rosna" not in "".join(line.values()), "who bears the number is not told by a wrong one"


@pytest.mark.parametrize("written", ["ROSNA", "Hj. Rosna", "rosna, S.Pd.", "Rossna", ""])
def test_another_spelling_or_no_name_is_the_same_person(manager, written):
    imported(manager, f'{RESULTS}{ROSNA},"{written}",PADAN\n', ImportKind.MATCH)
    assert _matches()["Rosna"] == "matched"


def test_a_participant_of_another_name_takes_part_in_nothing(manager):
    started = imported(
        manager,
        f"{PARTICIPANTS}Budi Santoso,{ROSNA},KIS,2025-01-01\nAnisa,{ANISA},KIS,2025-01-01\n",
        ImportKind.PARTICIPATION,
    )
    assert started.counts["reasons"] == {"name_other": 1}
    assert list(Enrolment.objects.values_list("person__name", flat=True)) == ["Anisa"]


def test_a_row_of_somebody_else_does_not_contradict_the_persons_own(manager):
    started = imported(manager, f"{RESULTS}{ROSNA},Budi Santoso,TIDAK PADAN\n{ROSNA},Rosna,PADAN\n", ImportKind.MATCH)
    assert started.counts["reasons"] == {"name_other": 1}
    assert _matches()["Rosna"] == "matched"


def test_a_list_without_names_goes_by_the_nik_alone(manager):
    imported(manager, f"NIK,HASIL\n{ROSNA},PADAN\n", ImportKind.MATCH)
    assert _matches()["Rosna"] == "matched"
