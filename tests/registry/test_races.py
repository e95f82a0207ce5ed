"""Two people at once: nobody ends up in two families, nothing is silently overwritten."""

from datetime import date

import pytest

from households.duplicates.workflow import propose_merge
from households.models import Membership, Merge, Person, RegistryEvent
from households.registry import members
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, Refusal, StaleVersion
from slrt.workflow import engine
from tests.registry import homes
from tests.registry.races import DAY, at_once, events, happenings, stands_well

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [("death", "move"), ("move", "death"), ("move", "left"), ("split", "move"), ("left", "death"), ("move", "move")],
)
def test_two_events_of_one_person(family, sari, nurma, one, other):
    acts = happenings(family, sari)
    first, second = at_once(acts[one], acts[other])
    assert isinstance(first, RegistryEvent)
    assert isinstance(second, StaleVersion), "whoever comes second is shown what stands there now"
    assert events() == [one]
    assert AuditEntry.objects.filter(verb=f"family_{one}").exists()
    stands_well()


def test_the_second_is_refused_also_when_it_saw_no_version(family, sari):
    acts = happenings(family, sari)
    person = homes.named(family, "Ali").pk
    first, second = at_once(acts["move"], lambda: members.death(family, by=sari, version=None, person=person, on=DAY))
    assert isinstance(first, RegistryEvent)
    assert isinstance(second, GuardFailed)
    assert Person.objects.get(pk=person).died_on is None
    stands_well()


def test_somebody_who_left_two_families_comes_home_to_one(family, sari):
    other, ali = homes.neighbours(), homes.named(family, "Ali")
    for place in (family, other):
        row = Membership.objects.filter(person=ali, family=place).first() or Membership(
            person=ali, family=place, relation="8", household_relation="8", started_on=date(2020, 1, 1)
        )
        row.ended_on, row.end_reason = DAY, "left"
        row.save()
    first, second = at_once(
        lambda: members.back(family, by=sari, version=family.version, person=ali.pk, on=DAY),
        lambda: members.back(other, by=sari, version=other.version, person=ali.pk, on=DAY),
    )
    assert isinstance(first, RegistryEvent)
    assert isinstance(second, GuardFailed)
    assert ali.memberships.open().get().family == family
    stands_well()


@pytest.fixture
def merge(family, rina):
    """Ali of the Tanjungs and Alimin next door, who lives there alone, are one person: proposed by Rina."""
    kept, gone = homes.named(family, "Ali"), homes.neighbours(nik="1301990101800077", name="Alimin Tanjung").head
    row = propose_merge(kept, gone, {"nik": "kept"}, by=rina, reason="KTP sama.", versions=(kept.version, gone.version))
    return Merge.objects.get(pk=row.pk)


def moved(person, target, by, on=DAY):
    """Move somebody to another family."""
    home = person.memberships.open().get().family
    return lambda: members.move(home, by=by, version=home.version, person=person.pk, target=target, relation="8", on=on)


@pytest.mark.parametrize("who", ["kept", "gone"])
def test_who_is_being_moved_is_not_merged_as_if_at_home(merge, family, sari, lestari, who):
    target = homes.neighbours(nik="1301994506700011", name="Murni Chaniago")
    alone = merge.gone.memberships.open().get().family
    first, second = at_once(
        moved(getattr(merge, who), target, sari), lambda: engine.apply("confirm", merge, by=lestari)
    )
    assert isinstance(first, RegistryEvent)
    assert isinstance(second, GuardFailed), "the merge that was proposed is of somebody who lived elsewhere"
    merge.refresh_from_db()
    alone.refresh_from_db()
    assert (merge.state, alone.merged_into_id) == ("proposed", None)
    assert getattr(merge, who).memberships.open().get().family == target
    stands_well()


@pytest.mark.parametrize("who", ["kept", "gone"])
def test_who_is_being_merged_is_not_moved_as_if_nothing_was(merge, family, sari, lestari, who):
    target = homes.neighbours(nik="1301994506700011", name="Murni Chaniago")
    first, second = at_once(
        lambda: engine.apply("confirm", merge, by=lestari), moved(getattr(merge, who), target, sari)
    )
    assert first.state == "merged"
    assert isinstance(second, Refusal) or who == "kept", "the entry that went cannot be moved any more"
    assert Membership.objects.open().filter(person=merge.gone).count() == 0
    assert Membership.objects.open().filter(person=merge.kept).count() == 1
    stands_well()


def test_a_merge_is_not_taken_back_over_a_move(merge, family, sari, lestari):
    engine.apply("confirm", merge, by=lestari)
    target = homes.neighbours(nik="1301994506700011", name="Murni Chaniago")
    first, second = at_once(
        # Where the merge left somebody, that person is known to live since today.
        moved(merge.kept, target, sari, on=clock.today()),
        lambda: engine.apply("undo", merge, by=lestari, note="Salah orang."),
    )
    assert isinstance(first, RegistryEvent)
    assert isinstance(second, GuardFailed)
    merge.refresh_from_db()
    assert merge.state == "merged"
    assert merge.kept.memberships.open().get().family == target
    stands_well()
