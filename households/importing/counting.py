"""Lets the planner know how large the registry became with the last import, before a file is compared with it."""

from collections.abc import Sequence

from django.db import connection
from psycopg2 import sql

# Tables that have more than doubled since they were last counted: joined as if they were empty, they would be gone through once
# for every row. Less than that the planner sees from their size, and the database counts them by itself in its own time.
OUTGROWN = """
SELECT c.oid::regclass::text FROM pg_class c WHERE c.oid = ANY(%s::regclass[])
  AND pg_relation_size(c.oid) > 2 * c.relpages * current_setting('block_size')::int + 100000
"""
JOINED = [
    f"households_{name}"
    for name in (
        "household",
        "family",
        "person",
        "membership",
        "surveyround",
        "personanswers",
        "decilerecord",
        "familydigest",
    )
]


def count_anew(besides: Sequence[str] = ()) -> list[str]:
    """Let the planner know how large the registry is since the last import; return the tables that had outgrown what it knew.

    `besides`: tables that are joined besides the registry's.
    """
    with connection.cursor() as cursor:
        cursor.execute(OUTGROWN, [[*JOINED, *besides]])
        outgrown = [name for (name,) in cursor.fetchall()]
        for name in outgrown:
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(name)))
    return outgrown
