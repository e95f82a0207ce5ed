"""Numbers the families of a file in the order in which it brings them, also those whose rows come in several parts of it.

Of each family twenty bytes are kept, so that a file of a million rows fits; with its name in a dictionary each would take 150.
"""

import polars as pl

# Two hashes tell families apart where one could take two for the same: their people would become one family.
SEEDS = {"one": 1, "other": 2}
KEPT = {"one": pl.UInt64, "other": pl.UInt64, "n": pl.Int32}


class Numbers:
    """The numbers of a file's families so far."""

    def __init__(self) -> None:
        self._seen = pl.DataFrame(schema=KEPT)

    def number(self, part: pl.DataFrame) -> tuple[pl.DataFrame, int]:
        """Return a part with its families' numbers as column "n", and which is the first that is new. Column "family"."""
        families = part.select("family").unique(maintain_order=True)
        before = self._seen.height
        known = self._known(families)["n"]
        new = known.is_null()
        numbers = known.fill_null(new.cum_sum().cast(pl.Int32) + (before - 1)).alias("n")
        self._seen.extend(_keys(families).with_columns(numbers).filter(new))
        return part.join(families.with_columns(numbers), "family", maintain_order="left"), before

    def of(self, part: pl.DataFrame) -> pl.Series:
        """The numbers of the families of a part's rows, null where it was none of the file's. Column "family"."""
        return self._known(part)["n"]

    def _known(self, rows: pl.DataFrame) -> pl.DataFrame:
        keys = _keys(rows)
        # Few of them came before; all that did are many to join with.
        before = self._seen.join(keys, ["one", "other"], how="semi")
        return keys.join(before, ["one", "other"], how="left", maintain_order="left")


def _keys(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(pl.col("family").hash(seed).alias(name) for name, seed in SEEDS.items())
