"""An event is taken back while somebody records the next one, or after something was surveyed: never over what others did."""

import pytest

from households import visiting
from households.models import Family, Person, RegistryEvent
from households.registry import correcting, families, identity, ledger, members
from slrt.audit.models import AuditEntry
from slrt.core.errors import Refusal, StaleVersion, TransitionNotAllowed
from tests import people
from tests.entry.homes import MOTHER, enter
from tests.registry import homes
from tests.registry.races import DAY, at_once, events, happenings, stands_well

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_event_is_not_taken_back_while_the_next_is_recorded(family, sari, nurma):
    event = happenings(family, sari)["move"]()
    family.refresh_from_db()
    siti = homes.named(family, "Siti").pk
    first, second = at_once(
        lambda: members.leave(family, by=nurma, version=family.version, person=siti, on=DAY),
        lambda: ledger.undo(event, by=sari),
    )
    assert isinstance(first, RegistryEvent)
    assert isinstance(second, TransitionNotAllowed)
    assert events() == ["move", "left"]
    stands_well()


def test_the_next_event_finds_out_that_the_last_was_taken_back(family, sari, nurma):
    event = happenings(family, sari)["move"]()
    family.refresh_from_db()
    siti = homes.named(family, "Siti").pk
    first, second = at_once(
        lambda: ledger.undo(event, by=sari),
        lambda: members.leave(family, by=nurma, version=family.version, person=siti, on=DAY),
    )
    assert first.undone_by == sari
    assert isinstance(second, StaleVersion)
    assert events() == []
    stands_well()


def test_an_event_of_the_other_family_counts_as_well(family, sari, nurma):
    event = happenings(family, sari)["move"]()
    target, ali = event.other_family, homes.named(family, "Ali").pk
    first, second = at_once(
        lambda: members.death(target, by=nurma, version=target.version, person=ali, on=DAY),
        lambda: ledger.undo(event, by=sari),
    )
    assert isinstance(first, RegistryEvent)
    assert isinstance(second, TransitionNotAllowed)
    assert Person.objects.get(pk=ali).died_on == DAY
    stands_well()


def test_one_event_is_taken_back_once(family, sari, nurma):
    event = happenings(family, sari)["split"]()
    first, second = at_once(lambda: ledger.undo(event, by=sari), lambda: ledger.undo(event, by=nurma))
    assert isinstance(first, RegistryEvent)
    assert isinstance(second, Refusal)
    assert AuditEntry.objects.filter(verb="family_undo").count() == 1
    stands_well()


def test_taking_back_a_correction_does_not_overwrite_a_nik_check(family, sari, nurma):
    """A check locks the person alone, not the family."""
    event = correcting.correct(
        family, by=sari, person=homes.named(family, "Ali"), version=1, reason="KTP", values={"name": "Alimin"}
    )
    ali = homes.named(family, "Alimin")
    first, second = at_once(
        lambda: identity.record_check(family, ali, by=nurma, result="matched", source="dukcapil", version=ali.version),
        lambda: ledger.undo(event, by=sari),
    )
    assert not isinstance(first, Exception), first
    assert isinstance(second, TransitionNotAllowed)
    ali.refresh_from_db()
    assert (ali.name, ali.nik_match) == ("Alimin", "matched")


def test_a_move_is_not_taken_back_under_a_survey_made_since(family, sari):
    """A visit after a wrong move is about the house the family moved to; the family does not go back without it."""
    moving = homes.neighbours()
    event = families.rehouse(moving, by=sari, version=moving.version, on=DAY, joins=family)
    visit = visiting.begin(by=sari, village_id=people.SAGO, family=Family.objects.get(pk=moving.pk))
    dahlia = {**MOTHER, "nik": moving.head.nik_encrypted, "name": "Dahlia Chaniago"}
    visit = enter(visit, sari, household={"jumlah_art": "1"}, m1=None, m2=None, **{f"p{moving.head_id}": dahlia})
    visiting.send(visit, by=sari, attested=True)
    before = homes.everything()
    with pytest.raises(TransitionNotAllowed):
        ledger.undo(event, by=sari)
    assert homes.everything() == before
    moving.refresh_from_db()
    assert moving.household.rounds.get().household == family.household


def test_a_new_house_stays_when_something_was_surveyed_there(family, sari):
    place = families.Place(people.SAGO, address="Jl. Baru 3")
    event = families.rehouse(family, by=sari, version=family.version, on=DAY, place=place)
    house = Family.objects.get(pk=family.pk).household
    house.rounds.create(kind="extract", codebook="bdt2015", collected_on=DAY)
    before = homes.everything()
    with pytest.raises(TransitionNotAllowed, match="catatan lain"):
        ledger.undo(event, by=sari)
    assert homes.everything() == before
    assert house.rounds.count() == 1
