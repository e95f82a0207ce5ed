"""The page of differences offers only what can work: a move has a family to go to, else it says in one sentence why not."""

from datetime import date

import pytest
from django.urls import reverse

from households.importing import deciding
from households.models import Family, Household, ImportConflict, Membership, Person, RegistryEvent
from households.registry import ledger
from slrt.core.errors import Refusal
from tests.importing.families import ANDI, BUDI, CITRA, ROSNA, bring

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(places, lestari):
    return lestari


@pytest.fixture
def andi_at_budis(manager):
    """Andi lives with Rosna here; a file puts him, as a child, into Budi's family."""
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


def test_a_move_is_an_event_of_both_families_and_older_forms_find_out(manager, andi_at_budis):
    left, target = family_of("K0"), family_of("K1")
    deciding.decide(andi_at_budis, "move", by=manager, note="Ikut paman")
    event = RegistryEvent.objects.get()
    assert (event.kind, event.family_id, event.other_family_id, event.reason) == (
        "move",
        left.pk,
        target.pk,
        "Ikut paman",
    )
    assert (family_of("K0").version, family_of("K1").version) == (left.version + 1, target.version + 1)


def test_whoever_may_change_families_takes_a_move_back(manager, rina, andi_at_budis):
    left = family_of("K0")
    deciding.decide(andi_at_budis, "move", by=manager, note="Ikut paman")
    ledger.undo(RegistryEvent.objects.get(), by=rina)
    assert lives_with(andi_at_budis) == left.pk


@pytest.fixture
def rosna_at_budis(manager):
    """Rosna leads Andi's family here; a file puts her, and her alone, into Budi's."""
    bring(manager, ROSNA, ANDI, BUDI, CITRA)
    at_budis = {"NO_KK": BUDI["NO_KK"], "ID_KELUARGA": BUDI["ID_KELUARGA"], "HUB_KELUARGA": "7"}
    bring(manager, ANDI, BUDI, CITRA, {**ROSNA, **at_budis})
    return ImportConflict.objects.get()


def test_a_head_who_moves_leaves_the_family_to_a_new_head(browse, manager, rosna_at_budis):
    page = page_of(browse, manager, rosna_at_budis)
    andi = Person.objects.get(name="Andi")
    assert f'<option value="{andi.pk}">Andi</option>' in page
    answer = browse(manager).post(
        f"/impor/beda/{rosna_at_budis.pk}/", {"decision": "move", "note": "Ikut adik", "new_head": andi.pk}
    )
    assert answer.status_code == 302
    left = family_of("K0")
    assert (left.head_id, left.household.head_id) == (andi.pk, andi.pk)
    assert left.memberships.open().get().relation == "1"
    assert lives_with(rosna_at_budis) == family_of("K1").pk


def test_without_a_new_head_nothing_moves_and_the_reason_stays_in_its_field(browse, manager, rosna_at_budis):
    before = list(Membership.objects.order_by("pk").values())
    answer = browse(manager).post(f"/impor/beda/{rosna_at_budis.pk}/", {"decision": "move", "note": "Ikut adik"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Pilih kepala keluarga yang baru" in page
    assert 'value="Ikut adik"' in page
    rosna_at_budis.refresh_from_db()
    assert (rosna_at_budis.decision, list(Membership.objects.order_by("pk").values())) == ("", before)
    assert not RegistryEvent.objects.exists()


def test_where_another_leads_already_the_relation_is_left_open(manager, andi_at_budis):
    ImportConflict.objects.update(relation="1")
    andi_at_budis.refresh_from_db()
    deciding.decide(andi_at_budis, "move", by=manager, note="Ikut paman")
    assert Membership.objects.open().get(person_id=andi_at_budis.person_id).relation == ""
    assert family_of("K1").head.name == "Budi"


def test_a_family_without_members_is_led_by_whoever_moves_there(manager, andi_at_budis):
    target = family_of("K1")
    target.memberships.update(ended_on=date(2026, 1, 2), end_reason="left")
    deciding.decide(andi_at_budis, "move", by=manager, note="Ikut paman")
    assert Membership.objects.open().get(person_id=andi_at_budis.person_id).relation == "1"
    assert family_of("K1").head_id == andi_at_budis.person_id


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


def _nowhere_by_now(conflict):
    Membership.objects.filter(person_id=conflict.person_id).update(ended_on=date(2026, 1, 2), end_reason="left")


def _nobody_leads_there(conflict):
    family_of("K1").memberships.update(relation="3")


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
        (_nowhere_by_now, "tidak tercatat di keluarga mana pun"),
        (_nobody_leads_there, "belum punya kepala keluarga"),
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
