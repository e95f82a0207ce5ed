"""Families that came without a head (found by `missing`): a few on the preview, all of them while the file's tables are kept."""

from string import Template
from typing import Any

from django.db.models import BigIntegerField, Case, CharField, Exists, IntegerField, When
from django.db.models.expressions import RawSQL

from households.importing.missing import kept
from households.importing.staging import schema
from households.models import Family, ImportRun
from slrt.accounts.models import User
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission
from slrt.regions.models import Region
from slrt.regions.querysets import RegionQuerySet

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


def some(cursor: Any) -> list[dict[str, Any]]:
    """Return up to twenty families: line, name and village of the first who belongs to each, without any number."""
    cursor.execute(SOME)
    return [{"line": line, "name": name, "village": village} for line, name, village, _family in cursor.fetchall()]


def is_kept(run: ImportRun) -> bool:
    """Whether all of them can be told: they stand in the file's tables, which go when it is applied or put aside."""
    return bool(kept(run, "import_family_headless"))


def rows_of(run: ImportRun, user: User) -> RegionQuerySet | None:
    """Return a row for each that a person may see by name, in the order of the file; None where nobody kept them.

    Like a family, whoever lives in the own areas. A row is the village (`code`, `name`), and beside it `line` and `said`, the line
    and the name of the first who belongs to the family, and `family`, its number here: None where it is not known, or is no
    family of this person's.
    """
    if not is_kept(run):
        return None
    at = f"{schema(run.pk)}."
    person, first = f"{at}import_person", FIRST_ROWS.substitute(at=at)
    # Put together here from numbers and names of ours; who reads it is asked through the regions, as of every other list.
    which = f"({person}.line, {Region._meta.db_table}.code) IN (SELECT line, village FROM ({first}) o)"  # noqa: S608  # nosec B608
    # All at once, read by the line: asked of each row by itself, the tables would be gone through as often.
    known = f"(SELECT jsonb_object_agg(line, family_id) FROM ({first}) o WHERE family_id IS NOT NULL)"  # noqa: S608  # nosec B608
    family: Any = RawSQL(f"({known} ->> {person}.line::text)::bigint", (), BigIntegerField())  # noqa: S611  # nosec B611
    here = Exists(Family.objects.visible_to(user).filter(pk=family))
    rows = Region.objects.filter(within(user.areas_for(Permission.FAMILY_VIEW), "code")).extra(  # noqa: S610  # nosec B610
        # In quotes, since Django would take schema and table for one name.
        tables=[f'"{schema(run.pk)}"."import_person"'],
        where=[which],
    )
    rows = rows.annotate(
        line=RawSQL(f"{person}.line", (), IntegerField()),  # noqa: S611  # nosec B611
        said=RawSQL(f"{person}.name", (), CharField()),  # noqa: S611  # nosec B611
        family=Case(When(here, then=family)),
    )
    return rows.order_by("line")
