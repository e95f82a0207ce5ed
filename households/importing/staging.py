"""Keeps checked rows, numbers encrypted, in tables of their own from the preview until they are applied or put aside.

Each run has a schema, `import_<run>`, with two unlogged tables. They are a copy: when a crash emptied them, or the person's
area or the day is no longer the one they were checked for, they are made again from the uploaded file.
"""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import polars as pl
from django.db import connection

from households.names import fold
from slrt.core import crypto

TABLES = """
CREATE UNLOGGED TABLE import_family (
    n int, official_id text, kk_encrypted bytea, kk_index bytea, village text, address text, rt text, rw text,
    decile smallint, period text, answers jsonb,
    family_id bigint {family_id}, household_id bigint {household_id}, round_id bigint {round_id}, kk_taken bytea, merged jsonb,
    is_new boolean DEFAULT true, changed boolean DEFAULT false
);
CREATE UNLOGGED TABLE import_person (
    line int, n int, nik_encrypted bytea, nik_index bytea, name text, folded text, born date, birth_place text, sex text,
    marital text, occupation text, mother text, relation text, answers jsonb,
    person_id bigint {person_id}, merged jsonb,
    is_new boolean DEFAULT true, changed boolean DEFAULT false, conflict boolean DEFAULT false
);
"""
# In an empty registry every row is new and gets its number as it comes; else numbers are given when they are needed, so that
# uploading a file again does not use them up.
NUMBERS = {"family_id": "family", "household_id": "household", "round_id": "surveyround", "person_id": "person"}
FAMILY_COLUMNS = (
    "import_family (n, official_id, kk_encrypted, kk_index, village, address, rt, rw, decile, period, answers)"
)
PERSON_COLUMNS = (
    "import_person (line, n, nik_encrypted, nik_index, name, folded, born, birth_place, sex, marital, occupation, "
    "mother, relation, answers)"
)
# Bytes handed over at once: with few, COPY would wait for the encrypting thread at every turn.
AT_ONCE = 1 << 20
PART = 25_000  # rows that are encrypted while PostgreSQL takes the ones before


def stage(run_id: int, accepted: pl.DataFrame, *, all_new: bool) -> None:
    """Make the run's tables anew from checked rows and look into them from here to the end of the transaction."""
    key = pl.when(pl.col("ID_KELUARGA") != "").then(pl.col("ID_KELUARGA")).otherwise(pl.col("no_kk_digits"))
    names = accepted["name"].unique()
    folded = pl.DataFrame({"name": names, "folded": [fold(name) for name in names]})
    rows = accepted.with_columns(key.rank("dense").cast(pl.Int64).alias("n")).join(
        folded, on="name", how="left", maintain_order="left"
    )
    families = rows.unique("n", keep="first", maintain_order=True)
    put_aside(run_id)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {_schema(run_id)}")
        _look_into(run_id)
        numbers = {
            name: f"DEFAULT nextval('households_{table}_id_seq')" if all_new else "" for name, table in NUMBERS.items()
        }
        cursor.execute(TABLES.format(**numbers))
        for target, part in _ahead([(FAMILY_COLUMNS, _family_csv, families), (PERSON_COLUMNS, _person_csv, rows)]):
            cursor.copy_expert(f"COPY {target} FROM STDIN WITH (FORMAT csv)", part, AT_ONCE)


def reopen(run_id: int, people: int) -> bool:
    """Look into the tables of an earlier `stage`; False when they are gone or do not hold that many people."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"{_schema(run_id)}.import_person"])
        if not cursor.fetchone()[0]:
            return False
        _look_into(run_id)
        cursor.execute("SELECT count(*) FROM import_person")
        return bool(cursor.fetchone()[0] == people)


def put_aside(run_id: int) -> bool:
    """Drop the run's tables; return whether there were any."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", [_schema(run_id)])
        found = bool(cursor.fetchone()[0])
        cursor.execute(f"DROP SCHEMA IF EXISTS {_schema(run_id)} CASCADE")
    return found


def _schema(run_id: int) -> str:
    return f"import_{int(run_id)}"


def _look_into(run_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('search_path', %s || ', ' || current_setting('search_path'), true)", [_schema(run_id)]
        )


Job = tuple[str, Callable[[pl.DataFrame], io.BytesIO], pl.DataFrame]


def _ahead(jobs: list[Job]) -> Iterator[tuple[str, io.BytesIO]]:
    """Yield part after part as CSV, the next one already being made in another thread."""
    parts = [(target, make, part) for target, make, frame in jobs for part in frame.iter_slices(PART)]
    with ThreadPoolExecutor(1) as pool:
        coming = None
        for target, make, part in parts:
            made, coming = coming, (target, pool.submit(make, part))
            if made is not None:
                yield made[0], made[1].result()
        if coming is not None:
            yield coming[0], coming[1].result()


def _with_numbers(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Add the column's numbers, encrypted and as blind index, written as COPY reads bytes."""
    columns = zip(("encrypted", "index"), crypto.protect(frame[column].to_list()), strict=True)
    found = frame.with_columns(pl.Series(name, values, dtype=pl.Binary) for name, values in columns)
    return found.with_columns(
        pl.format("\\x{}", pl.col(name).bin.encode("hex")).alias(name) for name in ("encrypted", "index")
    )


def _text(name: str, length: int) -> pl.Expr:
    """A text cut to its column; an empty one stays empty, not null."""
    return pl.col(name).str.slice(0, length).alias(name)


def _family_csv(families: pl.DataFrame) -> io.BytesIO:
    frame = _with_numbers(families, "no_kk_digits").select(
        "n",
        pl.when(pl.col("ID_KELUARGA") != "").then(pl.col("ID_KELUARGA").str.slice(0, 30)).alias("official"),
        "encrypted",
        "index",
        "village",
        _text("ALAMAT", 200),
        _text("RT", 3),
        _text("RW", 3),
        "decile",
        _text("PERIODE_DESIL", 10),
        "house_answers",
    )
    return _csv(frame)


def _person_csv(rows: pl.DataFrame) -> io.BytesIO:
    frame = _with_numbers(rows, "nik_digits").select(
        "line",
        "n",
        "encrypted",
        "index",
        _text("name", 120),
        _text("folded", 140),
        "born",
        _text("TMP_LAHIR", 80),
        "sex",
        "marital",
        _text("PEKERJAAN", 80),
        _text("NAMA_IBU", 120),
        "relation",
        "person_answers",
    )
    return _csv(frame)


def _csv(frame: pl.DataFrame) -> io.BytesIO:
    buffer = io.BytesIO()
    frame.write_csv(buffer, include_header=False, quote_style="non_numeric", null_value="")
    buffer.seek(0)
    return buffer
