"""The page of differences offers only what can work: a move has a family to go to, else it says in one sentence why not."""

from datetime import date

import pytest
from django.urls import reverse

from households.importing import deciding
from households.models import Family, Household, ImportConflict, Membership, Person
from slrt.core.errors import Refusal
from tests.importing.families import ANDI, BUDI, CITRA, ROSNA, bring

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(places, lestari):
    return lestari


@pytest.fixture
def andi_at_budis(manager):
    """Andi lives with Rosna here; a file puts him into Budi's family."""
    bring(manager, ROSNA, ANDI, BUDI, CITRA)
    bring(manager, ROSNA, BUDI, CITRA, {**ANDI, "NO_KK": BUDI["NO_KK"], "ID_KELUARGA": BUDI["ID_KELUARGA"]})
    return ImportConflict.objects.get()


def page_of(browse, manager, conflict):
    return browse(manager).get(reverse("households:import_conflicts", args=[conflict.run_id])).content.decode()


def lives_with(conflict):
    return Membership.objects.open().get(person_id=conflict.person_id).family_id


def family_of(official_id):
    return Family.objects.get(official_id=official_id)


def test_a_move_that_can_work_is_offered_and_works(browse, manager, andi_at_budis):
    assert 'value="move"' in page_of(browse, manager, andi_at_budis)
    deciding.decide(andi_at_budis, "move", by=manager, note="Ikut paman")
    assert lives_with(andi_at_budis) == family_of("K1").pk


def test_who_only_approves_reads_and_is_not_asked(browse, hendra, andi_at_budis):
    page = page_of(browse, hendra, andi_at_budis)
    assert "Andi" in page
    assert 'name="decision"' not in page
    assert "Yang boleh: Manajer" in page
    assert browse(hendra).post(f"/impor/beda/{andi_at_budis.pk}/", {"decision": "keep", "note": "x"}).status_code == 404
    andi_at_budis.refresh_from_db()
    assert andi_at_budis.decision == ""


def _no_family_yet(conflict):
    conflict.extract_family_id = None
    conflict.save()


def _family_gone(conflict):
    conflict.extract_family_id = 999999
    conflict.save()


def _dead(conflict):
    Membership.objects.filter(person_id=conflict.person_id).update(ended_on=date(2026, 1, 2), end_reason="died")
    Person.objects.filter(pk=conflict.person_id).update(died_on=date(2026, 1, 2))


def _there_by_now(conflict):
    Membership.objects.filter(person_id=conflict.person_id).update(family=family_of("K1"))


def _elsewhere_by_now(conflict):
    Membership.objects.filter(person_id=conflict.person_id).update(family=family_of("K2"))
    Household.objects.filter(families__official_id="K2").update(village_id="13.71.01.1001")


def _to_elsewhere(conflict):
    Household.objects.filter(families__official_id="K1").update(village_id="13.71.01.1001")


@pytest.mark.parametrize(
    ("meanwhile", "said"),
    [
        (_no_family_yet, "belum tercatat di sini"),
        (_family_gone, "belum tercatat di sini"),
        (_dead, "tercatat meninggal"),
        (_there_by_now, "sudah tercatat di keluarga itu"),
        (_elsewhere_by_now, "di luar wilayah Anda"),
        (_to_elsewhere, "di luar wilayah Anda"),
    ],
)
def test_a_move_that_cannot_work_is_not_offered_and_says_why(browse, manager, andi_at_budis, meanwhile, said):
    meanwhile(andi_at_budis)
    before = list(Membership.objects.order_by("pk").values())
    page = page_of(browse, manager, andi_at_budis)
    assert 'value="move"' not in page
    assert 'value="keep"' in page
    assert said in page.split('class="why"')[-1].split("</p>")[0]
    with pytest.raises(Refusal, match=said):
        deciding.decide(andi_at_budis, "move", by=manager, note="Ikut paman")
    andi_at_budis.refresh_from_db()
    assert (andi_at_budis.decision, list(Membership.objects.order_by("pk").values())) == ("", before)


def test_a_family_that_became_another_by_a_merge_is_where_the_move_goes(browse, manager, andi_at_budis):
    Family.objects.filter(official_id="K1").update(merged_into=family_of("K2"))
    assert 'value="move"' in page_of(browse, manager, andi_at_budis)
    deciding.decide(andi_at_budis, "move", by=manager, note="Ikut paman")
    assert lives_with(andi_at_budis) == family_of("K2").pk
