"""Turns the answers of an extract's rows into JSON of known codes."""

from collections import Counter
from collections.abc import Iterable

import polars as pl

from households.codebook import BOOKS
from households.codebook.words import YES_NO
from households.codebook.yes_no import ROWS, codes_under_heading
from households.importing.columns import GOODS, HOUSE_ANSWERS, PERSON_CODES, PERSON_FLAGS, TWO_DIGITS

BOOK = BOOKS["bdt2015"]


PERSON_COLUMNS = (*PERSON_CODES, *PERSON_FLAGS)


def house_columns(columns: Iterable[str]) -> list[str]:
    """Of a table's columns, those that answer for the house."""
    have = set(columns)
    return [*HOUSE_ANSWERS, *(name for name in GOODS if name in have)]


def with_house_answers(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `house_answers`: JSON of known codes; what the book does not know is left out (see `checking.warnings`)."""
    return _written(rows, house_columns(rows.columns), "house_answers", goods(rows.columns))


def with_person_answers(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `person_answers` in the same way."""
    return _written(rows, [*PERSON_COLUMNS], "person_answers")


def _written(rows: pl.DataFrame, columns: list[str], name: str, more: pl.Expr | None = None) -> pl.DataFrame:
    """Add what these columns say as one JSON object. Many rows answer alike, so that each set of answers is written once."""
    coded = [CODES[column] for column in columns if column in CODES]
    alike = rows.select(columns).unique()
    written = alike.with_columns(code.alias(code_name) for code_name, code in coded).with_columns(
        _json([code_name for code_name, _code in coded], more).alias(name)
    )
    return rows.join(written.select(*columns, name), columns, "left", maintain_order="left")


def _code(column: str, name: str) -> pl.Expr:
    text = pl.col(column).str.replace(r"\.0$", "")
    if column in TWO_DIGITS:
        text = pl.when(text != "").then(text.str.zfill(2)).otherwise(pl.lit(""))
    variable = BOOK[name]
    known = text.str.contains(r"^\d{1,4}$") if variable.kind == "number" else text.is_in(list(variable.codes))
    return pl.when(known).then(text)


def _flag(column: str) -> pl.Expr:
    return pl.col(column).str.to_uppercase().replace_strict(YES_NO, default=None, return_dtype=pl.String)


def good(column: str) -> pl.Expr:
    """Return the code of one kind of goods, "1" or "2", null for what is neither."""
    codes = {**YES_NO, **codes_under_heading(ROWS.index(GOODS[column]))}
    return pl.col(column).str.to_uppercase().replace_strict(codes, default=None, return_dtype=pl.String)


def goods(columns: Iterable[str]) -> pl.Expr | None:
    """Return the list of goods as JSON, null where it has a gap: a row that was not read is no "no". None for a file without them."""
    if not GOODS.keys() <= set(columns):
        return None
    said = {name: good(column) for column, name in GOODS.items()}
    have = pl.concat_str(
        [pl.when(code == "1").then(pl.lit(f'"{name}"')) for name, code in said.items()],
        separator=",",
        ignore_nulls=True,
    )
    whole = pl.all_horizontal(code.is_not_null() for code in said.values())
    return pl.when(whole).then(pl.format('"aset":[{}]', have))


def odd(rows: pl.DataFrame) -> Counter[str]:
    """Count the answers that the book does not know, by column, and the lists of goods that have a gap."""
    present = [column for column in GOODS if column in rows.columns]
    house = {column: CODES[column][1] for column in HOUSE_ANSWERS} | {column: good(column) for column in present}
    person = {column: CODES[column][1] for column in (*PERSON_CODES, *PERSON_FLAGS)}
    signs = _unknown(house)
    if present:
        listed = goods(present)
        gap = pl.lit(True) if listed is None else listed.is_null()
        signs["goods_gap"] = gap & pl.any_horizontal(pl.col(column) != "" for column in present)
    return _counted(rows, list(house), signs) + _counted(rows, list(person), _unknown(person))


def _unknown(codes: dict[str, pl.Expr]) -> dict[str, pl.Expr]:
    return {f"code_{column.lower()}": (pl.col(column) != "") & code.is_null() for column, code in codes.items()}


def _counted(rows: pl.DataFrame, columns: list[str], signs: dict[str, pl.Expr]) -> Counter[str]:
    """In how many rows each sign stands; the signs are looked for once in rows that say the same in these columns."""
    alike = rows.group_by(columns).len()
    counts = alike.select((sign * pl.col("len")).sum().alias(name) for name, sign in signs.items()).row(0, named=True)
    return Counter({name: count for name, count in counts.items() if count})


# Column of the extract -> variable and the expression of its code.
CODES: dict[str, tuple[str, pl.Expr]] = {
    **{column: (name, _code(column, name)) for column, name in {**HOUSE_ANSWERS, **PERSON_CODES}.items()},
    **{column: (name, _flag(column)) for column, name in PERSON_FLAGS.items()},
}


def _json(names: Iterable[str], more: pl.Expr | None = None) -> pl.Expr:
    """One JSON object of the columns that hold a code; the codes hold nothing that JSON would have to escape.

    The names stand in the order in which PostgreSQL keeps them, which spares it the sorting. `more` is a pair already written,
    and comes first.
    """
    pairs = [
        pl.format('"{}":"{}"', pl.lit(name), pl.col(name)) for name in sorted(names, key=lambda name: (len(name), name))
    ]
    written = [more, *pairs] if more is not None else pairs
    return pl.concat_str([pl.lit("{"), pl.concat_str(written, separator=",", ignore_nulls=True), pl.lit("}")])
