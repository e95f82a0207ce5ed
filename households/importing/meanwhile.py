"""What others write between the moment a person saw a comparison and the moment a file is applied."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from string import Template
from typing import Any

from django.db import connection
from django.utils import timezone

from households.importing.missing import kept
from households.importing.staging import schema
from households.models import ImportRun
from households.models.household import REGISTRY_WRITES
from slrt.accounts.roles import Permission
from slrt.core import clock, marks

REGISTRY = tuple(f"households_{name}" for name in ("household", "family", "person", "membership", "surveyround"))
# Where a file's comparison was seen, and where the registry's mark stood while it was made.
SEEN_AT, COMPARED_AT_MARK = "seen_at", "compared_at_mark"
# Families of a file that somebody wrote on since, as a comparison made now would hold them (`holding.HELD`, `comparing.KNOWN_FAMILIES`).
# It begins with those who were written on: of the file's families only theirs are looked up.
EDITED = Template("""
WITH edited AS MATERIALIZED (
  SELECT f.id, f.official_id, f.kk_index FROM households_family f JOIN households_household h ON h.id = f.household_id
  WHERE (greatest(f.updated_at, h.updated_at) > %(since)s OR h.id IN (SELECT r.household_id FROM households_surveyround r
    JOIN households_importrun i ON i.id = r.run_id WHERE i.applied_at > %(since)s)) AND h.village_id LIKE ANY(%(areas)s)),
named AS MATERIALIZED (
  SELECT s.official_id, s.kk_index FROM $at.import_family s
  WHERE s.official_id IN (SELECT official_id FROM edited) OR s.kk_index IN (SELECT kk_index FROM edited))
SELECT count(DISTINCT e.id) FROM named s
LEFT JOIN households_family a ON a.official_id = s.official_id
LEFT JOIN households_family b ON b.kk_index = s.kk_index AND a.id IS NULL AND (b.official_id IS NULL OR s.official_id IS NULL)
JOIN edited e ON e.id = coalesce(a.id, b.id)
""")


def seen_at(besides: Sequence[str] = ()) -> str:
    """The moment from which on a write is one that the comparison about to be made does not see.

    `besides`: tables that it looks into besides the registry's.
    """
    # The database's rows carry the machine's time or, of jobs, the one that the clock tells.
    writing = marks.writing_for([*REGISTRY, *besides]) or timedelta()
    return (max(clock.now(), timezone.now()) - writing).isoformat()


def since(counts: Mapping[str, Any]) -> datetime | None:
    """When the person saw the comparison that these counts are of; None for counts that were kept without it."""
    return datetime.fromisoformat(counts[SEEN_AT]) if SEEN_AT in counts else None


def mark_now() -> int | None:
    """Where the registry stands for a comparison about to be made; None when somebody is writing."""
    stood, writing = marks.mark(REGISTRY_WRITES), marks.writing_for(REGISTRY)
    return None if writing is not None else stood


def still_stands(counts: Mapping[str, Any]) -> bool:
    """Whether nobody wrote in the registry since the comparison, or while it was made."""
    return counts.get(COMPARED_AT_MARK) == marks.mark(REGISTRY_WRITES)


def edited_families(run: ImportRun) -> int:
    """How many families an extract's applying would leave as they are now because somebody wrote on them since its preview.

    None is looked for while nobody wrote, and none can be told where the file's tables are gone.
    """
    seen = since(run.counts)
    if seen is None or still_stands(run.counts) or not kept(run, "import_family"):
        return 0
    areas = run.started_by.areas_for(Permission.IMPORT_RUN)
    within = [pattern for area in areas for pattern in (area, f"{area}.%")]
    with connection.cursor() as cursor:
        cursor.execute(EDITED.substitute(at=schema(run.pk)), {"since": seen, "areas": within})
        return int(cursor.fetchone()[0])
