"""What Dukcapil said of a NIK holds for the person it was compared with: a file that makes somebody else of them ends it."""

import pytest

from households.choices.imports import ImportKind
from households.models import NikCheck, Person
from tests.importing.families import ANDI, ROSNA, bring, take_back
from tests.importing.lists import imported

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def manager(places, lestari):
    bring(lestari, ROSNA, ANDI)
    imported(lestari, f"NIK,HASIL\n{ROSNA['NIK']},PADAN\n{ANDI['NIK']},PADAN\n", ImportKind.MATCH)
    return lestari


def _matches():
    return dict(Person.objects.values_list("name", "nik_match"))


@pytest.mark.parametrize("said", [{"NAMA": "Rosna Dewi"}, {"TGL_LAHIR": "1980-06-06"}, {"JENIS_KELAMIN": "1"}])
def test_another_name_birth_day_or_sex_has_to_be_compared_again(manager, said):
    changing = bring(manager, ROSNA | said, ANDI)
    assert _matches() == {said.get("NAMA", "Rosna"): "unchecked", "Andi": "matched"}
    assert NikCheck.objects.count() == 2, "what was said stays in the history"
    take_back(manager, changing)
    assert _matches() == {"Rosna": "matched", "Andi": "matched"}


@pytest.mark.parametrize("said", [{"NAMA": "ROSNA"}, {"SEKOLAH": "1"}, {"LANTAI": "5"}])
def test_what_is_not_compared_leaves_the_match(manager, said):
    bring(manager, ROSNA | said, ANDI)
    assert set(_matches().values()) == {"matched"}
