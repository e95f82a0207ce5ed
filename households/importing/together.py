"""Keeps the rows of a family together that stand one below the other, wherever a block of the file ends.

A family whose rows come in two parts has no digest (`recognising`): all that the registry keeps of it would be compared each time.
"""

from collections.abc import Iterable, Iterator

import polars as pl

KEYS = ("ID_KELUARGA", "NO_KK")
# Rows at the end of a part that are looked at. A larger family may come in two parts.
LONGEST = 64


def families_together(parts: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Yield the same rows in the same order, none in an empty part; of each part the last family comes with the next.

    What comes last may be a part of its own: looking ahead for it would keep one part more in memory. Columns "ID_KELUARGA" and "NO_KK".
    """
    held: pl.DataFrame | None = None
    for part in parts:
        table = part if held is None else pl.concat([held, part], how="vertical_relaxed")
        of_last = _of_last_family(table)
        # Made anew: a slice would keep all of its part in memory.
        held = pl.DataFrame(table.tail(of_last).rows(), table.schema, orient="row") if of_last else None
        if of_last < table.height:
            yield table.head(table.height - of_last)
    if held is not None:
        yield held


def _of_last_family(table: pl.DataFrame) -> int:
    """How many rows at the end of a part are of one family; none where they name no family or are too many to be held."""
    end = [*zip(*(table[name].tail(LONGEST).to_list() for name in KEYS), strict=True)]
    others = [place for place, keys in enumerate(end) if keys != end[-1]]
    rows = len(end) - 1 - others[-1] if others else len(end)
    return rows if any(end[-1]) and rows < LONGEST else 0
