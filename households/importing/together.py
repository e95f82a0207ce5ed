"""Keeps the rows of a family together that stand one below the other, wherever a block of the file ends.

A family whose rows come in two parts has no digest (`recognising`): all that the registry keeps of it would be compared each time.
"""

from collections.abc import Iterable, Iterator

import polars as pl

KEYS = ("ID_KELUARGA", "NO_KK")
# Rows at the end of a part that are looked at. A larger family may come in two parts.
LONGEST = 64


def families_together(parts: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Yield the same rows in the same order, a part cut where a family ends; no part is empty (columns "ID_KELUARGA" and "NO_KK")."""
    before: pl.DataFrame | None = None
    for part in parts:
        if before is not None:
            goes_on = _going_on(before, part)
            if goes_on < before.height:
                yield before.head(before.height - goes_on)
            if goes_on:
                part = pl.concat([before.tail(goes_on), part], how="vertical_relaxed", rechunk=True)
        before = part
    if before is not None:
        yield before


def _going_on(before: pl.DataFrame, part: pl.DataFrame) -> int:
    """How many rows at the end of a part are of the family with which the next begins."""
    keys = part.select(KEYS).row(0)
    end = before.select(KEYS).tail(LONGEST).rows()
    others = [place for place, said in enumerate(end) if said != keys]
    rows = len(end) - 1 - others[-1] if others else len(end)
    return rows if any(keys) and rows < LONGEST else 0
