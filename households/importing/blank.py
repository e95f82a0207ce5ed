"""What each kind of file needs and may hold, from the tables that reading goes by, and a blank sheet with these headings."""

from dataclasses import dataclass

import polars as pl

from households.choices.imports import ImportKind
from households.importing.columns import EXTRACT, Columns
from households.importing.kinds import KINDS
from households.importing.rejects import workbook


@dataclass(frozen=True)
class Headings:
    """Of one kind of file: headings it has to have, keys of which each row needs one, and headings it may have besides."""

    kind: ImportKind
    needed: tuple[str, ...]
    one_of: tuple[str, ...]
    known: tuple[str, ...]


def columns_of(kind: str) -> Columns:
    """The columns of a kind of file. Raises KeyError for an unknown one."""
    return EXTRACT if kind == ImportKind.EXTRACT else KINDS[kind].columns


def headings() -> list[Headings]:
    """Return what each kind of file needs and knows, in the order in which the kinds are offered."""
    return [_headings(kind) for kind in ImportKind if kind == ImportKind.EXTRACT or kind in KINDS]


def _headings(kind: ImportKind) -> Headings:
    columns = columns_of(kind)
    keys = () if kind == ImportKind.EXTRACT else KINDS[kind].keys
    one_of = tuple(key for key in keys if key not in columns.required)
    known = tuple(name for name in (*columns.optional, *columns.seldom) if name not in one_of)
    return Headings(kind, columns.required, one_of, known)


def sheet(kind: str) -> bytes:
    """Return a workbook with the headings of a kind and no row; every cell is a text. Raises KeyError for an unknown kind."""
    columns = columns_of(kind)
    titles = [*columns.all, *columns.seldom]
    return workbook(titles, pl.DataFrame(schema=dict.fromkeys(titles, pl.String)))
