"""Deletes rows a run made, and makes rows it changed what the row history kept of them."""

from collections.abc import Iterable
from datetime import datetime
from string import Template
from typing import Any

from django.db import connection, models
from psycopg2 import sql

from households.importing import standing
from households.models import Family, Membership


def _rows(query: sql.Composable, values: Iterable[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, list(values))
        return cursor.fetchall() if cursor.description else []


def ids_of(model: type[models.Model], condition: str, *values: Any) -> list[int]:
    """The numbers of the rows that meet a condition in SQL."""
    query = sql.SQL("SELECT id FROM {} WHERE {}").format(sql.Identifier(model._meta.db_table), sql.SQL(condition))
    return [pk for (pk,) in _rows(query, values)]


def delete(model: type[models.Model], column: str, ids: list[int]) -> None:
    """Delete the rows whose column holds one of these numbers."""
    if ids:
        # A join, which hashes the numbers: = ANY goes through all of them for every row where the column has no index.
        query = sql.SQL(
            "DELETE FROM {table} t USING unnest(%s::bigint[]) AS gone (id) WHERE t.{column} = gone.id"
        ).format(table=sql.Identifier(model._meta.db_table), column=sql.Identifier(column))
        _rows(query, [ids])


RESTORE = Template("""
UPDATE $table t SET $columns FROM (
  SELECT DISTINCT ON (pgh_obj_id) * FROM $event WHERE pgh_created_at = %s ORDER BY pgh_obj_id, pgh_id) e
WHERE t.id = e.pgh_obj_id
""")


# What only one row may have at a time: all let go of it before each takes back what it had.
LET_GO = {
    Family: "kk_index = NULL, official_id = NULL",
    Membership: "relation = '8'",
}
LETTING_GO = Template("""
UPDATE $table SET $columns WHERE id IN (SELECT pgh_obj_id FROM $event WHERE pgh_created_at = %s)
""")


# A file that was compared before knows the people and answers that now go; it leaves the families they are of as they are (`holding`).
WRITTEN_ON = """
UPDATE households_family f SET updated_at = %(now)s FROM households_surveyround r
WHERE r.run_id = %(run)s AND f.household_id = r.household_id AND f.created_at <> %(at)s AND NOT EXISTS (
  SELECT FROM households_familyevent e WHERE e.pgh_obj_id = f.id AND e.pgh_created_at = %(when)s)
"""


def write_on(run: int, at: datetime, when: str, now: datetime) -> None:
    """Note the moment on families of which a run changed people or answers only, as `restore` does on rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN_ON, {"run": run, "at": at, "when": when, "now": now})


def restore(model: type[models.Model], when: str, now: datetime) -> int:
    """Make rows what the history kept of them when the run's transaction first wrote them; the version goes on."""
    kept = ("id", "version", "updated_at", "created_at")
    columns = [f'"{f.column}" = e."{f.column}"' for f in model._meta.concrete_fields if f.column not in kept]
    values: list[Any] = []
    if any(f.column == "version" for f in model._meta.concrete_fields):
        columns += ["version = t.version + 1", "updated_at = %s"]
        values.append(now)
    table, event = model._meta.db_table, standing.event_of(model)._meta.db_table
    if model in LET_GO:
        _rows(sql.SQL(LETTING_GO.substitute(table=table, event=event, columns=LET_GO[model])), [when])
    query = RESTORE.substitute(table=table, event=event, columns=", ".join(columns))
    with connection.cursor() as cursor:
        cursor.execute(query, [*values, when])
        return int(cursor.rowcount)
