"""Checks every row of an extract at once and turns words into codes. Refusals carry the codes of `households.refusals`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from households.codebook import BOOKS
from households.codebook.words import MARITAL, RELATION, SEX, YES_NO
from households.importing.columns import ALL, HOUSE_ANSWERS, PERSON_CODES, PERSON_FLAGS, TWO_DIGITS
from households.validators import OLDEST_YEARS

SCIENTIFIC = r"^\d+([.,]\d+)?[eE]\+?\d+$"
BOOK = BOOKS["bdt2015"]


@dataclass(frozen=True)
class Checked:
    """`accepted`: clean columns and codes; `refused`: line and reason; counts of the rest."""

    accepted: pl.DataFrame
    refused: pl.DataFrame
    repeated: int
    rows: int
    warnings: dict[str, int]


def villages_in(frame: pl.DataFrame) -> list[str]:
    """Return the village codes a table from `reading.read` names, with dots, right or wrong."""
    return frame.select(_dotted(pl.col("KODE_DESA")).unique()).to_series().to_list()


def check(frame: pl.DataFrame, villages: Iterable[str], areas: tuple[str, ...], today: date) -> Checked:
    """Check a table from `reading.read`. `villages`: those of its codes that exist; `areas`: prefixes the importer may write in."""
    table = frame.with_columns(_cleaned()).with_columns(_codes(villages))
    once = _without_repeats(table)
    once = once.with_columns(_refusal(areas, today).alias("reason"))
    once = once.with_columns(_refusal_among_rows().alias("reason"))
    refused = once.filter(pl.col("reason").is_not_null()).select("line", "reason")
    accepted = once.filter(pl.col("reason").is_null())
    accepted, warnings = _answers(accepted)
    return Checked(accepted, refused, table.height - once.height, table.height, warnings | _nik_warnings(accepted))


def _without_repeats(table: pl.DataFrame) -> pl.DataFrame:
    """Leave out rows that say the same as an earlier one in every column; few share a number, so few are compared."""
    alike = table.filter(pl.struct("NO_KK", "NIK", "NAMA").is_duplicated())
    repeats = alike.filter(~pl.struct(ALL).is_first_distinct())
    return table.join(repeats, on="line", how="anti", maintain_order="left") if repeats.height else table


def _cleaned() -> list[pl.Expr]:
    digits = [
        pl.col(name).str.replace_all(r"[\s.\-'’`]", "").alias(f"{name.lower()}_digits") for name in ("NO_KK", "NIK")
    ]
    return [
        *digits,
        pl.col("NAMA").str.replace_all(r"\s+", " ").alias("name"),
        _date(pl.col("TGL_LAHIR")).alias("born"),
        _dotted(pl.col("KODE_DESA")).alias("village"),
        pl.col("DESIL").str.replace(r"\.0$", "").cast(pl.Int16, strict=False).alias("decile"),
    ]


def _date(text: pl.Expr) -> pl.Expr:
    iso = text.str.replace(r"[T ]00:00(:00(\.0+)?)?$", "").str.to_date("%Y-%m-%d", strict=False)
    day_first = text.str.replace_all(r"[-.]", "/").str.to_date("%d/%m/%Y", strict=False)
    serial = pl.when(text.str.contains(r"^\d{4,5}(\.0)?$")).then(
        text.cast(pl.Float64, strict=False).cast(pl.Int32, strict=False)
    )
    return pl.coalesce(iso, day_first, (pl.lit(date(1899, 12, 30)) + pl.duration(days=serial)).cast(pl.Date))


def _dotted(code: pl.Expr) -> pl.Expr:
    digits = code.str.replace_all(r"[.\s]", "")
    parts = [digits.str.slice(start, length) for start, length in ((0, 2), (2, 2), (4, 2), (6, 4))]
    return pl.concat_str(parts, separator=".")


def _codes(villages: Iterable[str]) -> list[pl.Expr]:
    def word(column: str, codes: dict[str, str]) -> pl.Expr:
        text = pl.col(column).str.to_uppercase().str.replace_all(r"\s+", " ")
        return text.replace_strict(codes, default=None, return_dtype=pl.String)

    return [
        word("JENIS_KELAMIN", SEX).alias("sex"),
        word("HUB_KELUARGA", RELATION).alias("relation"),
        word("STATUS_KAWIN", MARITAL).alias("marital"),
        pl.col("village").is_in(list(villages)).alias("village_known"),
    ]


def _number_refusal(column: str, kind: str) -> pl.Expr:
    digits = pl.col(f"{column.lower()}_digits")
    return (
        pl.when(pl.col(column).str.strip_chars("'").str.contains(SCIENTIFIC))
        .then(pl.lit(f"{kind}_float"))
        .when(~digits.str.contains(r"^[0-9]*$"))
        .then(pl.lit(f"{kind}_letters"))
        .when(digits.str.len_chars() != 16)
        .then(pl.lit(f"{kind}_short"))
    )


def _nik_refusal() -> pl.Expr:
    nik = pl.col("nik_digits")
    day = nik.str.slice(6, 2).cast(pl.Int16, strict=False)
    day = pl.when(day > 40).then(day - 40).otherwise(day)
    month, year = nik.str.slice(8, 2), nik.str.slice(10, 2)
    dated = [
        pl.concat_str([pl.lit(century) + year, month, day.cast(pl.String).str.zfill(2)], separator="-").str.to_date(
            "%Y-%m-%d", strict=False
        )
        for century in ("19", "20")
    ]
    shape = _number_refusal("NIK", "nik")
    impossible = pl.when(pl.all_horizontal(d.is_null() for d in dated)).then(pl.lit("nik_bad_date"))
    serial = pl.when(nik.str.ends_with("0000")).then(pl.lit("nik_serial_zero"))
    return pl.when(nik != "").then(pl.coalesce(shape, impossible, serial))


def _refusal(areas: tuple[str, ...], today: date) -> pl.Expr:
    born, village = pl.col("born"), pl.col("village")
    inside = pl.any_horizontal([village.str.starts_with(area) for area in areas]) if areas else pl.lit(False)
    oldest = today.replace(year=today.year - OLDEST_YEARS, day=min(today.day, 28))
    return pl.coalesce(
        _number_refusal("NO_KK", "kk"),
        _nik_refusal(),
        pl.when(pl.col("name") == "").then(pl.lit("name_empty")),
        pl.when(born.is_null()).then(pl.lit("birth_garbage")),
        pl.when(born > today).then(pl.lit("birth_future")),
        pl.when(born < oldest).then(pl.lit("birth_too_old")),
        pl.when(pl.col("sex").is_null()).then(pl.lit("sex_unknown")),
        pl.when(pl.col("relation").is_null()).then(pl.lit("relation_unknown")),
        pl.when(~pl.col("village_known")).then(pl.lit("village_unknown")),
        pl.when(~inside).then(pl.lit("village_outside")),
        pl.when((pl.col("DESIL") != "") & ~pl.col("decile").is_between(1, 10).fill_null(False)).then(
            pl.lit("decile_range")
        ),
    )


def _refusal_among_rows() -> pl.Expr:
    """Rows that are possible alone but not together: one NIK twice, two heads, one family in two villages."""
    good = pl.col("reason").is_null()
    family = pl.when(pl.col("ID_KELUARGA") != "").then(pl.col("ID_KELUARGA")).otherwise(pl.col("no_kk_digits"))
    nik = pl.col("nik_digits")
    twice = good & (nik != "") & (good.cast(pl.Int32).sum().over(nik) > 1)
    heads = (good & (pl.col("relation") == "1")).cast(pl.Int32).sum().over(family)
    villages = pl.when(good).then(pl.col("village")).n_unique().over(family) - (~good).any().over(family).cast(pl.Int32)
    return pl.coalesce(
        pl.col("reason"),
        pl.when(twice).then(pl.lit("nik_twice")),
        pl.when((pl.col("relation") == "1") & (heads > 1)).then(pl.lit("head_twice")),
        pl.when(villages > 1).then(pl.lit("kk_two_villages")),
    )


def _answers(accepted: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Turn answer columns into JSON of known codes; what the book does not know is left out and counted."""
    cleaned: dict[str, pl.Expr] = {}
    for column, name in {**HOUSE_ANSWERS, **PERSON_CODES}.items():
        text = pl.col(column).str.replace(r"\.0$", "")
        if column in TWO_DIGITS:
            text = pl.when(text != "").then(text.str.zfill(2)).otherwise(pl.lit(""))
        variable = BOOK[name]
        known = text.str.contains(r"^\d{1,4}$") if variable.kind == "number" else text.is_in(list(variable.codes))
        cleaned[column] = pl.when(known).then(text).alias(name)
    for column, name in PERSON_FLAGS.items():
        cleaned[column] = (
            pl.col(column).str.to_uppercase().replace_strict(YES_NO, default=None, return_dtype=pl.String).alias(name)
        )
    coded = accepted.with_columns(cleaned.values())
    names = {column: expression.meta.output_name() for column, expression in cleaned.items()}
    odd = coded.select(
        ((pl.col(column) != "") & pl.col(name).is_null()).sum().alias(column) for column, name in names.items()
    ).row(0, named=True)
    marital = coded.select(((pl.col("STATUS_KAWIN") != "") & pl.col("marital").is_null()).sum()).item()
    warnings = {f"code_{column.lower()}": count for column, count in odd.items() if count}
    if marital:
        warnings["code_status_kawin"] = marital
    house = _json(HOUSE_ANSWERS.values()).alias("house_answers")
    person = _json([*PERSON_CODES.values(), *PERSON_FLAGS.values()]).alias("person_answers")
    return coded.with_columns(house, person), warnings


def _json(names: Iterable[str]) -> pl.Expr:
    """One JSON object of the columns that hold a code; the codes hold nothing that JSON would have to escape.

    The names stand in the order in which PostgreSQL keeps them, which spares it the sorting.
    """
    pairs = [
        pl.format('"{}":"{}"', pl.lit(name), pl.col(name)) for name in sorted(names, key=lambda name: (len(name), name))
    ]
    return pl.concat_str([pl.lit("{"), pl.concat_str(pairs, separator=",", ignore_nulls=True), pl.lit("}")])


def _nik_warnings(accepted: pl.DataFrame) -> dict[str, int]:
    nik = pl.col("nik_digits")
    day = nik.str.slice(6, 2).cast(pl.Int16, strict=False)
    woman = day > 40
    printed = pl.when(woman).then(day - 40).otherwise(day).cast(pl.String).str.zfill(2) + nik.str.slice(8, 4)
    counts = accepted.filter(nik != "").select(
        (printed != pl.col("born").dt.strftime("%d%m%y")).sum().alias("nik_birth"),
        (woman != (pl.col("sex") == "2")).sum().alias("nik_sex"),
    )
    found = {name: count for name, count in counts.row(0, named=True).items() if count} if accepted.height else {}
    without = accepted.filter(nik == "").height
    return found | ({"nik_empty": without} if without else {})
