"""What a reader of workbooks hands on of one sheet."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

import polars as pl

from households.importing.headings import ROWS_LOOKED_AT, Heading, Names

SHEET_ROWS = 5_000  # looked at together


@dataclass
class Sheet:
    """A sheet with the headings that were found on it, and the row they stand in, from 1.

    `below` yields the rows that follow, SHEET_ROWS together, their cells as texts in columns "0", "1", …; it can be gone
    through once. `covered` takes the numbers of the columns whose cells are short, from 0, and tells the rows, from 1, in
    which a merged cell leaves one of them empty.
    """

    name: str
    heading: Heading | None
    row: int
    below: Iterator[pl.DataFrame] = field(repr=False)
    merged: bool = False
    covered: Callable[[frozenset[int]], frozenset[int]] = field(default=lambda short: frozenset(), repr=False)

    @property
    def known(self) -> int:
        return self.heading.known if self.heading else 0


class Book(Protocol):
    """A workbook: the names of the sheets that are not hidden, and each of them by its name."""

    shown: list[str]

    def sheet(self, name: str, names: Names) -> Sheet: ...


def first_rows(rows: Iterator[Sequence[Any]]) -> tuple[int, list[Sequence[Any]]]:
    """Take the first rows that headings may stand in; return how many without a word stand above them, and them."""
    for empty, row in enumerate(rows):
        if any(str(cell).strip() for cell in row):
            return empty, [row, *islice(rows, ROWS_LOOKED_AT - 1)]
    return 0, []
