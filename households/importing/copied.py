"""Checked rows as COPY reads them: numbers and mothers' names encrypted, with their blind indexes, texts cut to their columns."""

import io

import polars as pl

from households.importing.answering import with_house_answers
from households.names import fold
from slrt.core import crypto

MOTHER = ("mother_name", "mother_index")


def _protected(frame: pl.DataFrame, column: str, names: tuple[str, str] = ("encrypted", "index")) -> pl.DataFrame:
    """Add what a column guards, encrypted and as blind index, written as COPY reads bytes."""
    columns = zip(names, crypto.protect(frame[column].fill_null("").to_list()), strict=True)
    found = frame.with_columns(pl.Series(name, values, dtype=pl.Binary) for name, values in columns)
    return found.with_columns(pl.format("\\x{}", pl.col(name).bin.encode("hex")).alias(name) for name in names)


def _protected_once(frame: pl.DataFrame, column: str, names: tuple[str, str]) -> pl.DataFrame:
    """The same for a column in which one text stands in many rows, as a mother's name does for all her children."""
    return frame.join(
        _protected(frame.select(pl.col(column).unique()), column, names), column, "left", maintain_order="left"
    )


def _text(name: str, length: int) -> pl.Expr:
    """A text cut to its column; an empty one stays empty, not null."""
    return pl.col(name).str.slice(0, length).alias(name)


def family_csv(families: pl.DataFrame) -> io.BytesIO:
    """The first row of each family, as `staging.FAMILY_COLUMNS` names what it holds."""
    return _families(_protected(with_house_answers(families), "no_kk_digits"))


def settled_family_csv(families: pl.DataFrame) -> io.BytesIO:
    """Of families that stand here like that, only what they are known by and compared with."""
    indexes = [f"\\x{index.hex()}" for index in crypto.blind_indexes(families["no_kk_digits"].to_list())]
    nothing = [pl.lit(None, pl.String).alias(name) for name in ("encrypted", "house_answers")]
    return _families(families.with_columns(*nothing, pl.Series("index", indexes)))


def _families(families: pl.DataFrame) -> io.BytesIO:
    frame = families.select(
        "n",
        "line",
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
        "digest",
    )
    return as_csv(frame)


def person_csv(rows: pl.DataFrame) -> io.BytesIO:
    """People with the number of their answers, as `staging.PERSON_COLUMNS` names what it holds."""
    named = rows.with_columns(_text("NAMA_IBU", 120).str.strip_chars())
    frame = _protected_once(_protected(named, "nik_digits"), "NAMA_IBU", MOTHER).select(
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
        *MOTHER,
        "relation",
        "answers_id",
    )
    return as_csv(frame)


def refused_csv(refused: pl.DataFrame) -> io.BytesIO:
    """Whom refused rows are about, each once, as `staging.REFUSED_COLUMNS` names it."""
    rows = refused.unique().fill_null("")
    indexes = [
        pl.Series(name, [f"\\x{crypto.blind_index(n).hex()}" if n else None for n in rows[name]], dtype=pl.String)
        for name in ("kk", "person")
    ]
    folded = pl.Series("folded", [fold(name)[:140] or None for name in rows["name"]], dtype=pl.String)
    official = pl.when(pl.col("official") != "").then(pl.col("official").str.slice(0, 30))
    return as_csv(rows.select(official, *indexes, folded))


def as_csv(frame: pl.DataFrame) -> io.BytesIO:
    """A table as it is; an empty text stays one, null is nothing between two commas."""
    buffer = io.BytesIO()
    frame.write_csv(buffer, include_header=False, quote_style="non_numeric", null_value="")
    buffer.seek(0)
    return buffer
