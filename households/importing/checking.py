"""Checks every row of an extract at once and turns words into codes. Refusals carry the codes of `households.refusals`."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

import polars as pl

from households.codebook.words import MARITAL, RELATION, SEX
from households.importing import answering, recognising
from households.validators import DIGITS, OLDEST_YEARS, PERIOD
from slrt.core.numbers import masked

SPACES = re.compile(r"\s+")
# As days of a spreadsheet these would be in 1905, when nobody was born who lives today.
YEAR_ONLY = r"^(18|19|20)\d\d(\.0)?$"
SCIENTIFIC = r"^\d+([.,]\d+)?[eE]\+?\d+$"


# Marks that nobody sees: they come along when a number is copied from a message or a page.
INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff"
# What people write between the digits of a number.
BETWEEN_DIGITS = rf"[\s.\-'’`{INVISIBLE}]"
# What may hold a NIK that was written into a text; `slrt.core.numbers` says whether it does.
MANY_DIGITS = r"[0-9](?:[\s.\-_/'’`]{0,3}[0-9]){14}"
# Which family and person a refused row was about, null for a good one: nobody misses who stands in the file.
REFUSED_KEYS = ("official", "kk", "person", "name")
OFFICIAL_ID = 30  # signs that the registry keeps of an official family id
# What is read out of these stands in other columns; several parts are in memory at once.
READ = (
    "NO_KK",
    "NIK",
    "NAMA",
    "TGL_LAHIR",
    "JENIS_KELAMIN",
    "HUB_KELUARGA",
    "KODE_DESA",
    "unread",
    "reason",
    "village_refusal",
)
# Sixteen times one digit, which is what people type to get past a field, is a multiple of this.
ONE_DIGIT = int("1" * DIGITS)


def villages_in(frame: pl.DataFrame) -> list[str]:
    """Return the village codes a table from `reading.read` names, with dots, right or wrong."""
    return (
        frame.select(pl.col("KODE_DESA").unique()).select(_dotted(pl.col("KODE_DESA")).unique()).to_series().to_list()
    )


def check_rows(
    part: pl.DataFrame, villages: Iterable[str], areas: tuple[str, ...], today: date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Check each row of a part by itself; return the good ones (clean columns, codes and digests) and the marks of all of them.

    `villages`: those of its codes that exist; `areas`: prefixes the importer may write in.
    """
    family = pl.when(pl.col("ID_KELUARGA") != "").then(pl.col("ID_KELUARGA")).otherwise(pl.col("no_kk_digits"))
    # Sixteen digits are one whole number.
    numbers = [
        pl.col(digits).cast(pl.UInt64, strict=False).alias(name)
        for digits, name in (("nik_digits", "nik"), ("no_kk_digits", "card"))
    ]
    table = (
        part.lazy()
        .with_columns(*_cleaned(), _born(part), *_codes(part), *_villages(part, frozenset(villages), areas))
        .with_columns(family.alias("family"), _period_is_odd(today).alias("period_odd"), *numbers)
        .collect()
    )
    table = table.with_columns(_refusal(table, today).alias("reason"))
    marks = table.select(
        "line",
        pl.col("reason").cast(pl.Categorical),
        # Sixty-four bits tell families apart: of a million, two look alike once in forty million files.
        pl.col("family").hash(),
        "nik",
        "card",
        pl.struct(name for name in part.columns if name != "line").hash().alias("whole"),
        (pl.col("relation") == "1").fill_null(False).alias("head"),
        pl.col("village").cast(pl.Categorical),
        *(
            pl.when(pl.col("reason").is_not_null()).then(pl.col(column)).alias(name)
            for name, column in zip(REFUSED_KEYS, ("ID_KELUARGA", "no_kk_digits", "nik_digits", "name"), strict=True)
        ),
    )
    good = table if table["reason"].null_count() == table.height else table.filter(pl.col("reason").is_null())
    return recognising.with_digests(_ranked(good)).drop(READ), marks


def _cleaned() -> list[pl.Expr]:
    digits = [
        pl.col(name).str.replace_all(BETWEEN_DIGITS, "").alias(f"{name.lower()}_digits") for name in ("NO_KK", "NIK")
    ]
    return [
        *digits,
        _worded(pl.col("NAMA").str.replace_all(r"\s+", " ")).alias("name"),
        *(_worded(pl.col(name)) for name in ("ALAMAT", "TMP_LAHIR", "PEKERJAAN")),
        pl.col("DESIL").str.replace(r"\.0$", "").cast(pl.Int16, strict=False).alias("decile"),
    ]


def _worded(text: pl.Expr) -> pl.Expr:
    """A text as it is kept: a NIK or KK number in it masked."""
    return text.map_batches(_masked, return_dtype=pl.String)


def _masked(texts: pl.Series) -> pl.Series:
    odd = texts.str.contains(MANY_DIGITS).fill_null(False).arg_true()
    return texts.scatter(odd, [masked(text) for text in texts.gather(odd)]) if len(odd) else texts


def _born(part: pl.DataFrame) -> pl.Series:
    """The days of birth of a part. Only what is written in none of the two usual ways is looked at in every way."""
    texts, born = part["TGL_LAHIR"], pl.Series("born", [None] * part.height, dtype=pl.Date)
    readings = (
        lambda text: text.str.to_date("%Y-%m-%d", strict=False),
        lambda text: text.str.to_date("%d/%m/%Y", strict=False),
        lambda text: text.to_frame().select(cleaned_date(pl.col("TGL_LAHIR"))).to_series(),
    )
    for reading in readings:
        left = born.is_null().arg_true()
        if not len(left):
            break
        found = reading(texts.gather(left))
        born = born.scatter(left, found.set(found.dt.year() < 1000, None))
    return born


def _villages(part: pl.DataFrame, known: frozenset[str], areas: tuple[str, ...]) -> list[pl.Expr]:
    """The village of each row with dots, and why it is refused, if it is: a part names few villages, each in many rows."""
    codes = part["KODE_DESA"].unique().alias("KODE_DESA")
    villages = codes.to_frame().select(_dotted(pl.col("KODE_DESA"))).to_series().to_list()
    refusals = [
        "village_unknown" if village not in known else None if village.startswith(areas) else "village_outside"
        for village in villages
    ]
    return [
        pl.col("KODE_DESA").replace_strict(codes, pl.Series(values, dtype=pl.String)).alias(name)
        for name, values in (("village", villages), ("village_refusal", refusals))
    ]


def cleaned_date(text: pl.Expr) -> pl.Expr:
    """Read a date written as ISO, day first, or as a spreadsheet keeps it; null for what is none, for a year alone and of two digits."""
    text = text.str.replace_all(f"[{INVISIBLE}]", "")
    iso = text.str.replace(r"[T ]00:00(:00(\.0+)?)?$", "").str.to_date("%Y-%m-%d", strict=False)
    day_first = text.str.replace_all(r"[-.]", "/").str.to_date("%d/%m/%Y", strict=False)
    serial = pl.when(text.str.contains(r"^\d{4,5}(\.0)?$") & ~text.str.contains(YEAR_ONLY)).then(
        text.cast(pl.Float64, strict=False).cast(pl.Int32, strict=False)
    )
    found = pl.coalesce(iso, day_first, (pl.lit(date(1899, 12, 30)) + pl.duration(days=serial)).cast(pl.Date))
    return pl.when(found.dt.year() >= 1000).then(found)


def _dotted(code: pl.Expr) -> pl.Expr:
    """Ten digits as the regions write them; anything longer stays whole and names no village. A spreadsheet adds ".0"."""
    digits = code.str.replace(r"^(\d{10})\.0$", "${1}").str.replace_all(f"[.\\s{INVISIBLE}]", "")
    parts = [digits.str.slice(start, length) for start, length in ((0, 2), (2, 2), (4, 2), (6, None))]
    return pl.concat_str(parts, separator=".")


def _codes(part: pl.DataFrame) -> list[pl.Expr]:
    """The codes of what is said in words, null for what is none: few words, each in many rows."""

    def word(column: str, codes: dict[str, str]) -> pl.Expr:
        said = part[column].unique()
        # One by one: of so few, handing them over takes longer.
        found = [codes.get(SPACES.sub(" ", text.upper())) for text in said.to_list()]
        return pl.col(column).replace_strict(said, pl.Series(found, dtype=pl.String), return_dtype=pl.String)

    return [
        word("JENIS_KELAMIN", SEX).alias("sex"),
        word("HUB_KELUARGA", RELATION).alias("relation"),
        word("STATUS_KAWIN", MARITAL).alias("marital"),
    ]


def number_refusal(column: str, kind: str) -> pl.Expr:
    """Why a number is not sixteen digits; `<column>_digits` holds it cleaned."""
    digits = pl.col(f"{column.lower()}_digits")
    return (
        pl.when(pl.col(column).str.strip_chars("'").str.contains(SCIENTIFIC))
        .then(pl.lit(f"{kind}_float"))
        .when(~digits.str.contains(r"^[0-9]*$"))
        .then(pl.lit(f"{kind}_letters"))
        .when(digits.str.len_chars() != 16)
        .then(pl.lit(f"{kind}_short"))
    )


def _shapes(part: pl.DataFrame, column: str, kind: str) -> pl.Series:
    """Why each number of a part is not sixteen digits; only those are looked at closely that do not look like such a number at once."""
    digits = pl.col(f"{column.lower()}_digits")
    value = digits.cast(pl.UInt64, strict=False)
    plain = (digits.str.len_bytes() == DIGITS) & value.is_between(10 ** (DIGITS - 1), 10**DIGITS - 1)
    odd = part.select(~plain.fill_null(False)).to_series().arg_true()
    shapes = pl.Series([None] * part.height, dtype=pl.String)
    return shapes.scatter(odd, part[odd].select(number_refusal(column, kind)).to_series()) if len(odd) else shapes


def _printed(nik: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr, pl.Expr]:
    """Day (a woman's has forty added), month, year without its century and serial of a NIK that is a whole number."""
    return nik // 10**8 % 100, nik // 10**6 % 100, nik // 10**4 % 100, nik % 10**4


def _nik_refusal(shapes: pl.Series) -> pl.Expr:
    day, month, year, serial = _printed(pl.col("nik"))
    # Whatever is a day of 19yy is one of 20yy too: 1900 alone lacks a day that its counterpart has.
    last = pl.when(month == 2).then(28 + (year % 4 == 0)).when(month.is_in([4, 6, 9, 11])).then(30).otherwise(31)
    day = pl.when(day > 40).then(day - 40).otherwise(day)
    impossible = pl.when((month < 1) | (month > 12) | (day < 1) | (day > last)).then(pl.lit("nik_bad_date"))
    zero = pl.when(serial == 0).then(pl.lit("nik_serial_zero"))
    return pl.when(pl.col("nik_digits") != "").then(pl.coalesce(shapes, impossible, zero))


def _kk_refusal(shapes: pl.Series) -> pl.Expr:
    card = pl.col("card")
    impossible = pl.when((card % 10**4 == 0) | (card % ONE_DIGIT == 0)).then(pl.lit("kk_impossible"))
    return pl.coalesce(shapes, impossible)


def _period_is_odd(today: date) -> pl.Expr:
    """Whether a period is no quarter, or one so far ahead that no later file could follow it."""
    period = pl.col("PERIODE_DESIL")
    ahead = period.str.slice(0, 4).cast(pl.Int32, strict=False) > today.year + 1
    return (period != "") & (~period.str.contains(PERIOD) | ahead.fill_null(False))


def _ranked(good: pl.DataFrame) -> pl.DataFrame:
    """Leave out deciles of a period that cannot be compared with others (see `warnings`); all else of the row stays."""
    if not good["period_odd"].any():
        return good
    odd = pl.col("period_odd")
    return good.with_columns(
        pl.when(~odd).then(pl.col("decile")).alias("decile"),
        pl.when(odd).then(pl.lit("")).otherwise(pl.col("PERIODE_DESIL")).alias("PERIODE_DESIL"),
    )


def _refusal(part: pl.DataFrame, today: date) -> pl.Expr:
    born = pl.col("born")
    oldest = today.replace(year=today.year - OLDEST_YEARS, day=min(today.day, 28))
    year_only = pl.col("TGL_LAHIR").str.contains(YEAR_ONLY)
    return pl.coalesce(
        pl.col("unread"),
        _kk_refusal(_shapes(part, "NO_KK", "kk")),
        _nik_refusal(_shapes(part, "NIK", "nik")),
        pl.when(pl.col("name") == "").then(pl.lit("name_empty")),
        pl.when(~pl.col("name").str.contains(r"\p{L}")).then(pl.lit("name_letters")),
        # No name holds a number; this one has swallowed its neighbours' cells.
        *(pl.when(pl.col(c).str.contains(r"\d{16}")).then(pl.lit("name_number")) for c in ("NAMA", "NAMA_IBU")),
        pl.when(year_only).then(pl.lit("birth_year_only")),
        pl.when(born.is_null()).then(pl.lit("birth_garbage")),
        pl.when(born > today).then(pl.lit("birth_future")),
        pl.when(born < oldest).then(pl.lit("birth_too_old")),
        pl.when(pl.col("sex").is_null()).then(pl.lit("sex_unknown")),
        pl.when(pl.col("relation").is_null()).then(pl.lit("relation_unknown")),
        pl.col("village_refusal"),
        # Two ids that differ only beyond what is kept would become one.
        pl.when(pl.col("ID_KELUARGA").str.len_chars() > OFFICIAL_ID).then(pl.lit("official_id_long")),
        pl.when((pl.col("DESIL") != "") & ~pl.col("decile").is_between(1, 10).fill_null(False)).then(
            pl.lit("decile_range")
        ),
    )


def warnings(accepted: pl.DataFrame) -> Counter[str]:
    """Count what was accepted although something is odd: unknown codes, a NIK that disagrees, no NIK at all."""
    nik, given = pl.col("nik"), pl.col("nik_digits") != ""
    day, month, year, _serial = _printed(nik)
    woman, born = day > 40, pl.col("born").dt
    printed = (pl.when(woman).then(day - 40).otherwise(day), month, year)
    differs = pl.any_horizontal(
        a != b for a, b in zip(printed, (born.day(), born.month(), born.year() % 100), strict=True)
    )
    counts = accepted.select(
        ((pl.col("STATUS_KAWIN") != "") & pl.col("marital").is_null()).sum().alias("code_status_kawin"),
        (given & differs).sum().alias("nik_birth"),
        (given & (woman != (pl.col("sex") == "2"))).sum().alias("nik_sex"),
        (~given).sum().alias("nik_empty"),
        (pl.col("period_odd") & (pl.col("DESIL") != "")).sum().alias("period_odd"),
    )
    odd = answering.odd(accepted)
    return odd + Counter({name: count for name, count in counts.row(0, named=True).items() if count})
