"""Families whose number a file brings with other people altogether: nobody who is known to live there is among its rows.

Perhaps all moved away and others came, perhaps one number stands for two families. Nothing is held back: the file is applied as it
says, the people who are known are missing from it, and the preview names the families, so that whoever applies it looks first.
"""

from typing import Any

from django.db.models.expressions import RawSQL

from households.importing.missing import kept
from households.models import Family, ImportRun
from households.querysets.household import FamilyQuerySet

FORGET = "DROP TABLE IF EXISTS import_family_replaced;"
# Of whom a refused row could be about somebody who is known, it is not said (`missing`): those people are not missing either. Who was
# missed before counts as soon as the file names them again.
REPLACED = """
CREATE UNLOGGED TABLE import_family_replaced AS
SELECT g.family_id, min(g.village) AS village FROM import_person_missing g WHERE NOT EXISTS (
  SELECT FROM households_membership m WHERE m.family_id = g.family_id AND m.ended_on IS NULL
  AND m.id NOT IN (SELECT membership_id FROM import_person_missing)
  AND (m.missing_since IS NULL OR m.person_id IN (SELECT person_id FROM import_person_known)))
GROUP BY 1
"""
SOME = "SELECT family_id FROM import_family_replaced ORDER BY village, family_id LIMIT 20"


def warnings(cursor: Any) -> dict[str, int]:
    """Find them among the people whom `missing` found; return how many, as a warning."""
    cursor.execute(REPLACED)
    cursor.execute("SELECT count(*) FROM import_family_replaced")
    count = cursor.fetchone()[0]
    return {"replaced": count} if count else {}


def families_of(run: ImportRun) -> FamilyQuerySet | None:
    """Return all of them while the file waits, None where nobody kept them."""
    if table := kept(run, "import_family_replaced"):
        found = RawSQL(f"SELECT family_id FROM {table}", ())  # noqa: S608, S611  # nosec B608, B611  a number of ours
        return Family.objects.filter(pk__in=found)
    return None


def some(cursor: Any) -> list[int]:
    """Return up to twenty of them, by number; who reads them decides what they see."""
    cursor.execute(SOME)
    return [pk for (pk,) in cursor.fetchall()]
