"""The machine stops when a migration has made its tables and is about to note that it did."""

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.commands import migrate
from django.db import connection

from slrt.core.management.commands.migrate import WholeExecutor

BEFORE, TABLES = (("households", name) for name in ("0034_former_niks_of_merges", "0035_former_entries"))


class Stopped(Exception):
    pass


def stop(*_args):
    raise Stopped


def is_there():
    return "households_formerentry" in connection.introspection.table_names()


def go_on():
    """Apply what came later, up to the newest."""
    executor = WholeExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes("households"))


@pytest.fixture
def earlier(transactional_db):
    """The database as it was before those migrations; as it is now afterwards."""
    WholeExecutor(connection).migrate([BEFORE])
    yield
    go_on()


def test_forwards_it_left_nothing_and_runs_again(earlier, monkeypatch):
    with monkeypatch.context() as stopping:
        stopping.setattr(WholeExecutor, "record_migration", stop)
        with pytest.raises(Stopped):
            WholeExecutor(connection).migrate([TABLES])
    assert not is_there()
    go_on()
    assert is_there()


def test_backwards_it_took_nothing_and_runs_again(earlier, monkeypatch):
    WholeExecutor(connection).migrate([TABLES])
    executor = WholeExecutor(connection)
    monkeypatch.setattr(executor.recorder, "record_unapplied", stop)
    with pytest.raises(Stopped):
        executor.migrate([BEFORE])
    assert is_there()
    WholeExecutor(connection).migrate([BEFORE])
    assert not is_there()


def test_the_command_is_the_one_that_everybody_runs():
    command = load_command_class(get_commands()["migrate"], "migrate")
    assert type(command).__module__ == "slrt.core.management.commands.migrate"
    assert migrate.MigrationExecutor is WholeExecutor
