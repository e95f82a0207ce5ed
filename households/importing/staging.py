"""Puts checked rows into temporary tables, numbers encrypted, and finds what they match in the registry."""

import hashlib
import hmac
import io
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import polars as pl
from django.db import connection

from households.names import fold
from slrt.core import crypto

FAMILY_TABLE = """
DROP TABLE IF EXISTS import_family, import_person;
CREATE TEMP TABLE import_family (
    n int, official_id text, kk_encrypted bytea, kk_index bytea, village text, address text, rt text, rw text,
    decile smallint, period text, answers jsonb,
    family_id bigint, household_id bigint, is_new boolean, changed boolean, round_id bigint
) ON COMMIT DROP;
CREATE TEMP TABLE import_person (
    line int, n int, nik_encrypted bytea, nik_index bytea, name text, folded text, born date, birth_place text, sex text,
    marital text, occupation text, mother text, relation text, answers jsonb,
    person_id bigint, is_new boolean, changed boolean, conflict boolean
) ON COMMIT DROP;
"""


def stage(accepted: pl.DataFrame) -> None:
    """Fill the temporary tables from checked rows. Families are numbered in the order they appear."""
    key = pl.when(pl.col("ID_KELUARGA") != "").then(pl.col("ID_KELUARGA")).otherwise(pl.col("no_kk_digits"))
    rows = accepted.with_columns(key.rank("dense").cast(pl.Int64).alias("n"))
    families = rows.unique("n", keep="first", maintain_order=True)
    with connection.cursor() as cursor:
        cursor.execute(FAMILY_TABLE)
    with ThreadPoolExecutor(1) as pool:
        # The next table is encrypted while PostgreSQL takes the one before.
        person_rows = pool.submit(_person_csv, rows)
        _copy(
            "import_family (n, official_id, kk_encrypted, kk_index, village, address, rt, rw, decile, period, answers)",
            _family_csv(families),
        )
        _copy(
            "import_person (line, n, nik_encrypted, nik_index, name, folded, born, birth_place, sex, marital, occupation, "
            "mother, relation, answers)",
            person_rows.result(),
        )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE import_family SET answers = jsonb_strip_nulls(answers)")
        cursor.execute("ANALYZE import_family (n, official_id, kk_index); ANALYZE import_person (n, nik_index)")


def _copy(target: str, buffer: io.BytesIO) -> None:
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {target} FROM STDIN WITH (FORMAT csv)", buffer)


def protected(numbers: Iterable[str]) -> tuple[list[str | None], list[str | None]]:
    """Return the encrypted values and blind indexes of numbers as COPY writes bytes; an empty number has neither."""
    ring = crypto.keyring()
    head, cipher = ring.current + b":", ring.keys[ring.current].encrypt
    index_key, size = ring.index_key, crypto.NONCE_BYTES
    encrypted: list[str | None] = []
    indexes: list[str | None] = []
    for number in numbers:
        if not number:
            encrypted.append(None)
            indexes.append(None)
            continue
        data, nonce = number.encode(), os.urandom(size)
        encrypted.append("\\x" + (head + nonce + cipher(nonce, data, ring.current)).hex())
        indexes.append("\\x" + hmac.digest(index_key, data, hashlib.sha256)[: crypto.INDEX_BYTES].hex())
    return encrypted, indexes


def _with_numbers(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    encrypted, indexes = protected(frame[column].to_list())
    return frame.with_columns(
        pl.Series("encrypted", encrypted, dtype=pl.String), pl.Series("index", indexes, dtype=pl.String)
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
    names = rows["name"].unique().to_list()
    folded = dict(zip(names, map(fold, names), strict=True))
    frame = _with_numbers(rows, "nik_digits").select(
        "line",
        "n",
        "encrypted",
        "index",
        _text("name", 120),
        pl.col("name").replace_strict(folded, return_dtype=pl.String).str.slice(0, 140).alias("folded"),
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
