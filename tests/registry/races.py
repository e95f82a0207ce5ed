"""Two people at once, each with a connection of their own, and what must hold whatever came of it.

The first one's transaction stays open until the second one waits for it (or is done, where it need not wait).
"""

import threading
import time
from datetime import date

from django.db import connection, connections, transaction

from households.models import Family, Household, Membership, Person, RegistryEvent
from households.registry import families, members
from tests.registry import homes

DAY = date(2026, 1, 10)
PATIENCE = 20  # seconds


def somebody_waits():
    with connection.cursor() as cursor:
        # The locks are read anew also within a transaction, those who are connected only so; others may wait in databases of their own.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
            "WHERE NOT l.granted AND a.datname = current_database()"
        )
        return cursor.fetchone()[0] > 0


def elsewhere(act):
    """Do something over a connection of its own, to its end or until it has to wait; what it came to is in the list."""
    came_to, until = [], time.monotonic() + PATIENCE

    def run():
        try:
            came_to.append(act())
        except Exception as fault:
            came_to.append(fault)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    while thread.is_alive() and not somebody_waits():
        assert time.monotonic() < until, "it neither ends nor waits"
        thread.join(0.02)
    return thread, came_to


def at_once(first, second):
    """Do both, the second while the first has not committed; return what each came to: its result or its refusal."""
    came_to = {}
    acted = threading.Event()

    def one():
        with transaction.atomic():
            came_to["first"] = first()
            acted.set()
            until = time.monotonic() + PATIENCE
            while not somebody_waits() and "second" not in came_to and time.monotonic() < until:
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
