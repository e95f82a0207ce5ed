"""Finds the row of headings: files begin with titles, empty rows, and headings of two rows with merged cells."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from households.importing.columns import plain

ROWS_LOOKED_AT = 10
# No heading holds a long number, and every row of data does.
LONG_NUMBER = re.compile(r"\d{6}")
# Columns by their heading as `plain` writes it; None when any heading will do.
Names = Mapping[str, str] | None


@dataclass(frozen=True)
class Heading:
    """The headings and the row they stand in, from 1; of two rows the lower one. `known`: how many name a column."""

    cells: list[str]
    row: int
    known: int = 0


def find_heading(rows: Sequence[Sequence[str]], names: Names) -> Heading | None:
    """Return the row among the first ones that names most columns, else the first with any text; None when all are empty.

    A row above or below it that names columns it leaves open belongs to it: headings of two rows.
    """
    top = [[cell.strip() for cell in row] for row in rows[:ROWS_LOOKED_AT]]
    filled = [n for n, row in enumerate(top) if any(row)]
    if not filled:
        return None
    if names is None:
        return Heading(top[filled[0]], filled[0] + 1)
    best = max(filled, key=lambda n: _known(top[n], names))
    found = Heading(top[best], best + 1, _known(top[best], names))
    if not found.known:
        return Heading(top[filled[0]], filled[0] + 1)
    pairs = [(best - 1, best)] if best else []
    if best + 1 < len(top) and not any(LONG_NUMBER.search(cell) for cell in top[best + 1]):
        pairs.append((best, best + 1))
    for upper, lower in pairs:
        cells = _one_row(top[upper], top[lower], names)
        if (known := _known(cells, names)) > found.known:
            found = Heading(cells, lower + 1, known)
    return found


def _known(cells: Sequence[str], names: Mapping[str, str]) -> int:
    return len({names[heading] for cell in cells if (heading := plain(cell)) in names})


def _one_row(upper: list[str], lower: list[str], names: Mapping[str, str]) -> list[str]:
    width = max(len(upper), len(lower))
    above, below = ([*row, *[""] * (width - len(row))] for row in (upper, lower))
    return [a if plain(a) in names and plain(b) not in names else b or a for a, b in zip(above, below, strict=True)]
