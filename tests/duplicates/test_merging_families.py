"""A merge between two families: nobody is left without a head, and the place may be either entry's."""

from datetime import date

import pytest

from households.models import Family, Membership, Person
from households.registry import families
from programs.models import Enrolment
from slrt.core import clock
from slrt.core.errors import GuardFailed
from slrt.dashboard.integrity import checks
from slrt.workflow import engine
from tests.duplicates.entries import everything, propose


@pytest.fixture
def child(twice):
    """Adi lives in the second entry's family, too."""
    child = Person.objects.create(name="Adi", name_folded="adi", birth_date=date(2015, 1, 1), sex="1")
    family = twice[1].memberships.get().family
    Membership.objects.create(person=child, family=family, relation="3", household_relation="3")
    return child


def led_by(child, by, event):
    """Adi becomes the head, as an event records it."""
    family = child.memberships.get().family
    event(family, by=by, version=family.version, new_head=child.pk, on=clock.today())


def test_a_family_in_which_others_live_is_not_left_without_a_head(twice, child, rina):
    for event, said in ((families.change_head, "kepala keluarga"), (families.change_household_head, "kepala rumah")):
        before = everything()
        with pytest.raises(GuardFailed, match=said) as fault:
            propose(twice, rina)
        assert fault.value.field == "place"
        assert everything() == before
        led_by(child, rina, event)
    assert propose(twice, rina).pk


def test_a_family_in_which_others_live_stays_and_is_put_back(twice, child, rina, lestari):
    old = child.memberships.get().family
    led_by(child, rina, families.change_head)
    led_by(child, rina, families.change_household_head)
    row = propose(twice, rina)
    before = everything()
    row = engine.apply("confirm", row, by=lestari)
    old.refresh_from_db()
    assert (old.merged_into, old.head, old.household.head) == (None, child, child)
    assert old.memberships.open().get().relation == "1"
    assert old.complaints.count() == 1
    assert Enrolment.objects.get().person == twice[0]
    engine.apply("undo", row, by=lestari, note="Ternyata dua orang.")
    assert everything() == before


def test_a_head_taken_meanwhile_keeps_the_merge_back(twice, child, rina, lestari):
    led_by(child, rina, families.change_head)
    led_by(child, rina, families.change_household_head)
    row = propose(twice, rina)
    family = child.memberships.get().family
    families.change_head(family, by=rina, version=family.version, new_head=twice[1].pk, on=clock.today())
    with pytest.raises(GuardFailed, match="kepala keluarga"):
        engine.apply("confirm", row, by=lestari)
    assert family.memberships.open().filter(relation="1").count() == 1


def test_the_place_may_be_that_of_the_second_entry(twice, rina, lestari):
    home = twice[1].memberships.get().family
    engine.apply("confirm", propose(twice, rina, choices={"place": "gone"}), by=lestari)
    home.refresh_from_db()
    assert twice[0].memberships.open().get().family == home
    assert (home.head, home.household.head) == (twice[0], twice[0])
    assert home.complaints.count() == 1


def test_twice_on_one_card_the_head_stays_head(twice, rina, lestari):
    head, again = twice
    family = head.memberships.get().family
    again.memberships.update(family=family, relation="8")
    row = engine.apply("confirm", propose((again, head), rina, choices={"nik": "gone"}), by=lestari)
    family.refresh_from_db()
    membership = again.memberships.open().get()
    assert (membership.family, membership.relation) == (family, "1")
    assert family.head == again
    assert row.family_id is None


def test_whoever_leads_the_house_afterwards_is_called_its_head(twice, child, rina, lestari):
    first = twice[0].memberships.get().family
    child.memberships.update(family=first)
    Family.objects.filter(pk=first.pk).update(household=twice[1].memberships.get().family.household)
    Membership.objects.filter(person=twice[0]).update(household_relation="8")
    Membership.objects.filter(person=twice[1]).update(household_relation="1")
    before = everything()
    row = engine.apply("confirm", propose(twice, rina), by=lestari)
    lives = Membership.objects.open().select_related("family__household").get(person=twice[0])
    assert (lives.family.household.head_id, lives.household_relation) == (twice[0].pk, "1")
    assert "household.one_head" not in {check.code for check in checks() if check.broken()}
    engine.apply("undo", row, by=lestari, note="Ternyata dua orang.")
    assert everything() == before
