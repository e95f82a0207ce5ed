"""Files other than the extract: a list of keys with one fact each, through the same stages as the extract.

A `Kind` says which columns its file has, how a row is checked, and in SQL what a row means beside the registry and what is
written. Its rows lie in `import_row` of the run's schema. Apps above register kinds of their own (`register`).
"""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from django.db import connection, transaction

from households.choices.imports import ImportKind
from households.importing.checking import cleaned_date, number_refusal
from households.importing.columns import Columns
from households.importing.staging import look_into, put_aside, schema
from slrt.core import crypto

TABLE = """
CREATE UNLOGGED TABLE import_row (line int, nik_index bytea, official_id text, kk_index bytea, code text, until date, since date,
  amount numeric, detail text, person_id bigint, family_id bigint, status text)
"""
COLUMNS = ("line", "nik", "official_id", "kk", "code", "until", "since", "amount", "detail")
COPY = "COPY import_row (line, nik_index, official_id, kk_index, code, until, since, amount, detail) FROM STDIN WITH (FORMAT csv)"
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
# The same key twice with different facts: nobody knows which is right. Twice with the same is one.
TWICE = """
UPDATE import_row r SET status = CASE WHEN d.facts > 1 THEN 'twice' ELSE 'repeated' END FROM (
  SELECT family_id, person_id, {key} AS key, count(DISTINCT (code, until, since, amount)) AS facts, min(line) AS first
  FROM import_row WHERE family_id IS NOT NULL GROUP BY 1, 2, 3 HAVING count(*) > 1) d
WHERE r.family_id = d.family_id AND r.person_id IS NOT DISTINCT FROM d.person_id AND ({key}) IS NOT DISTINCT FROM d.key
  AND (d.facts > 1 OR r.line > d.first)
"""


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    `facts` are the expressions of `code`, `until`, `since`, `amount` and `detail`; `refusals` those that give a reason or null.
    `key_of_fact` is what may differ between two rows of one person or family. `statuses` and `writes` are SQL over `import_row`
    with `%(at)s`, `%(by)s`, `%(today)s`; `statuses` leaves new, changed, unchanged or the code of a refusal in `status` where it is
    null.
    """

    name: str
    columns: Columns
    keys: tuple[str, ...]
    facts: dict[str, pl.Expr]
    refusals: tuple[pl.Expr, ...]
    statuses: str
    writes: tuple[str, ...]
    key_of_fact: str = "NULL::text"


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known; its name stands in `ImportKind`. Raises ValueError for a name that is not, or is taken."""
    if kind.name not in ImportKind.values or kind.name in KINDS:
        raise ValueError(f"Import kind {kind.name} is unknown or registered twice.")
    KINDS[kind.name] = kind
    return kind


def digits(column: str) -> pl.Expr:
    """A number's sixteen digits without the signs people write between them."""
    return pl.col(column).str.replace_all(r"[\s.\-'’`]", "")


def check_rows(kind: Kind, part: pl.DataFrame) -> pl.DataFrame:
    """Return a part's rows with keys, facts and `reason` (null for a good row)."""
    have = [name for name in kind.keys if name in kind.columns.all]
    keys = {
        "nik": digits("NIK") if "NIK" in have else pl.lit(""),
        "official_id": pl.col("ID_KELUARGA") if "ID_KELUARGA" in have else pl.lit(""),
        "kk": digits("NO_KK") if "NO_KK" in have else pl.lit(""),
    }
    facts = {name: kind.facts.get(name, pl.lit(None)) for name in ("code", "until", "since", "amount", "detail")}
    numbers = [number_refusal(c, p) for c, p in (("NIK", "nik"), ("NO_KK", "kk")) if c in have]
    table = part.with_columns(
        *(expression.alias(name) for name, expression in {**keys, **facts}.items()),
        *(digits(c).alias(f"{c.lower()}_digits") for c in ("NIK", "NO_KK") if c in have),
    )
    empty = pl.all_horizontal(pl.col(name) == "" for name in keys)
    given = [
        pl.when(pl.col(c) != "").then(r)
        for c, r in zip([c for c in ("NIK", "NO_KK") if c in have], numbers, strict=True)
    ]
    reason = pl.coalesce(pl.col("unread"), pl.when(empty).then(pl.lit("key_empty")), *given, *kind.refusals)
    return table.with_columns(reason.alias("reason"))


class Rows:
    """A run's rows in its schema, from reading to writing."""

    def __init__(self, kind: Kind, run_id: int) -> None:
        self.kind, self.run_id = kind, run_id

    def begin(self) -> None:
        """Make the table anew."""
        with transaction.atomic():
            put_aside(self.run_id)
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE SCHEMA {schema(self.run_id)}")
                look_into(self.run_id)
                cursor.execute(TABLE)

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
            look_into(self.run_id)
            with connection.cursor() as cursor:
                cursor.copy_expert(COPY, buffer)

    def compare(self, areas: tuple[str, ...]) -> dict[str, int]:
        """Say of every row what it means beside the registry; return how many of each. Call inside `looking_into`."""
        patterns = [pattern for area in areas for pattern in (area, f"{area}.%")]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE import_row SET status = NULL, person_id = NULL, family_id = NULL; ANALYZE import_row"
            )
            cursor.execute(FIND, {"areas": patterns})
            cursor.execute(TWICE.format(key=self.kind.key_of_fact))
            cursor.execute(self.kind.statuses)
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

    def repeated(self) -> int:
        """How many rows only say again what an earlier one said."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM import_row WHERE status = 'repeated'")
            return int(cursor.fetchone()[0])

    def write(self, at: datetime, today: Any, by: int) -> None:
        """Write what is new or changed. Call inside `looking_into`, after `compare`."""
        values = {"at": at, "today": today, "by": by}
        with connection.cursor() as cursor:
            for statement in self.kind.writes:
                cursor.execute(statement, values)


register(
    Kind(
        name=ImportKind.DECILES,
        columns=Columns(("DESIL", "PERIODE_DESIL"), ("ID_KELUARGA", "NO_KK")),
        keys=("ID_KELUARGA", "NO_KK"),
        facts={"code": pl.col("DESIL").str.replace(r"\.0$", ""), "detail": pl.col("PERIODE_DESIL").str.slice(0, 10)},
        refusals=(
            pl.when(~pl.col("code").is_in([str(n) for n in range(1, 11)])).then(pl.lit("decile_range")),
            pl.when(pl.col("detail") == "").then(pl.lit("period_empty")),
        ),
        key_of_fact="detail",
        statuses="""
UPDATE import_row r SET status = CASE WHEN d.id IS NULL THEN 'new' WHEN d.decile <> r.code::int THEN 'changed' ELSE 'unchanged' END
FROM import_row s LEFT JOIN households_decilerecord d ON d.family_id = s.family_id AND d.period = s.detail AND d.source = 'list'
WHERE s.line = r.line AND r.status IS NULL
""",
        # The family shows the newest period's decile; a list of an older period only completes the history.
        writes=(
            """
INSERT INTO households_decilerecord (family_id, decile, period, source, recorded_at)
SELECT family_id, code::int, detail, 'list', %(at)s FROM import_row WHERE status IN ('new', 'changed')
ON CONFLICT (family_id, period, source) DO UPDATE SET decile = EXCLUDED.decile, recorded_at = EXCLUDED.recorded_at
""",
            """
UPDATE households_family f SET decile = r.code::int, decile_period = r.detail, version = f.version + 1, updated_at = %(at)s
FROM (SELECT DISTINCT ON (family_id) family_id, code, detail FROM import_row WHERE status IN ('new', 'changed')
  ORDER BY family_id, detail DESC) r
WHERE f.id = r.family_id AND r.detail >= f.decile_period AND (f.decile, f.decile_period) IS DISTINCT FROM (r.code::int, r.detail)
""",
        ),
    )
)

MATCHES = {
    **{"PADAN": "matched", "SESUAI": "matched", "1": "matched"},
    **{"TIDAK PADAN": "unmatched", "TIDAK SESUAI": "unmatched", "2": "unmatched"},
    **{"GANDA": "duplicate", "NIK GANDA": "duplicate"},
}
register(
    Kind(
        name=ImportKind.MATCH,
        columns=Columns(("NIK", "HASIL"), ("TANGGAL",)),
        keys=("NIK",),
        facts={
            "code": pl.col("HASIL")
            .str.to_uppercase()
            .str.replace_all(r"\s+", " ")
            .replace_strict(MATCHES, default=None, return_dtype=pl.String),
            "since": cleaned_date(pl.col("TANGGAL")),
        },
        refusals=(pl.when(pl.col("code").is_null()).then(pl.lit("match_unknown")),),
        statuses="""
UPDATE import_row r SET status = CASE WHEN p.nik_match = 'unchecked' THEN 'new' WHEN p.nik_match <> r.code THEN 'changed'
  ELSE 'unchanged' END FROM households_person p WHERE p.id = r.person_id AND r.status IS NULL
""",
        writes=(
            """
UPDATE households_person p SET nik_match = r.code, version = p.version + 1, updated_at = %(at)s FROM import_row r
WHERE p.id = r.person_id AND r.status IN ('new', 'changed')
""",
        ),
    )
)
