"""Reads, checks and compares a file of another kind than the extract (see `kinds`)."""

from collections import Counter
from datetime import datetime
from typing import Any

import polars as pl

from households.importing import glimpsing, locking, meanwhile
from households.importing.counting import count_anew
from households.importing.examining import Examined, Tell, whole
from households.importing.kinds import KINDS, Kind, check_rows
from households.importing.reading import Table, read
from households.importing.rows import PassingRows, Rows
from households.importing.staging import is_kept_list, looking_into
from households.models import ImportRun

REFUSED = {"line": pl.UInt32, "reason": pl.String}
EDITED, EDITED_LINES = "edited_since", "edited_lines"


def kind_of(run: ImportRun) -> Kind:
    """The kind of a run's file."""
    return KINDS[run.kind]


def table_of(run: ImportRun) -> Table:
    """Open a run's file. Raises Unreadable."""
    return read(whole(run), kind_of(run).columns, run.mapping)


def stage(run: ImportRun, rows: Rows, tell: Tell | None = None) -> Examined:
    """Check every row by itself and stage the good ones. Raises Unreadable."""
    table, found = table_of(run), Examined()
    found.opened(table)
    found.ignored = table.unused
    rows.begin()
    refused = []
    for part in table.parts:
        checked = check_rows(rows.kind, part)
        refused.append(checked.filter(pl.col("reason").is_not_null()).select("line", "reason"))
        rows.take(checked.filter(pl.col("reason").is_null()))
        found.rows += part.height
        if tell:
            tell(found.rows, found.heading_row)
    found.refused = pl.concat(refused)
    return found


def compared(run: ImportRun, rows: Rows, alone: dict[str, int], since: datetime | None = None) -> dict[str, Any]:
    """Compare the staged rows with the registry; return the counts that stand on the run. Call inside `looking_into`.

    `alone`: how many rows were refused by themselves, by reason. `since`: when a person saw the comparison, see `Rows.compare`.
    """
    count_anew(rows.kind.joined)
    stood = meanwhile.mark_now()
    statuses = Counter(rows.compare(run.started_by.areas_for(rows.kind.permission), since))
    reasons = Counter(alone) + Counter(reason for _line, reason in rows.refused())
    nothing = dict.fromkeys(("new", "changed", "unchanged"), 0)
    counted = {name: statuses[name] for name in nothing}
    return {
        "rows": sum(statuses.values()) + sum(alone.values()),
        "staged": sum(statuses.values()),
        "accepted": sum(counted.values()),
        "refused": sum(reasons.values()),
        "repeated": statuses["repeated"],
        "reasons": dict(sorted(reasons.items(), key=lambda found: (found[1], found[0]), reverse=True)),
        "alone": alone,
        "warnings": {},
        "about": rows.kind.about,
        "people": nothing,
        "households": nothing,
        rows.kind.about: counted,
        "conflicts": 0,
        "missing": 0,
        meanwhile.COMPARED_AT_MARK: stood,
        **glimpsing.glimpse(rows.kind, counted),
    }


def examine(run: ImportRun, tell: Tell | None = None) -> tuple[Examined, dict[str, Any]]:
    """Check every row and stage the good ones; return what was found, and the counts that stand on the run."""
    rows = Rows(kind_of(run), run.pk)
    found = stage(run, rows, tell)
    with looking_into(run.pk):
        noted = {
            "heading_row": found.heading_row,
            "ignored": found.ignored,
            "columns": found.columns,
            **found.matching(),
        }
        noted |= {"sheet": found.sheet, "other_sheets": found.others[:20]}
        noted[meanwhile.SEEN_AT] = meanwhile.seen_at(rows.kind.joined)
        return found, {**noted, **compared(run, rows, found.counts()["reasons"])}


def compared_again(run: ImportRun, rows: Rows, checked_for: list[str]) -> dict[str, Any]:
    """Compare once more, of rows that are read anew when they are not all there, or were checked for another day or area.

    Whom they change is locked, and then compared anew unless nobody wrote before the locks were there: what the counts say is what
    will be written. The locked ones become only more, so that this ends. Steps of a workflow lock what they are about themselves
    and find out who was faster (`Kind.apply`).

    Call inside `looking_into` and behind the import lock: nobody drops the rows meanwhile. Raises Unreadable.
    """
    counts = run.counts
    kept = counts["checked_for"] == checked_for and is_kept_list(run.pk, counts.get("staged", -1))
    alone = counts["alone"] if kept else stage(run, rows).counts()["reasons"]
    since = meanwhile.since(counts)
    while True:
        found = compared(run, rows, alone, since)
        if rows.kind.apply or not locking.lock_rows():
            break
        if not rows.kind.apart and meanwhile.still_stands(found):
            break
    edited = {EDITED_LINES: rows.edited_lines()} if EDITED in found["reasons"] else {}
    return {**counts, "checked_for": checked_for, **found, **edited}


def refused_rows(run: ImportRun, tell: Tell | None = None) -> Examined:
    """Check and compare a file without touching the rows that wait to be applied. Raises Unreadable."""
    rows = PassingRows(kind_of(run), run.pk)
    with rows.passing():
        found = stage(run, rows, tell)
        rows.compare(run.started_by.areas_for(rows.kind.permission))
        # What was written on between the preview and the applying cannot be told any more afterwards: it was noted.
        noted = dict.fromkeys(run.counts.get(EDITED_LINES, ()), EDITED)
        beside = sorted((dict(rows.refused()) | noted).items())
        found.refused = pl.concat([found.refused, pl.DataFrame(beside, schema=REFUSED, orient="row")])
    return found
