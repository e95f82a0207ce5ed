"""What a preview shows of a list: counts per village, some rows, and field by field what stands here and what the file says.

No number of a person or card is among it. Call inside `looking_into`, after the rows were compared.
"""

from typing import Any

from django.db import connection

from households.importing.kinds import Fact, Kind

SHOWN_ROWS = 20
PLACED = """
FROM import_row r JOIN households_family f ON f.id = r.family_id JOIN households_household h ON h.id = f.household_id
"""
PER_VILLAGE = f"""
SELECT h.village_id, v.name, count(DISTINCT r.family_id), count(DISTINCT r.person_id),
  count(*) FILTER (WHERE r.status = 'new'), count(*) FILTER (WHERE r.status = 'changed')
{PLACED} JOIN regions_region v ON v.code = h.village_id
WHERE r.status IN ('new', 'changed', 'unchanged') GROUP BY 1, 2 ORDER BY 1
"""


def glimpse(kind: Kind, counted: dict[str, int]) -> dict[str, Any]:
    """Return `villages`, `sample`, `examples` and `fields` as they stand on the run."""
    beside = f"{PLACED} LEFT JOIN households_person p ON p.id = coalesce(r.person_id, f.head_id) {kind.beside}"
    with connection.cursor() as cursor:
        cursor.execute(PER_VILLAGE)
        names = ("code", "name", "families", "people", "new", "changed")
        villages = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        changed = bool(counted["changed"])
        return {
            "villages": villages,
            "sample": _sample(cursor, kind, beside) if changed or counted["new"] else [],
            "examples": _examples(cursor, kind, beside) if changed else [],
            "fields": {kind.about: _fields(cursor, kind, beside)} if changed else {},
        }


def _differs(fact: Fact) -> str:
    return f"({fact.file} IS NOT NULL AND {fact.here} IS DISTINCT FROM {fact.file})"


def _rows(cursor: Any, expressions: list[str], beside: str, statuses: tuple[str, ...]) -> list[tuple[Any, ...]]:
    cursor.execute(
        f"SELECT r.line, coalesce(p.name, ''), h.village_id, r.status = 'new', {', '.join(expressions)} {beside} "
        "WHERE r.status IN %s ORDER BY r.line LIMIT %s",
        [statuses, SHOWN_ROWS],
    )
    return list(cursor.fetchall())


def _sample(cursor: Any, kind: Kind, beside: str) -> list[dict[str, Any]]:
    expressions = [f"({fact.file})::text" for fact in kind.shown.values()]
    return [
        {
            **{"line": line, "name": name, "village": village, "new": new},
            "says": [{"field": field, "file": value} for field, value in zip(kind.shown, values, strict=True) if value],
        }
        for line, name, village, new, *values in _rows(cursor, expressions, beside, ("new", "changed"))
    ]


def _examples(cursor: Any, kind: Kind, beside: str) -> list[dict[str, Any]]:
    expressions = [f"({side})::text" for fact in kind.shown.values() for side in (fact.here, fact.file)]
    found = []
    for line, name, village, _new, *values in _rows(cursor, expressions, beside, ("changed",)):
        pairs = zip(kind.shown, values[::2], values[1::2], strict=True)
        differs = [
            {"field": field, "here": here or "", "file": file} for field, here, file in pairs if file and here != file
        ]
        found.append({"line": line, "name": name, "village": village, "fields": differs})
    return found


def _fields(cursor: Any, kind: Kind, beside: str) -> dict[str, int]:
    expressions = ", ".join(f"count(*) FILTER (WHERE {_differs(fact)})" for fact in kind.shown.values())
    cursor.execute(f"SELECT {expressions} {beside} WHERE r.status = 'changed'")
    return {field: count for field, count in zip(kind.shown, cursor.fetchone(), strict=True) if count}
