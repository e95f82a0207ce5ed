"""A mark that moves with every write to a set of tables, however it was made: nobody wrote when it stood still.

Triggers draw a number from a sequence once per statement. A sequence takes no lock, so writers do not wait for each other; and
it does not wait for a commit, which is why `writing_for` tells of those who are writing at the moment.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

import pgtrigger
from django.db import connection, models

M = TypeVar("M", bound=type[models.Model])


def counted_writes(sequence: str) -> Callable[[M], M]:
    """Class decorator: every statement that writes the model's table moves the mark."""

    def hold(model: M) -> M:
        trigger = pgtrigger.Trigger(
            name="counted_writes",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            func=f"PERFORM nextval('{sequence}'); RETURN NULL;",
        )
        pgtrigger.register(trigger)(model)
        return model

    return hold


def mark(sequence: str) -> int:
    """Where the mark stands."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM pg_sequences WHERE sequencename = %s", [sequence])
        row = cursor.fetchone()
    return int(row[0] or 0) if row else 0


def writing_for(tables: Sequence[str]) -> timedelta | None:
    """How long the oldest of the other transactions that hold the tables for writing has lasted; None when there is none.

    What they wrote is marked already and not yet to be seen.
    """
    with connection.cursor() as cursor:
        # Who is connected is otherwise what it was when this transaction asked first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT max(clock_timestamp() - a.xact_start) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation "
            "JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'relation' "
            "AND l.granted AND c.relname = ANY(%s) AND l.pid <> pg_backend_pid() "
            "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
            "AND l.mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')",
            [list(tables)],
        )
        found: timedelta | None = cursor.fetchone()[0]
    return found
