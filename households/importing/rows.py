"""The checked rows of a list, from reading to writing (see `kinds`)."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db import connection, transaction

from households.duplicates.likeness import is_another
from households.importing.former_numbers import LED, are_any
from households.importing.kinds import FACTS, Kind, Tell
from households.importing.staging import look_into, put_aside, schema
from slrt.core import clock, crypto

TABLE = """
import_row (line int, nik_index bytea, official_id text, kk_index bytea, code text, until date, since date,
  amount numeric, period text, detail text, masked text, proposal bigint, name text, person_id bigint, family_id bigint, status text)
"""
COLUMNS = ("line", "nik", "official_id", "kk", *FACTS)
COPY = "COPY import_row (line, nik_index, official_id, kk_index, {}) FROM STDIN WITH (FORMAT csv)".format(
    ", ".join(FACTS)
)
# People are found by NIK, families by their official id, else by the card number; only inside the areas of the importer.
FIND = """
UPDATE import_row r SET person_id = p.id, family_id = m.family_id FROM households_person p
JOIN households_membership m ON m.person_id = p.id AND m.ended_on IS NULL JOIN households_family f ON f.id = m.family_id
JOIN households_household h ON h.id = f.household_id
WHERE p.nik_index = r.nik_index AND h.village_id LIKE ANY(%(areas)s);
UPDATE import_row r SET family_id = f.id FROM households_family f JOIN households_household h ON h.id = f.household_id
WHERE r.nik_index IS NULL AND f.official_id = r.official_id AND h.village_id LIKE ANY(%(areas)s);
UPDATE import_row r SET family_id = f.id FROM households_family f JOIN households_household h ON h.id = f.household_id
WHERE r.nik_index IS NULL AND r.family_id IS NULL AND f.kk_index = r.kk_index AND h.village_id LIKE ANY(%(areas)s);
UPDATE import_row SET status = 'unknown' WHERE family_id IS NULL;
"""
# A NIK that was dropped in a merge is not the person's any more who lives there: what the row says may be of somebody else.
FORMER = f"""
UPDATE import_row r SET status = 'nik_former' FROM ({LED}) l JOIN households_membership m ON m.person_id = l.person_id
  AND m.ended_on IS NULL JOIN households_family f ON f.id = m.family_id JOIN households_household h ON h.id = f.household_id
WHERE r.status = 'unknown' AND l.nik_index = r.nik_index AND h.village_id LIKE ANY(%(areas)s)
"""  # noqa: S608  # nosec B608  no values in it
# Written otherwise than in the registry; whether it is a spelling of it is told by `is_another`.
NAMED = """
SELECT r.line, r.name, p.name FROM import_row r JOIN households_person p ON p.id = r.person_id
WHERE r.name <> '' AND upper(r.name) <> upper(p.name)
"""
OF_ANOTHER = "UPDATE import_row SET status = 'name_other' WHERE line = ANY(%s)"
# The same key twice with different facts: nobody knows which is right. Twice with the same is one.
TWICE = """
UPDATE import_row r SET status = CASE WHEN d.facts > 1 THEN 'twice' ELSE 'repeated' END FROM (
  SELECT family_id, person_id, {key} AS key, count(DISTINCT (code, until, since, amount, period)) AS facts, min(line) AS first
  FROM import_row WHERE status IS NULL GROUP BY 1, 2, 3 HAVING count(*) > 1) d
WHERE r.status IS NULL AND r.family_id = d.family_id AND r.person_id IS NOT DISTINCT FROM d.person_id AND ({key}) IS NOT DISTINCT FROM d.key
  AND (d.facts > 1 OR r.line > d.first)
"""


class Rows:
    """A run's rows in its schema. They stay there from the preview until they are applied or put aside."""

    def __init__(self, kind: Kind, run_id: int) -> None:
        self.kind, self.run_id = kind, run_id

    def begin(self) -> None:
        """Make the table anew."""
        with transaction.atomic():
            put_aside(self.run_id)
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE SCHEMA {schema(self.run_id)}")
                self._look()
                cursor.execute(f"CREATE UNLOGGED TABLE {TABLE}")

    def _look(self) -> None:
        """Let the statements of this transaction find the table by its bare name."""
        look_into(self.run_id)

    def take(self, good: pl.DataFrame) -> None:
        """Hand in the good rows of one part; numbers become blind indexes and are kept nowhere else."""
        indexes = [
            pl.Series(
                name,
                [f"\\x{crypto.blind_index(n).hex()}" if n else None for n in good[name].to_list()],
                dtype=pl.String,
            )
            for name in ("nik", "kk")
        ]
        frame = good.with_columns(indexes).select(
            *(pl.when(pl.col(c) != "").then(pl.col(c)).alias(c) if c == "official_id" else pl.col(c) for c in COLUMNS)
        )
        buffer = io.BytesIO()
        frame.write_csv(buffer, include_header=False, quote_style="non_numeric", null_value="")
        buffer.seek(0)
        with transaction.atomic():
            self._look()
            with connection.cursor() as cursor:
                cursor.copy_expert(COPY, buffer)

    def compare(self, areas: tuple[str, ...], since: datetime | None = None) -> dict[str, int]:
        """Say of every row what it means beside the registry; return how many of each. Call inside `looking_into`.

        `since`: when a person saw the comparison; what somebody wrote later is left alone.
        """
        patterns = [pattern for area in areas for pattern in (area, f"{area}.%")]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE import_row SET status = NULL, person_id = NULL, family_id = NULL; ANALYZE import_row"
            )
            cursor.execute(FIND, {"areas": patterns})
            if are_any(cursor):
                cursor.execute(FORMER, {"areas": patterns})
            if self.kind.named:
                cursor.execute(NAMED)
                others = [line for line, name, here in cursor.fetchall() if is_another(name, here)]
                cursor.execute(OF_ANOTHER, [others])
            cursor.execute(TWICE.format(key=self.kind.key_of_fact))
            cursor.execute(self.kind.statuses, {"today": clock.today()})
            if since and self.kind.edited:
                cursor.execute(self.kind.edited, {"since": since})
            cursor.execute("SELECT status, count(*) FROM import_row GROUP BY 1")
            return dict(cursor.fetchall())

    def refused(self) -> list[tuple[int, str]]:
        """Lines that only the registry shows to be wrong, with the reason."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT line, CASE status WHEN 'unknown' THEN 'key_unknown' WHEN 'twice' THEN 'key_twice' ELSE status END "
                "FROM import_row WHERE status NOT IN ('new', 'changed', 'unchanged', 'repeated') ORDER BY line"
            )
            return cursor.fetchall()

    def edited_lines(self) -> list[int]:
        """Lines that are left alone because somebody wrote on what they would change."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT line FROM import_row WHERE status = 'edited_since' ORDER BY line")
            return [line for (line,) in cursor.fetchall()]

    def write(self, at: datetime, today: date, by: int, tell: Tell) -> None:
        """Write what is new or changed. Call inside `looking_into`, after `compare`."""
        values: dict[str, Any] = {"at": at, "today": today, "by": by, "run": self.run_id}
        with connection.cursor() as cursor:
            for number, statement in enumerate(self.kind.writes):
                tell(number, len(self.kind.writes))
                cursor.execute(statement, values)
        tell(len(self.kind.writes), len(self.kind.writes))


class PassingRows(Rows):
    """Rows that are only looked at: in a temporary table of this transaction, apart from those that wait to be applied."""

    def begin(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMPORARY TABLE {TABLE}")

    def _look(self) -> None:
        """A temporary table is found before any other."""

    @contextmanager
    def passing(self) -> Iterator[None]:
        """The transaction at whose end, however it ends, the table is gone."""
        with transaction.atomic():
            yield
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE pg_temp.import_row")
