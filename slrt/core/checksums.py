"""Row count and checksum of every table, to tell whether a restored database is the one that was saved.

The checksum adds up a hash of each row's text, so it depends on no order and no row number; a row more, less, twice or
different changes it. How dates, numbers and bytes are written is fixed for the reading.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from psycopg2 import sql

WRITTEN_THE_SAME = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "iso_8601",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}
TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname
"""
SEQUENCES = "SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
SUM = """
SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint::numeric), 0)
FROM {table} t
"""


class TableSum(NamedTuple):
    """What one table holds: number of rows, and the sum of the rows' hashes as text."""

    rows: int
    checksum: str


def of_tables(cursor: Any, each: Callable[[], None] = lambda: None) -> dict[str, TableSum]:
    """Return count and checksum of every table of the schema `public` by name.

    `cursor` is Django's or psycopg2's. For one moment's picture of a database in use, call it inside a transaction of
    isolation REPEATABLE READ. Tables of imports that wait for a decision lie in schemas of their own and are left out, as in a
    backup. Reads every row: about a second for 300,000 rows; `each` is called before every table and may raise to end it.
    """
    for name, value in WRITTEN_THE_SAME.items():
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
    cursor.execute(TABLES)
    found = {}
    for (table,) in cursor.fetchall():
        each()
        cursor.execute(sql.SQL(SUM).format(table=sql.Identifier("public", table)))
        rows, total = cursor.fetchone()
        found[table] = TableSum(int(rows), str(total))
    return found


def of_sequences(cursor: Any) -> dict[str, int]:
    """Return the last number that every sequence of the schema `public` gave out, 0 for none."""
    cursor.execute(SEQUENCES)
    return {name: int(last) for name, last in cursor.fetchall()}


def differences(saved: Mapping[str, Any], restored: Mapping[str, Any]) -> list[str]:
    """Name what is missing, too much, or not equal, in the order of the names; an empty list means the same content."""
    return [name for name in sorted({*saved, *restored}) if saved.get(name) != restored.get(name)]
