"""The last family of a file that breaks off in the middle of a row: whoever else belongs to it may have stood behind the end.

Nobody misses who was in rows that never came. They count as people of a refused row that does not say whom it is about
(`missing`): of such a family nobody is missed.
"""

import polars as pl

from households.importing.checking import REFUSED_KEYS
from households.validators import DIGITS

OFFICIAL, CARD, *PERSON = REFUSED_KEYS
WHOLE = pl.col(CARD).str.len_bytes() == DIGITS


class LastFamily:
    """Goes along with a file's parts and tells whose rows may go on behind its end."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}
        self._cut = False

    def look(self, good: pl.DataFrame, marked: pl.DataFrame) -> None:
        """Take the good rows of the next part and the marks of all its rows."""
        if not marked.height:
            return
        cut = pl.col("reason") == "row_cut"
        self._cut = bool(marked.sort("line").tail(1).select(cut.fill_null(False)).item())
        refused = marked.filter(pl.col("reason").is_not_null()).select(
            # What came last in a row that was cut off may be cut off itself: only a card's number tells that it is whole.
            "line",
            pl.when(~cut).then(pl.col(OFFICIAL)).otherwise(pl.lit("")).alias(OFFICIAL),
            CARD,
        )
        rows = pl.concat(
            [good.select("line", pl.col("ID_KELUARGA").alias(OFFICIAL), pl.col("no_kk_digits").alias(CARD)), refused]
        )
        told = rows.filter((pl.col(OFFICIAL) != "") | WHOLE).sort("line").tail(1).drop("line")
        self._keys = next(told.iter_rows(named=True), self._keys)

    def goes_on(self) -> pl.DataFrame | None:
        """Return the family as a refused row about nobody by name, None of a file that ends as it should."""
        if not self._cut or not self._keys:
            return None
        return pl.DataFrame([{**self._keys, **dict.fromkeys(PERSON, "")}]).select(REFUSED_KEYS)
