"""Who leads a family and a house after somebody came, went, or an event was taken back: always somebody who lives there."""

from datetime import date

import pytest

from households.models import Family, Household, RegistryEvent
from households.registry import families, ledger, members
from slrt.core.errors import GuardFailed, TransitionNotAllowed
from tests.registry import homes

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 10)


@pytest.fixture
def family(places):
    return homes.rosnas()


def now(family):
    return Family.objects.select_related("household", "head").get(pk=family.pk)


def gone(family, by):
    """Everybody of a family moves away, its head last."""
    for name in ("Ali", "Siti", "Upik", "Rosna"):
        family = now(family)
        members.leave(family, by=by, version=family.version, person=homes.named(family, name).pk, on=DAY)
    return now(family)


def test_no_child_is_born_into_a_family_that_nobody_belongs_to(family, sari):
    empty = gone(family, sari)
    before = homes.everything()
    with pytest.raises(GuardFailed, match="tidak punya anggota lagi"):
        members.birth(empty, by=sari, version=empty.version, name="Bayu", birth_date=DAY, sex="1")
    assert homes.everything() == before


def test_the_first_who_comes_home_leads_the_house_too(family, sari):
    empty = gone(family, sari)
    ali = homes.named(family, "Ali")
    members.back(empty, by=sari, version=empty.version, person=ali.pk, on=DAY)
    assert (now(family).head, now(family).household.head) == (ali, ali)


@pytest.fixture
def led_by_dahlia(family, sari):
    """Dahlia's family lives in Rosna's house and she was made the head of it; return her family and that event."""
    lodgers = homes.neighbours()
    families.rehouse(lodgers, by=sari, version=lodgers.version, on=DAY, joins=family)
    lodgers = now(lodgers)
    event = families.change_household_head(lodgers, by=sari, version=lodgers.version, new_head=lodgers.head_id, on=DAY)
    return lodgers, event


def refused(event, by, said):
    before = homes.everything()
    assert said in str(ledger.may_undo(event, by).reason)
    with pytest.raises(TransitionNotAllowed, match=said):
        ledger.undo(event, by=by)
    assert homes.everything() == before
    assert RegistryEvent.objects.get(pk=event.pk).undone_at is None


def test_a_house_gets_no_head_back_who_left_it_meanwhile(family, sari, led_by_dahlia):
    _lodgers, event = led_by_dahlia
    rosna, ali = homes.named(family, "Rosna"), homes.named(family, "Ali")
    members.leave(now(family), by=sari, version=now(family).version, person=rosna.pk, on=DAY, new_head=ali.pk)
    refused(event, sari, "sudah diubah sesudahnya")


def test_a_house_gets_no_head_back_whose_family_moved_out_meanwhile(family, sari, led_by_dahlia):
    lodgers, event = led_by_dahlia
    third = homes.neighbours(nik="1301991010700009", name="Emi Koto")
    families.rehouse(now(family), by=sari, version=now(family).version, on=DAY, joins=third)
    refused(event, sari, "tidak tinggal di sana lagi")
    assert Household.objects.get(pk=now(lodgers).household_id).head_id == lodgers.head_id


def test_an_event_that_called_somebody_else_of_another_family_who_has_left_since_stays(family, sari):
    """The lodgers' moving out renamed what Rosna's people are to the house; one of them has gone since."""
    lodgers = homes.neighbours()
    families.rehouse(now(family), by=sari, version=now(family).version, on=DAY, joins=lodgers)
    lodgers = now(lodgers)
    event = families.rehouse(
        lodgers, by=sari, version=lodgers.version, on=DAY, place=families.Place(lodgers.place_code, address="Baru")
    )
    rosna, ali = homes.named(family, "Rosna"), homes.named(family, "Ali")
    members.leave(now(family), by=sari, version=now(family).version, person=rosna.pk, on=DAY, new_head=ali.pk)
    refused(event, sari, "sudah diubah sesudahnya")


def test_nobody_comes_back_from_the_dead_into_a_house_that_others_led_and_left(family, sari):
    """Dahlia died in a house that Emi had left before; Rosna's family then lived with Emi's card there, led the house, and went."""
    dahlias, emis = homes.neighbours(), homes.neighbours(nik="1301991010700009", name="Emi Koto")
    families.rehouse(emis, by=sari, version=emis.version, on=DAY, joins=dahlias)
    members.leave(now(emis), by=sari, version=now(emis).version, person=emis.head_id, on=DAY)
    event = members.death(now(dahlias), by=sari, version=now(dahlias).version, person=dahlias.head_id, on=DAY)
    families.rehouse(now(family), by=sari, version=now(family).version, on=DAY, joins=now(emis))
    elsewhere = families.Place(family.place_code, address="Baru")
    families.rehouse(now(family), by=sari, version=now(family).version, on=DAY, place=elsewhere)
    refused(event, sari, "tidak tinggal di sana lagi")
