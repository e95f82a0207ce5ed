"""Families that came without a head (found by `missing`): a few on the preview, all of them while the file's tables are kept."""

from dataclasses import dataclass
from string import Template
from typing import Any

from django.db import connection

from households.importing.missing import kept
from households.importing.staging import schema
from households.models import ImportRun
from slrt.accounts.models import User
from slrt.accounts.roles import Permission

# The first row of each, and where the family lives: here where it is known, else where the file puts it. A join, which is sorted once:
# the rows have no index by family.
FIRST_ROWS = Template("""
SELECT s.line, s.name, coalesce(h.village_id, f.village) AS village, k.family_id FROM (
  SELECT DISTINCT ON (s.n) s.n, s.line, s.name FROM ${at}import_family_headless x JOIN ${at}import_person s USING (n)
  ORDER BY s.n, s.line) s
JOIN ${at}import_family f ON f.n = s.n LEFT JOIN ${at}import_family_known k ON k.n = s.n
LEFT JOIN households_family o ON o.id = k.family_id LEFT JOIN households_household h ON h.id = o.household_id
""")
SOME = FIRST_ROWS.substitute(at="") + " ORDER BY s.line LIMIT 20"
OWN = " WHERE coalesce(h.village_id, f.village) LIKE ANY(%(areas)s)"


@dataclass(frozen=True)
class Line:
    """The first row of a family without a head: line, name, code of the village, the family's number where it is known here."""

    line: int
    name: str
    village: str
    family_id: int | None


def some(cursor: Any) -> list[dict[str, Any]]:
    """Return up to twenty families: line, name and village of the first who belongs to each, without any number."""
    cursor.execute(SOME)
    return [{"line": line, "name": name, "village": village} for line, name, village, _family in cursor.fetchall()]


@dataclass(frozen=True)
class Lines:
    """All of them that a person may see, in the order of the file: counted, and read a part at a time (for a `Paginator`)."""

    run_id: int
    areas: tuple[str, ...]

    def count(self) -> int:
        """How many the person may see."""
        return int(self._rows(f"SELECT count(*) FROM ({self._own}) AS own")[0][0])  # noqa: S608  # nosec B608  no values in it

    def __getitem__(self, part: slice) -> list[Line]:
        found = self._rows(
            f"{self._own} ORDER BY s.line OFFSET %(start)s LIMIT %(size)s",
            start=part.start,
            size=part.stop - part.start,
        )
        return [Line(*row) for row in found]

    @property
    def _own(self) -> str:
        return FIRST_ROWS.substitute(at=f"{schema(self.run_id)}.") + OWN

    def _rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        patterns = [pattern for area in self.areas for pattern in (area, f"{area}.%")]
        with connection.cursor() as cursor:
            cursor.execute(query, {"areas": patterns, **values})
            return cursor.fetchall()


def is_kept(run: ImportRun) -> bool:
    """Whether all of them can be told: they stand in the file's tables, which go when it is applied or put aside."""
    return bool(kept(run, "import_family_headless"))


def lines_of(run: ImportRun, user: User) -> Lines | None:
    """Return those that a person may see by name, None where nobody kept them: like a family, whoever lives in the own areas."""
    return Lines(run.pk, user.areas_for(Permission.FAMILY_VIEW)) if is_kept(run) else None
