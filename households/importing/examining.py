"""Reads and checks a run's file part after part, and stages the good rows on the way; little of the file is in memory at once."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from django.utils.translation import gettext_noop

from households.importing import keeping
from households.importing.among import among
from households.importing.checking import REFUSED_KEYS, check_rows, villages_in, warnings
from households.importing.columns import plain
from households.importing.cut_off import LastFamily
from households.importing.reading import Table, Unreadable, read
from households.importing.returned import added_headings, is_returned
from households.importing.staging import Stager
from households.importing.together import families_together
from households.models import ImportRun
from slrt.accounts.roles import Permission
from slrt.core import clock
from slrt.core.numbers import holds_one, masked
from slrt.core.sealed import Unsealable
from slrt.regions.models import Region

# Told after each part with how many rows have been looked at and in which row of the file the headings stand; may raise to stop.
Tell = Callable[[int, int], None]


@dataclass
class Examined:
    """What a file turned out to hold. `refused`: line and reason; `ignored`: headings of no use here; `columns`: ours that it
    has; `headings`: where a person matched some of its headings (`matched`), all that could be; counts of the rest.

    `returned`: it is a sheet of rows that were refused before (see `returned`). `others`: sheets beside `sheet`, which were not read.
    """

    kind: str = ""
    heading_row: int = 1
    rows: int = 0
    refused: pl.DataFrame = field(default_factory=pl.DataFrame)
    repeated: int = 0
    ignored: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    matched: dict[str, str] = field(default_factory=dict)
    headings: list[str] = field(default_factory=list)
    returned: bool = False
    sheet: str = ""
    others: tuple[str, ...] = ()
    warnings: Counter[str] = field(default_factory=Counter)

    @property
    def accepted(self) -> int:
        """rows = accepted + refused + repeated."""
        return self.rows - self.refused.height - self.repeated

    def opened(self, table: Table) -> None:
        """Keep what is known of a file as soon as it is opened."""
        self.kind, self.heading_row, self.columns = table.kind, table.heading_row, table.columns
        self.sheet, self.others = masked(table.sheet), tuple(map(masked, table.others))
        if table.matched:
            self.headings = [heading for heading in table.headers if not holds_one(heading)][:200]
            self.matched = {heading: column for heading, column in table.matched.items() if heading in self.headings}

    def counts(self) -> dict[str, Any]:
        """As they stand on the run."""
        reasons = dict(self.refused.group_by("reason").len().sort("len", "reason", descending=True).iter_rows())
        return {
            "heading_row": self.heading_row,
            "rows": self.rows,
            "accepted": self.accepted,
            "refused": self.refused.height,
            "repeated": self.repeated,
            "reasons": reasons,
            "warnings": dict(self.warnings),
            "ignored": self.ignored[:50],
            "columns": self.columns,
            **self.matching(),
            "returned": self.returned,
            "sheet": self.sheet,
            "other_sheets": self.others[:20],
        }

    def matching(self) -> dict[str, Any]:
        """What a person may say anew of the headings, as it stands on the run; nothing where nobody said anything."""
        return {"matched": self.matched, "headers": self.headings} if self.matched else {}


# Good rows, marks of all rows, and what is odd about the good ones.
Checked = tuple[pl.DataFrame, pl.DataFrame, Counter[str]]


class _Checker:
    """Checks parts for the area of whoever uploaded the file; asks for each village once."""

    def __init__(self, run: ImportRun) -> None:
        self.areas = run.started_by.areas_for(Permission.IMPORT_RUN)
        self.today = clock.today()
        self.villages: dict[str, bool] = {}

    def checked(self, parts: Iterator[pl.DataFrame]) -> Iterator[Checked]:
        """Yield good rows, marks and oddities of each part.

        Threads read and check the parts that follow while the caller waits for the database, which only this thread asks.
        """

        def ahead(work: Callable[..., Any], *args: Any) -> Future[Any]:
            return pool.submit(copy_context().run, work, *args)

        def checked(part: pl.DataFrame, villages: list[str]) -> Checked:
            good, marks = check_rows(part, villages, self.areas, self.today)
            return good, marks, warnings(good)

        parts = families_together(parts)
        with ThreadPoolExecutor(2) as pool:
            reading: Future[pl.DataFrame | None] = ahead(next, parts, None)
            checking: list[Future[Checked]] = []  # which keep no part that was handed on
            while (part := reading.result()) is not None:
                villages = self._villages_of(part)
                reading = ahead(next, parts, None)
                checking.append(ahead(checked, part, villages))
                if len(checking) > 1:
                    yield checking.pop(0).result()
            for last in checking:
                yield last.result()

    def _villages_of(self, part: pl.DataFrame) -> list[str]:
        asked = [code for code in villages_in(part) if code not in self.villages]
        if asked:
            found = set(Region.objects.villages().filter(code__in=asked).values_list("code", flat=True))
            self.villages.update({code: code in found for code in asked})
        return [code for code, exists in self.villages.items() if exists]


def table_of(run: ImportRun) -> Table:
    """Open a run's file. Raises Unreadable, also when it was cleared away or damaged in the meantime."""
    return read(whole(run), mapping=run.mapping)


def whole(run: ImportRun) -> Iterator[bytes]:
    """Yield a run's file as it came. Raises Unreadable."""
    if not run.stored_path:
        raise Unreadable(gettext_noop("Berkas ini sudah dihapus karena lewat masa simpannya. Unggah lagi."))
    try:
        yield from keeping.chunks(run.stored_path)
    except FileNotFoundError:
        raise Unreadable(gettext_noop("Berkas ini tidak ada lagi di server. Unggah lagi.")) from None
    except Unsealable:
        raise Unreadable(gettext_noop("Berkas di server rusak atau terpotong. Unggah lagi.")) from None


def examine(run: ImportRun, tell: Tell | None = None, stager: Stager | None = None) -> Examined:
    """Check every row of a run's file; with a stager the good ones are staged. Raises Unreadable.

    Read once more, from the beginning, where families were recognised in it that are not like that (see `recognising`).
    """
    table, found = table_of(run), Examined()
    found.opened(table)
    found.returned = is_returned(table.headers)
    added = added_headings() if found.returned else set()
    found.ignored = [title for title in table.unused if plain(title) not in added]
    found.headings = [title for title in found.headings if plain(title) not in added]
    marks, last = [], LastFamily()
    if stager:
        stager.begin()
    for good, marked, odd in _Checker(run).checked(table.parts):
        marks.append(marked.drop(REFUSED_KEYS))
        found.rows += marked.height
        if stager:
            refused = marked.filter(pl.col("reason").is_not_null()) if good.height < marked.height else marked.clear()
            last.look(good, refused)
            stager.take(good, refused.select(REFUSED_KEYS))
        found.warnings += odd
        del good, marked, odd  # else they stay in memory until the next part is there
        if tell:
            tell(found.rows, found.heading_row)
    if stager:
        stager.finish(last.goes_on())
    every = pl.concat(marks)
    found.refused, repeats = among(every)
    found.repeated = len(repeats)
    staged = every.filter(pl.col("reason").is_null())["line"]
    gone = staged.filter(staged.is_in(pl.concat([found.refused["line"], repeats]).implode()))
    if len(gone):
        _take_back(run, found, gone, repeats, stager)
    if stager and (misread := stager.misread()):
        return examine(run, tell, Stager(run.pk, stager.doubted | misread))
    return found


def _take_back(run: ImportRun, found: Examined, gone: pl.Series, repeats: pl.Series, stager: Stager | None) -> None:
    """Rows that looked good alone: their warnings do not count, and they leave the staged rows."""
    for good in _good_again(run):
        found.warnings -= warnings(good.filter(pl.col("line").is_in(gone.implode())))
    if stager:
        stager.withdraw(gone, repeats, lambda: _good_again(run))


def _good_again(run: ImportRun) -> Iterator[pl.DataFrame]:
    for good, _marks, _odd in _Checker(run).checked(table_of(run).parts):
        yield good


def telling_of(parts: Iterable[pl.DataFrame], tell: Tell | None) -> Iterator[pl.DataFrame]:
    """Yield the parts and tell of each how many rows were read with it."""
    rows = 0
    for part in parts:
        rows += part.height
        if tell:
            tell(rows, 0)
        yield part


def rows_at(parts: Iterable[pl.DataFrame], lines: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that `lines` (line and more) names, with its other columns."""
    return pl.concat([part.join(lines, on="line") for part in parts]).sort("line")
