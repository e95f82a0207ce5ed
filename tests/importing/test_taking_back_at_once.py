"""Somebody edits what a file brought while the file is being taken back: one of the two waits, nothing of a person is lost."""

import threading

import pytest
from django.db import connection, connections, transaction

from households.importing import undoing
from households.models import Person, Registration
from slrt.core import clock
from tests.importing.test_taking_back import ANISA, BUDI, ROSNA, _import
from tests.registry.races import PATIENCE, somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meanwhile(monkeypatch):
    """Let somebody else act right after the run was found untouched; what they came to is told at the end."""
    came_to = []

    def let(act):
        looked = undoing.demand_untouched

        def run():
            try:
                came_to.append(act())
            finally:
                connections.close_all()

        def look(*args):
            looked(*args)
            other = threading.Thread(target=run)
            other.start()
            threads.append(other)
            while other.is_alive() and not somebody_waits():
                other.join(0.02)

        monkeypatch.setattr(undoing, "demand_untouched", look)

    threads = []
    yield let, lambda: [thread.join(PATIENCE) for thread in threads] and came_to
    connection.close()


def _writes(model, **values):
    """What a person's form does: lock the row, change it, say whether there was one."""

    def act():
        with transaction.atomic():
            row = model.objects.select_for_update(of=("self",)).first()
            if row is None:
                return "gone"
            for name, value in values.items():
                setattr(row, name, value)
            row.version += 1
            row.save()
            return (row.pk, row.version)

    return act


def test_an_edit_of_somebody_the_file_changed_is_not_overwritten(lestari, meanwhile):
    _import(lestari, ROSNA, ANISA)
    second = _import(lestari, ROSNA.replace("Rosna", "Rosna Dewi"), ANISA)
    let, came_to = meanwhile
    let(_writes(Person, occupation="Petani"))

    undoing.request(second, by=lestari, note="salah", version=second.version)
    undoing.take_back(second.pk)

    [(pk, _version)] = came_to()
    assert Person.objects.get(pk=pk).occupation == "Petani"


def test_a_step_taken_on_what_the_file_brought_does_not_vanish(lestari, meanwhile):
    run = _import(lestari, BUDI)
    let, came_to = meanwhile
    let(_writes(Registration, state="update_due", state_since=clock.now()))

    undoing.request(run, by=lestari, note="salah", version=run.version)
    undoing.take_back(run.pk)

    [told] = came_to()
    assert told == "gone" or Registration.objects.filter(pk=told[0], state="update_due").exists()
