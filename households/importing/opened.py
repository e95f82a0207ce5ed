"""What a reader of one kind of file hands on: the headings, and the rows as texts, part after part."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl


@dataclass
class Opened:
    """A file whose headings were found.

    `parts` takes the numbers of the columns whose cells are short, from 0, and yields frames, to be gone through once: `line` (the row's
    number in the spreadsheet), `unread` (why the row is refused before anybody looks at what it says, else null), and the
    cells as texts in columns "0", "1", … `merged` tells that cells below or in the headings are merged, `others` which
    other sheets the workbook shows: they are not read.
    """

    headers: list[str]
    row: int
    kind: str
    parts: Callable[[frozenset[int]], Iterator[pl.DataFrame]] = field(repr=False)
    sheet: str = ""
    merged: bool = False
    others: tuple[str, ...] = ()


def frame_of(
    lines: Sequence[int] | pl.Series, reasons: Sequence[str | None], rows: Sequence[Sequence[str]], width: int
) -> pl.DataFrame:
    """A frame as `parts` yields it, of rows that were read one by one."""
    cells = zip(*rows, strict=True) if rows else ((),) * width
    return pl.DataFrame(
        [
            pl.Series("line", lines, dtype=pl.UInt32),
            pl.Series("unread", reasons, dtype=pl.String),
            *(pl.Series(str(n), column, dtype=pl.String) for n, column in enumerate(cells)),
        ]
    )
