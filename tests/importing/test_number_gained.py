"""A member whom one file names without NIK and another with one is one member, not two."""

import pytest

from households.models import Membership, Person
from tests.importing.families import ANDI, BUDI, ROSNA, apply, bring, preview, take_back

pytestmark = pytest.mark.django_db
WITHOUT = {**ANDI, "NIK": ""}


@pytest.fixture
def manager(places, lestari):
    return lestari


def _andi():
    return Person.objects.get(name="Andi")


@pytest.mark.django_db(transaction=True)
def test_a_member_without_nik_gets_the_one_that_the_next_file_brings_until_it_is_taken_back(manager):
    bring(manager, ROSNA, WITHOUT)
    assert _andi().nik_index is None
    started = preview(manager, ROSNA, ANDI)
    assert started.counts["people"] == {"new": 0, "changed": 1, "unchanged": 1}
    assert (started.counts["fields"]["people"], started.counts["missing"]) == ({"nik": 1}, 0)
    apply(manager, started)
    assert (_andi().nik_encrypted, _andi().no_nik_reason, _andi().nik_match) == (ANDI["NIK"], "", "unchecked")
    assert Membership.objects.open().count() == 2
    assert preview(manager, ROSNA, ANDI).counts["people"]["unchanged"] == 2
    take_back(manager, started)
    assert (_andi().nik_index, _andi().no_nik_reason) == (None, "extract")


def test_a_member_whose_nik_the_next_file_leaves_out_keeps_it(manager):
    bring(manager, ROSNA, ANDI)
    started = bring(manager, ROSNA, WITHOUT)
    assert started.counts["people"] == {"new": 0, "changed": 0, "unchanged": 2}
    assert (started.counts["missing"], _andi().nik_encrypted) == (0, ANDI["NIK"])


def test_one_of_two_niks_for_one_name_and_day_is_neither_gained_nor_another_person(manager):
    bring(manager, ROSNA, ANDI)
    started = bring(manager, ROSNA, {**ANDI, "NIK": "1301990506050002"})
    assert (started.counts["people"]["new"], started.counts["missing"], _andi().nik_encrypted) == (0, 0, ANDI["NIK"])


def test_of_twins_without_nik_one_gets_it_and_the_other_stays(manager):
    bring(manager, ROSNA, WITHOUT, {**WITHOUT, "NAMA": "ANDI"})
    started = bring(manager, ROSNA, ANDI, WITHOUT)
    assert (started.counts["people"]["new"], started.counts["missing"]) == (0, 0)
    assert Person.objects.filter(name_folded="andi", nik_index__isnull=False).count() == 1


def test_the_same_name_in_another_family_is_nobody_here(manager):
    bring(manager, ROSNA, WITHOUT, BUDI)
    elsewhere = {**ANDI, "NO_KK": BUDI["NO_KK"], "ID_KELUARGA": BUDI["ID_KELUARGA"]}
    started = preview(manager, ROSNA, WITHOUT, BUDI, elsewhere)
    assert (started.counts["people"]["new"], started.counts["people"]["changed"]) == (1, 0)


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_of_one_name_and_day_each_stays_what_they_are_to_the_head_when_the_file_leaves_out_both_niks(
    manager, order
):
    bring(manager, {**ROSNA, "HUB_KELUARGA": "2"}, {**ANDI, "HUB_KELUARGA": "1"})
    both = [{**WITHOUT, "HUB_KELUARGA": "1"}, {**WITHOUT, "HUB_KELUARGA": "8"}][::order]
    started = bring(manager, {**ROSNA, "HUB_KELUARGA": "2"}, *both)
    assert started.counts["people"] == {"new": 1, "changed": 0, "unchanged": 2}
    assert Membership.objects.get(person__nik_encrypted__isnull=False, person__name="Andi").relation == "1"
    again = preview(manager, {**ROSNA, "HUB_KELUARGA": "2"}, *both)
    assert again.counts["people"] == {"new": 0, "changed": 0, "unchanged": 3}, "the same file changes nothing"
