"""Village codes and card numbers that cannot be, and families that nobody leads."""

import pytest
from django.urls import reverse

from households.models import (
    Family,
    Person,
)
from tests.importing.families import ANDI, BUDI, CITRA, ROSNA, apply, bring, preview, take_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(places, lestari):
    return lestari


@pytest.mark.parametrize("code", ["130105200699", "13.01.05.2006.001"])
def test_a_village_code_of_more_than_ten_digits_names_no_village(manager, code):
    assert preview(manager, {**ROSNA, "KODE_DESA": code}).counts["reasons"] == {"village_unknown": 1}


def test_a_village_code_that_a_sheet_wrote_as_a_number_is_known(manager):
    assert preview(manager, {**ROSNA, "KODE_DESA": "1301052006.0"}).counts["refused"] == 0


@pytest.mark.parametrize("number", ["0" * 16, "1" * 16, "1301990101100000"])
def test_a_card_number_that_was_never_issued_joins_nobody(manager, number):
    started = bring(manager, {**ROSNA, "NO_KK": number, "ID_KELUARGA": ""}, {**BUDI, "NO_KK": number}, CITRA)
    assert started.counts["reasons"] == {"kk_impossible": 2}
    assert [p.name for p in Person.objects.all()] == ["Citra"]


def test_a_family_whose_heads_row_was_refused_is_counted_listed_and_found(manager, client, sari):
    started = bring(manager, {**ROSNA, "JENIS_KELAMIN": "X"}, ANDI, BUDI)
    assert started.counts["warned"] == {"headless": 1}
    assert [(row["line"], row["name"]) for row in started.counts["headless_sample"]] == [(3, "Andi")]
    assert Family.objects.get(official_id="K0").head is None
    client.force_login(sari)
    page = client.get(reverse("dashboard:rows", args=["headless"])).content.decode()
    assert reverse("dashboard:case_file", args=[Family.objects.get(official_id="K0").pk]) in page
    assert reverse("dashboard:case_file", args=[Family.objects.get(official_id="K1").pk]) not in page


@pytest.mark.django_db(transaction=True)
def test_a_head_whose_row_was_mended_leads_family_and_household_until_taken_back(manager):
    bring(manager, {**ROSNA, "JENIS_KELAMIN": "X"}, ANDI)
    mended = bring(manager, ROSNA, ANDI)
    family = Family.objects.select_related("head", "household__head").get()
    assert (family.head.name, family.household.head.name, mended.counts["warned"]) == ("Rosna", "Rosna", {})
    take_back(manager, mended)
    family = Family.objects.select_related("household").get()
    assert (family.head, family.household.head) == (None, None)


def test_a_part_of_a_family_that_has_its_head_here_is_no_warning(manager):
    bring(manager, ROSNA)
    assert "headless" not in preview(manager, ANDI).counts["warned"]


@pytest.mark.django_db(transaction=True)
def test_a_head_whom_the_file_calls_something_else_leads_no_longer_and_it_is_said(manager):
    bring(manager, ROSNA, ANDI)
    started = preview(manager, {**ROSNA, "HUB_KELUARGA": "8"}, ANDI)
    assert started.counts["warned"] == {"headless": 1}
    apply(manager, started)
    family = Family.objects.select_related("head").get()
    assert (family.head, family.memberships.get(person__name="Rosna").relation) == (None, "8")
    assert preview(manager, {**ROSNA, "HUB_KELUARGA": "8"}, ANDI).counts["people"]["changed"] == 0
    take_back(manager, started)
    assert Family.objects.get().head.name == "Rosna"


def test_a_head_who_hands_over_to_another_is_no_warning(manager):
    bring(manager, ROSNA, ANDI)
    started = bring(manager, {**ROSNA, "HUB_KELUARGA": "6"}, {**ANDI, "HUB_KELUARGA": "1"})
    assert (started.counts["warned"], Family.objects.get().head.name) == ({}, "Andi")
