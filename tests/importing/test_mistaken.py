"""Another person under the same NIK waits for a decision; another spelling of one name does not."""

import re
from datetime import date

import pytest
from django.urls import reverse

from households.importing import deciding
from households.models import (
    Family,
    Household,
    ImportConflict,
    Membership,
    Person,
)
from slrt.core.errors import GuardFailed
from tests.importing.families import ANDI, BUDI, ROSNA, apply, bring, preview

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(places, lestari):
    return lestari


def test_a_row_with_the_mothers_nik_and_all_else_different_waits_for_a_decision(manager):
    bring(manager, ROSNA, ANDI)
    son = {**ROSNA, "NAMA": "Budi Santoso", "TGL_LAHIR": "2010-01-05", "JENIS_KELAMIN": "1", "HUB_KELUARGA": "3"}
    started = preview(manager, son, ANDI)
    assert (started.counts["conflicts"], started.counts["people"]["changed"]) == (1, 0)
    assert started.counts["warned"]["mistaken"] == 1
    apply(manager, started)
    rosna = Person.objects.get(name="Rosna")
    assert (rosna.sex, rosna.birth_date, Membership.objects.get(person=rosna).relation) == ("2", date(1980, 6, 5), "1")
    conflict = ImportConflict.objects.get()
    assert conflict.said == {"name": "Budi Santoso", "birth_date": "2010-01-05", "sex": "1"}
    with pytest.raises(GuardFailed, match="sudah tercatat"):
        deciding.decide(conflict, "move", by=manager, note="x")
    assert Membership.objects.open().count() == 2
    deciding.decide(conflict, "keep", by=manager, note="NIK tertukar")
    bring(manager, son, ANDI)
    assert ImportConflict.objects.count() == 1, "decided once, not asked again"


def test_the_page_of_decisions_shows_both_people(manager, client):
    bring(manager, ROSNA)
    started = bring(manager, {**ROSNA, "NAMA": "Budi Santoso", "TGL_LAHIR": "2010-01-05", "JENIS_KELAMIN": "1"})
    client.force_login(manager)
    page = client.get(reverse("households:import_conflicts", args=[started.pk])).content.decode()
    assert "Rosna" in page
    assert "Budi Santoso" in page
    assert 'value="move"' not in page


def test_the_page_of_decisions_names_both_families_side_by_side(manager, client):
    bring(manager, ROSNA, ANDI, BUDI)
    started = bring(manager, ROSNA, BUDI, {**ANDI, "NO_KK": BUDI["NO_KK"], "ID_KELUARGA": BUDI["ID_KELUARGA"]})
    client.force_login(manager)
    page = client.get(reverse("households:import_conflicts", args=[started.pk])).content.decode()
    village = Family.objects.get(official_id="K0").household.village.name
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert f"Tercatat Andi · Anak · keluarga Rosna, {village} Di berkas Anak · keluarga Budi, {village}" in words
    assert ANDI["NIK"] not in page
    assert ROSNA["NO_KK"] not in page


def test_a_family_outside_the_own_area_is_not_named(manager, client):
    bring(manager, ROSNA, ANDI, BUDI)
    started = bring(manager, ROSNA, BUDI, {**ANDI, "NO_KK": BUDI["NO_KK"], "ID_KELUARGA": BUDI["ID_KELUARGA"]})
    Household.objects.filter(families__official_id="K0").update(village_id="13.71.01.1001")
    client.force_login(manager)
    page = client.get(reverse("households:import_conflicts", args=[started.pk])).content.decode()
    assert "Rosna" not in page
    assert "Andi" not in page
    assert "keluarga Budi" in page


def test_two_of_three_are_applied_and_shown_first(manager):
    bring(manager, ROSNA, ANDI)
    started = bring(manager, {**ROSNA, "NAMA": "Hartati", "TGL_LAHIR": "1981-01-01"}, {**ANDI, "NAMA": "Andi Putra"})
    assert started.counts["warned"]["doubtful"] == 1
    assert started.counts["examples"][0]["name"] == "Hartati"
    assert Person.objects.filter(name="Hartati", birth_date=date(1981, 1, 1)).exists()


def test_a_brother_with_half_of_the_name_is_somebody_else(manager):
    bring(manager, {**ROSNA, "NAMA": "Siti Rahma Tanjung"})
    brother = {**ROSNA, "NAMA": "Muhammad Rahman Tanjung", "TGL_LAHIR": "1983-02-06", "JENIS_KELAMIN": "1"}
    assert preview(manager, brother).counts["warned"] == {"mistaken": 1}


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("Rosna", "Ny. Rosna Budi"),
        ("Muhammad Yusuf", "Muh. Yusup"),
        ("Mohd Djoefri", "M. Jufri"),
        ("Siti Nurhayati", "Nur Hayati"),
        ("Hj. Rosnah", "Rosna"),
        ("Nurbaiti Tanjung", "Nurbaity"),
    ],
)
def test_a_name_spelt_otherwise_is_the_same_person(manager, here, there):
    bring(manager, {**ROSNA, "NAMA": here})
    started = bring(manager, {**ROSNA, "NAMA": there, "TGL_LAHIR": "1981-02-06", "JENIS_KELAMIN": "1"})
    assert started.counts["conflicts"] == 0
    assert started.counts["warned"]["doubtful"] == 1, "date and sex differ, the name does not"
    assert Person.objects.get().name == there


def test_a_corrected_spelling_and_date_are_no_doubt(manager):
    bring(manager, ROSNA)
    started = bring(manager, {**ROSNA, "NAMA": "Rosnah", "TGL_LAHIR": "1980-05-06"})
    assert "doubtful" not in started.counts["warned"]
    assert Person.objects.get().name == "Rosnah"
