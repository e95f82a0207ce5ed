"""Families that stand here exactly as the rows of a file said, by a digest of these rows (docs/adr/0033).

A file that says the same again is recognised by it, and its people are not compared one by one. The digest of a family is dropped by
triggers as soon as anything of what was compared is written, by whom or what ever: without one a family is compared in full.
"""

from collections.abc import Callable
from string import Template
from typing import TypeVar

import pgtrigger
from django.db import models

from slrt.core.references import GIVEN

M = TypeVar("M", bound=type[models.Model])

# Its value moves with every statement that drops digests, whether there were any or not.
DIGEST_DROPS = "households_digest_drops"
# Planned for the rows at hand, as in slrt/core/references.py. The bulk import drops what it changes by itself (`recognising`).
# The table's lock comes before the mark moves: whoever finds neither comes before both.
DROP = Template("""EXECUTE 'DELETE FROM households_familydigest WHERE family_id IN ($families)';
PERFORM nextval('$drops'); RETURN NULL;""")
OLD, NEW = "old_rows", "new_rows"
# By operation: its name, and the rows that PostgreSQL hands over.
ROWS = {
    "inserted": (pgtrigger.Insert, {"new": NEW}),
    "updated": (pgtrigger.Update, {"old": OLD, "new": NEW}),
    "deleted": (pgtrigger.Delete, {"old": OLD}),
}


def drops_digests(families: str, *operations: str) -> Callable[[M], M]:
    """Class decorator: writing the model's table drops the digests of the families that `families` selects from `$rows`.

    `operations`: of "inserted", "updated" and "deleted".
    """

    def hold(model: M) -> M:
        for name in operations:
            operation, rows = ROWS[name]
            asked = " UNION ".join(Template(families).substitute(rows=given) for given in rows.values())
            trigger = pgtrigger.Trigger(
                name=f"digests_{name}",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=operation,
                referencing=pgtrigger.Referencing(**rows),
                func=GIVEN + DROP.substitute(drops=DIGEST_DROPS, families=asked),
            )
            pgtrigger.register(trigger)(model)
        return model

    return hold


class FamilyDigest(models.Model):
    """What a file's rows of a family were when the family last stood here exactly as they say."""

    family = models.OneToOneField(
        "households.Family", on_delete=models.PROTECT, primary_key=True, db_constraint=False, related_name="+"
    )
    digest = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        return f"KEL-{self.family_id}"
