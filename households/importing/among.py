"""Compares the rows of one file with each other: what is possible alone but not together.

Of each row only its marks are kept (see `checking.check_rows`), so that a file of a million rows fits.
"""

import polars as pl


def among(marks: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Compare the rows of a whole file: return refused lines with reasons, and the lines that only repeat an earlier row.

    Refused are, besides those refused by themselves, rows that are possible alone but not together: one NIK twice, two heads,
    one family in two villages, one card with two families.
    """
    alike = marks.filter(pl.col("whole").is_in(_several(marks["whole"])))
    # Alike in what is compared exactly and in 64 bits of all the rest.
    repeated = alike.filter(~pl.struct("whole", "family", "nik", "village").is_first_distinct())["line"]
    once = marks.filter(~pl.col("line").is_in(repeated.implode())) if len(repeated) else marks
    # Of a million rows each column takes megabytes: only what is compared is taken, and no copy where nothing is left out.
    good = once if once["reason"].null_count() == once.height else once.filter(pl.col("reason").is_null())
    good = good[["line", "family", "nik", "card", "head", "village"]]
    twice = good.filter(pl.col("nik").is_in(_several(good["nik"])))
    leading = _several(good["family"].filter(good["head"]))
    apart = _with_several(good, "family", "village")
    shared = _with_several(good, "card", "family")
    said = [
        once.filter(pl.col("reason").is_not_null()).select("line", pl.col("reason").cast(pl.String)),
        twice.select("line", pl.lit("nik_twice").alias("reason")),
        good.filter(pl.col("head") & pl.col("family").is_in(leading)).select(
            "line", pl.lit("head_twice").alias("reason")
        ),
        good.filter(pl.col("family").is_in(apart)).select("line", pl.lit("kk_two_villages").alias("reason")),
        good.filter(pl.col("card").is_in(shared)).select("line", pl.lit("kk_two_families").alias("reason")),
    ]
    return pl.concat(said).unique("line", keep="first", maintain_order=True), repeated


# Both sort instead of grouping, and a share of the values after the other: groups of a million take a hundred megabytes, sorting them
# all at once takes fifty.
SHARES = 8


def _several(values: pl.Series) -> pl.Series:
    """What stands in a column more than once, as `is_in` takes it."""
    found = []
    for share in range(SHARES):
        ordered = values.filter(values % SHARES == share).sort()  # none of the nulls
        found.append(ordered.filter(ordered == ordered.shift(1)).unique())
    return pl.concat(found).implode()


def _with_several(rows: pl.DataFrame, column: str, other: str) -> pl.Series:
    """What stands in a column beside more than one value of the other, as `is_in` takes it."""
    same, differs = pl.col(column) == pl.col(column).shift(1), pl.col(other) != pl.col(other).shift(1)
    found = []
    for share in range(SHARES):
        ordered = rows[[column, other]].filter(pl.col(column) % SHARES == share).drop_nulls().sort(column, other)
        found.append(ordered.filter(same & differs)[column].unique())
    return pl.concat(found).implode()
