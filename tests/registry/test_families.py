"""Cards, heads, splits and houses."""

from datetime import date, timedelta

import pytest

from households.models import Family, FormerFamilyCard, Household, RegistryEvent
from households.registry import families
from households.search import search
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted
from tests import people
from tests.registry import homes

DAY = date(2026, 1, 10)
NEW_KK = "1301990101260009"


@pytest.fixture
def family(places):
    return homes.rosnas()


def refused(call, field):
    before = homes.everything()
    with pytest.raises(GuardFailed) as fault:
        call()
    assert fault.value.field == field
    assert homes.everything() == before
    assert not RegistryEvent.objects.exists()
    return str(fault.value)


def test_a_new_card_keeps_the_old_number_findable(family, sari):
    families.change_card(family, by=sari, version=family.version, kk=NEW_KK, on=DAY)
    family.refresh_from_db()
    assert family.kk_encrypted == NEW_KK
    assert FormerFamilyCard.objects.get().kk_encrypted == homes.KK
    assert [row.pk for row in search(homes.KK, sari).families] == [family.pk]


def test_a_taken_or_broken_card_number_is_refused(family, sari, rina):
    near, far = homes.neighbours(), homes.neighbours(people.SALIDO, "1301994506700010", "Zainab Piliang")
    values = {"by": sari, "version": family.version, "on": DAY}
    assert "Dahlia" in refused(lambda: families.change_card(family, kk=near.kk_encrypted, **values), "kk")
    said = refused(lambda: families.change_card(family, kk=far.kk_encrypted, **values), "kk")
    assert "Zainab" not in said
    assert "Rina" in said
    assert "16 angka" in refused(lambda: families.change_card(family, kk="123", **values), "kk")
    assert "sekarang" in refused(lambda: families.change_card(family, kk=homes.KK, **values), "kk")


def test_the_daughter_becomes_head_and_the_others_follow(family, sari):
    siti, ali = homes.named(family, "Siti").pk, homes.named(family, "Ali").pk
    families.change_head(family, by=sari, version=family.version, new_head=siti, on=DAY, relations={ali: "6"})
    family.refresh_from_db()
    assert family.head_id == siti
    assert homes.relations(family) == {"Siti": "1", "Rosna": "6", "Ali": "6", "Upik": "8"}


def test_two_heads_by_hand_are_refused(family, sari):
    siti, ali = homes.named(family, "Siti").pk, homes.named(family, "Ali").pk
    refused(
        lambda: families.change_head(family, by=sari, version=1, new_head=siti, on=DAY, relations={ali: "1"}),
        "relation",
    )
    refused(lambda: families.change_head(family, by=sari, version=1, new_head=family.head_id, on=DAY), "new_head")


def test_the_card_is_split_and_both_have_a_head(family, sari):
    siti, ali = homes.named(family, "Siti").pk, homes.named(family, "Ali").pk
    event = families.split(
        family, by=sari, version=family.version, going=[ali, siti], head_of_new=ali, kk=NEW_KK, on=DAY
    )
    made = event.other_family
    assert homes.relations(family) == {"Rosna": "1", "Upik": "6"}
    assert homes.relations(made) == {"Ali": "1", "Siti": "3"}
    assert (made.household_id, made.head_id, made.kk_encrypted) == (family.household_id, ali, NEW_KK)
    assert family.household.head.name.startswith("Rosna")


def test_the_head_goes_with_the_new_card_and_another_follows(family, sari):
    rosna, siti, ali = (homes.named(family, name).pk for name in ("Rosna", "Siti", "Ali"))
    values = {"by": sari, "version": family.version, "going": [rosna, siti], "head_of_new": rosna, "on": DAY}
    refused(lambda: families.split(family, **values), "new_head")
    refused(lambda: families.split(family, new_head=siti, **values), "new_head")
    families.split(family, new_head=ali, **values)
    family.refresh_from_db()
    assert family.head_id == ali
    assert homes.relations(family)["Ali"] == "1"


def test_splits_that_make_no_sense_are_refused(family, sari):
    everybody = [row.person_id for row in family.memberships.open()]
    values = {"by": sari, "version": family.version, "on": DAY}
    refused(lambda: families.split(family, going=[], head_of_new=everybody[0], **values), "going")
    refused(lambda: families.split(family, going=everybody, head_of_new=everybody[0], **values), "going")
    refused(lambda: families.split(family, going=everybody[1:2], head_of_new=everybody[2], **values), "head_of_new")


def test_a_family_moves_in_with_another(family, sari):
    other = homes.neighbours()
    families.rehouse(family, by=sari, version=family.version, joins=other, on=DAY)
    family.refresh_from_db()
    assert family.household_id == other.household_id
    assert family.household.head.name.startswith("Dahlia")
    heads = [row for row in family.memberships.open() if row.household_relation == "1"]
    assert heads == []


def test_a_family_moves_to_a_house_of_its_own(family, sari):
    old = family.household_id
    place = families.Place(people.SAGO, "Jorong Koto", "Jl. Baru 3", "001", "002")
    families.rehouse(family, by=sari, version=family.version, place=place, on=DAY)
    family = Family.objects.select_related("household").get(pk=family.pk)
    assert family.household_id != old
    assert (family.household.address, family.household.head_id) == ("Jl. Baru 3", family.head_id)


def test_nobody_moves_a_family_out_of_the_own_area(family, sari):
    before = homes.everything()
    with pytest.raises(NotPermitted):
        families.rehouse(family, by=sari, version=family.version, place=families.Place(people.SALIDO), on=DAY)
    assert homes.everything() == before
    assert Household.objects.count() == 1


def test_a_move_ahead_or_to_nowhere_is_refused(family, sari):
    ahead = clock.today() + timedelta(days=1)
    place = families.Place(people.SAGO)
    refused(lambda: families.rehouse(family, by=sari, version=1, place=place, on=ahead), "on")
    refused(lambda: families.rehouse(family, by=sari, version=1, on=DAY), "village")


def test_another_person_leads_the_household(family, sari):
    ali = homes.named(family, "Ali").pk
    families.change_household_head(family, by=sari, version=family.version, new_head=ali, on=DAY)
    family = Family.objects.select_related("household").get(pk=family.pk)
    assert family.household.head_id == ali
    assert family.head.name.startswith("Rosna"), "the card keeps its head"
    led = [row.person_id for row in family.memberships.open() if row.household_relation == "1"]
    assert led == [ali]


def test_nothing_happens_to_a_family_beyond_living_memory(family, sari):
    long_ago = {"by": sari, "version": family.version, "on": date(1850, 1, 1)}
    ali = homes.named(family, "Ali").pk
    for call in (
        lambda: families.change_card(family, kk=NEW_KK, **long_ago),
        lambda: families.change_head(family, new_head=ali, **long_ago),
        lambda: families.change_household_head(family, new_head=ali, **long_ago),
        lambda: families.rehouse(family, place=families.Place(people.SAGO), **long_ago),
    ):
        assert "120 tahun" in refused(call, "on")


def test_a_family_moves_house_in_the_order_of_its_moves(family, sari):
    """Else nobody could tell which visits to which house were to this family."""
    families.rehouse(family, by=sari, version=family.version, place=families.Place(people.SAGO), on=DAY)
    family.refresh_from_db()
    before = homes.everything()
    again = {"by": sari, "version": family.version, "place": families.Place(people.SAGO, address="Jl. Lain 2")}
    with pytest.raises(GuardFailed) as fault:
        families.rehouse(family, on=DAY - timedelta(days=1), **again)
    assert (fault.value.field, "10/01/2026" in fault.value.message) == ("on", True)
    assert homes.everything() == before
    families.rehouse(family, on=DAY, **again)
