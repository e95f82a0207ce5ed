"""Whether what a run wrote still stands as it was written. A later file that was itself taken back leaves no trace that counts."""

from datetime import datetime
from string import Template
from typing import Any

from django.db import connection, models
from psycopg2 import sql

from households.choices.imports import ImportState
from households.models import ImportRun

# Rows that the run made, and rows it changed (their state after the run lies in the history), that were written since.
CHANGED = Template("""
SELECT id, updated_at FROM $table WHERE created_at = %(at)s AND updated_at <> %(at)s
UNION SELECT t.id, t.updated_at FROM $event e JOIN $table t ON t.id = e.pgh_obj_id
WHERE e.updated_at = %(at)s AND e.created_at <> %(at)s AND t.updated_at <> %(at)s
""")
# When rows were last written before a run's transaction changed them, or before its taking back wrote on them (`restoring.write_on`).
BEFORE = Template("""
SELECT DISTINCT ON (pgh_obj_id) pgh_obj_id, updated_at FROM $event WHERE pgh_created_at IN %s AND pgh_obj_id = ANY(%s)
ORDER BY pgh_obj_id, pgh_id
""")
MOVED = """
SELECT count(DISTINCT later.pgh_obj_id) FROM households_membershipevent later
WHERE later.pgh_created_at > %s AND NOT later.pgh_created_at = ANY(%s::timestamptz[]) AND (later.person_id = ANY(%s) OR EXISTS (
  SELECT FROM households_membershipevent e WHERE e.pgh_obj_id = later.pgh_obj_id AND e.pgh_created_at = %s))
"""
# Deciles that a run recorded are told by the time it wrote into them, from the history where another took their place.
RANKED_ANEW = """
SELECT count(DISTINCT pgh_obj_id) FROM households_decilerecordevent
WHERE recorded_at = %s AND pgh_created_at > %s AND NOT pgh_created_at = ANY(%s::timestamptz[])
"""


def noted(now: datetime) -> dict[str, str]:
    """What a run that is being taken back keeps among its counts: the moment it wrote into the rows, and the transaction's."""
    return {"undone_at": now.isoformat(), "undone_in": _rows("SELECT now()::text")[0][0]}


def changed_since(model: type[models.Model], at: datetime) -> dict[int, datetime | None]:
    """Rows that a run wrote at that moment and that were written since, other than by files that were taken back: when they were last."""
    names = {"table": model._meta.db_table, "event": event_of(model)._meta.db_table}
    touched = dict(_rows(CHANGED.substitute(names), {"at": at}))
    undone = {
        datetime.fromisoformat(said["undone_at"]): (said["written_in"], said["undone_in"]) for said in _taken_back()
    }
    while touched:
        # Rows whose last writing was a file's taking back stand as they stood before that file: look one step further.
        steps = {moment for moment in touched.values() if moment in undone}
        if not steps:
            break
        for moment in steps:
            ids = [pk for pk, last in touched.items() if last == moment]
            before = dict(_rows(BEFORE.substitute(names), [undone[moment], ids]))
            touched |= {pk: before.get(pk) for pk in ids}
        touched = {pk: last for pk, last in touched.items() if last != at}
    return touched


def moved_since(when: str, people: list[int]) -> int:
    """How many memberships that a run made or changed were changed since, other than by files that were taken back."""
    return int(_rows(MOVED, [when, _passed(), people, when])[0][0])


def ranked_since(at: datetime, when: str) -> int:
    """How many deciles that a run recorded were replaced since, other than by files that were taken back."""
    return int(_rows(RANKED_ANEW, [at, when, _passed()])[0][0])


def event_of(model: type[models.Model]) -> type[models.Model]:
    """The model of a model's row history."""
    return next(
        relation.related_model
        for relation in model._meta.related_objects
        if relation.related_model._meta.label == f"{model._meta.label}Event"
    )


def _taken_back() -> list[dict[str, Any]]:
    runs = ImportRun.objects.filter(state=ImportState.TAKEN_BACK, counts__has_key="undone_in")
    return list(runs.values_list("counts", flat=True))


def _passed() -> list[str]:
    """The transactions of files that were taken back, and those that took them back."""
    return [moment for said in _taken_back() for moment in (said["written_in"], said["undone_in"])]


def _rows(query: str, values: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(query), values)
        return cursor.fetchall()
