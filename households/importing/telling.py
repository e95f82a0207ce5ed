"""Tells how far a run has come while its transaction is open, over a connection of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import DatabaseError, connection

from households.importing.writing import Tell
from households.models import ImportProgress
from slrt.core import clock

SAY = """
INSERT INTO households_importprogress (run_id, done, total, at) VALUES (%s, %s, %s, %s)
ON CONFLICT (run_id) DO UPDATE SET done = EXCLUDED.done, total = EXCLUDED.total, at = EXCLUDED.at
"""


@contextmanager
def telling(run_id: int) -> Iterator[Tell]:
    """Yield a function that takes steps done and steps in all. That nobody can be told is no reason to stop the work."""
    own = connection.copy()

    def tell(done: int, total: int) -> None:
        try:
            with own.cursor() as cursor:
                cursor.execute(SAY, [run_id, done, total, clock.now()])
        except DatabaseError:
            own.close()

    tell(0, 0)  # what an attempt before this one told holds no more
    try:
        yield tell
    finally:
        own.close()


def told(run_id: int, since: datetime | None = None) -> tuple[int, int]:
    """Return steps done and in all, (0, 0) before the first; what was told before `since` was of other work and holds no more."""
    row = ImportProgress.objects.filter(pk=run_id).first()
    return (row.done, row.total) if row and (since is None or row.at >= since) else (0, 0)
