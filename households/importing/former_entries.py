"""Rows without NIK by which a file still names an entry that was merged with another (`FormerEntry`): nobody new.

They are left out like the rows under a dropped NIK (`former_numbers`): known, of nobody, and written nowhere. What tells them is the
family they stand in, by id or card, with name and day of birth. A row that is somebody's by then, known by its family or by its place
in it, is theirs.
"""

from typing import Any

from households.importing import former_numbers

ANY = "SELECT EXISTS (SELECT FROM households_formerentry)"
_SAME_FAMILY = (
    "(x.official_id = f.official_id OR x.kk_index = f.kk_index AND (x.official_id IS NULL OR f.official_id IS NULL))"
)
# Who stayed, through merges after that one.
LED = """
WITH RECURSIVE led AS (
  SELECT x.id, p.id AS person_id, p.merged_into_id FROM households_formerentry x JOIN households_person p ON p.id = x.person_id
  UNION SELECT l.id, p.id, p.merged_into_id FROM led l JOIN households_person p ON p.id = l.merged_into_id)
SELECT x.*, l.person_id AS stayed_id FROM led l JOIN households_formerentry x USING (id) WHERE l.merged_into_id IS NULL
"""
NAMING = f"""
SELECT s.line, s.n, x.stayed_id AS person_id FROM import_person s JOIN import_family f USING (n)
JOIN ({LED}) x ON x.name_folded = s.folded AND x.birth_date = s.born AND {_SAME_FAMILY} WHERE s.nik_index IS NULL
"""  # noqa: S608  # nosec B608  no values in it
ROWS = f"""
WITH left_out AS (
  INSERT INTO import_person_known (line, n, conflict, changed, doubtful, mistaken)
  SELECT DISTINCT s.line, s.n, true, false, false, false FROM ({NAMING}) s
  WHERE s.line NOT IN (SELECT line FROM import_person_known) RETURNING n)
SELECT count(DISTINCT n) FROM left_out
"""  # noqa: S608  # nosec B608  no values in it
FAMILIES = former_numbers.families(NAMING, "entry_former")
# Whom a row of the file, a good or a refused one, names in this way.
NAMED = f"""
SELECT person_id FROM ({NAMING}) named UNION ALL SELECT x.stayed_id FROM import_refused f
JOIN ({LED}) x ON x.name_folded = f.folded AND {_SAME_FAMILY} WHERE f.nik_index IS NULL
"""  # noqa: S608  # nosec B608  no values in it


def are_any(cursor: Any) -> bool:
    """Whether any entry without NIK was ever merged; without one there is nothing to look for."""
    cursor.execute(ANY)
    return bool(cursor.fetchone()[0])


def leave_out(cursor: Any) -> dict[str, int]:
    """Mark the rows that name such an entry and are nobody known; return how many families have one, as a warning.

    Call when all else of the file is known: who is meant by a row without number shows when the others have found theirs.
    """
    if not are_any(cursor):
        return {}
    cursor.execute(ROWS)
    count = cursor.fetchone()[0]
    if not count:
        return {}
    cursor.execute(FAMILIES)
    return {"entry_former": count}
