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

    def look(self, good: pl.DataFrame, refused: pl.DataFrame) -> None:
        """Take the good rows of the next part and the marks of its refused ones, both in the order of the file."""
        cut = pl.col("reason") == "row_cut"
        told: list[tuple[int, str, str]] = []
        if good.height:  # each names its family's card
            told.append((good["line"][-1], good["ID_KELUARGA"][-1], good["no_kk_digits"][-1]))
        if refused.height:
            # What came last in a row that was cut off may be cut off itself: only a card's number tells that it is whole.
            official = pl.when(~cut).then(pl.col(OFFICIAL)).otherwise(pl.lit("")).alias(OFFICIAL)
            told += refused.select("line", official, CARD).filter((pl.col(OFFICIAL) != "") | WHOLE).tail(1).rows()
        self._cut = bool(refused.height) and refused.tail(1).select(cut).item()
        if told:
            _line, *keys = max(told)
            self._keys = dict(zip((OFFICIAL, CARD), keys, strict=True))

    def goes_on(self) -> pl.DataFrame | None:
        """Return the family as a refused row about nobody by name, None of a file that ends as it should."""
        if not self._cut or not self._keys:
            return None
        return pl.DataFrame([{**self._keys, **dict.fromkeys(PERSON, "")}]).select(REFUSED_KEYS)
