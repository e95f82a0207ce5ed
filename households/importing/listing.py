"""Reads, checks and compares a file of another kind than the extract (see `kinds`)."""

from collections import Counter
from typing import Any

import polars as pl

from households.importing.examining import Examined, Tell, whole
from households.importing.kinds import KINDS, Kind, Rows, check_rows
from households.importing.reading import Table, read
from households.importing.staging import looking_into
from households.models import ImportRun
from slrt.accounts.roles import Permission


def kind_of(run: ImportRun) -> Kind:
    """The kind of a run's file."""
    return KINDS[run.kind]


def table_of(run: ImportRun) -> Table:
    """Open a run's file. Raises Unreadable."""
    return read(whole(run), kind_of(run).columns, run.mapping)


def examine(run: ImportRun, tell: Tell | None = None) -> tuple[Examined, dict[str, Any]]:
    """Check every row and stage the good ones; return what was found, and the counts that stand on the run."""
    kind = kind_of(run)
    table, rows, found = table_of(run), Rows(kind, run.pk), Examined()
    found.kind, found.heading_row = table.kind, table.heading_row
    rows.begin()
    refused = []
    for part in table.parts:
        checked = check_rows(kind, part)
        refused.append(checked.filter(pl.col("reason").is_not_null()).select("line", "reason"))
        rows.take(checked.filter(pl.col("reason").is_null()))
        found.rows += part.height
        if tell:
            tell(found.rows)
    with looking_into(run.pk):
        statuses = Counter(rows.compare(run.started_by.areas_for(Permission.IMPORT_RUN)))
        by_registry = pl.DataFrame(rows.refused(), schema={"line": pl.UInt32, "reason": pl.String}, orient="row")
    found.refused = pl.concat([*refused, by_registry])
    found.repeated = statuses["repeated"]
    people = {name: statuses[name] for name in ("new", "changed", "unchanged")}
    households = dict.fromkeys(people, 0)
    return found, found.counts() | {
        "people": people,
        "households": households,
        "conflicts": 0,
        "missing": 0,
        "villages": [],
    }
