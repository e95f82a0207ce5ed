"""Two people at once, each with a connection of their own: nobody ends up in two families, nothing is silently overwritten.

The first one's transaction stays open until the second one waits for it (or is done, where it need not wait).
"""

import threading
import time
from datetime import date

import pytest
from django.db import connection, connections, transaction

from households import visiting
from households.duplicates.workflow import propose_merge
from households.models import Family, Household, Membership, Merge, Person, RegistryEvent
from households.registry import correcting, families, identity, ledger, members
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, Refusal, StaleVersion, TransitionNotAllowed
from slrt.workflow import engine
from tests import people
from tests.entry.homes import MOTHER, enter
from tests.registry import homes

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 1, 10)
PATIENCE = 20  # seconds


@pytest.fixture
def family(places):
    return homes.rosnas()


def _somebody_waits():
    with connection.cursor() as cursor:
        # Is read anew also within a transaction; others may wait in databases of their own.
        cursor.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
            "WHERE NOT l.granted AND a.datname = current_database()"
        )
        return cursor.fetchone()[0] > 0


def at_once(first, second):
    """Do both, the second while the first has not committed; return what each came to: its result or its refusal."""
    came_to = {}
    acted = threading.Event()

    def one():
        with transaction.atomic():
            came_to["first"] = first()
            acted.set()
            until = time.monotonic() + PATIENCE
            while not _somebody_waits() and "second" not in came_to and time.monotonic() < until:
                time.sleep(0.02)

    def other():
        assert acted.wait(PATIENCE)
        came_to["second"] = second()

    def run(name, act):
        try:
            act()
        except Exception as fault:
            came_to[name] = fault
            acted.set()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in (("first", one), ("second", other))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * PATIENCE)
    assert set(came_to) == {"first", "second"}, "one of the two waits for ever"
    return came_to["first"], came_to["second"]


def stands_well():
    """What must hold whatever happened: one open membership at most, one head who lives there, the dead live nowhere."""
    for person in Person.objects.all():
        homes_of = list(person.memberships.open())
        assert len(homes_of) <= 1, f"{person} in two families"
        assert not homes_of or (person.died_on is None and person.merged_into_id is None), f"{person} is not there"
    for family in Family.objects.filter(merged_into=None):
        rows = list(family.memberships.open())
        heads = [row.person_id for row in rows if row.relation == "1"]
        assert not rows or heads == [family.head_id], f"{family}: {heads}"
    for house in Household.objects.filter(merged_into=None):
        living = Membership.objects.open().filter(family__household=house)
        assert not living.exists() or living.filter(person=house.head_id).exists(), f"nobody leads {house}"


def events():
    return list(RegistryEvent.objects.filter(undone_at=None).order_by("pk").values_list("kind", flat=True))


def happenings(family, by, who="Ali"):
    """What may befall one person, as two people see the same version of the family."""
    person, target = homes.named(family, who).pk, homes.neighbours()
    common = {"by": by, "version": family.version, "person": person, "on": DAY}
    return {
        "death": lambda: members.death(family, **common),
        "move": lambda: members.move(family, **common, target=target, relation="8"),
        "left": lambda: members.leave(family, **common),
        "split": lambda: families.split(
            family, by=by, version=family.version, going=[person], head_of_new=person, on=DAY
        ),
    }


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


# -- a merge and an event


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


# -- taking an event back


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


# -- what was surveyed after a move that was wrong


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
