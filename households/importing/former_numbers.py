"""Rows with a NIK that was dropped when two entries of one person were merged (`FormerNik`): nobody new, and nobody's new number.

Such a row is left out: it is known, of nobody (`import_person_known` without a person), and like a row that a person decides about it
is written nowhere. The rest of its family is written as ever; a family of nobody else is not made. The person whose number it was
stands in the file, so that nobody misses them. A number that somebody bears by now is theirs.
"""

from typing import Any

ANY = "SELECT EXISTS (SELECT FROM households_formernik)"
ROWS = """
INSERT INTO import_person_known (line, n, conflict, changed, doubtful, mistaken)
SELECT s.line, s.n, true, false, false, false FROM import_person s
WHERE s.nik_index IN (SELECT nik_index FROM households_formernik)
  AND s.line NOT IN (SELECT line FROM import_person_known);
"""
# Where each dropped number leads to, through merges after its own, unless somebody bears it by now.
LED = """
WITH RECURSIVE led AS (
  SELECT x.nik_index, p.id, p.merged_into_id FROM households_formernik x JOIN households_person p ON p.id = x.person_id
  WHERE NOT EXISTS (SELECT FROM households_person b WHERE b.nik_index = x.nik_index)
  UNION SELECT l.nik_index, p.id, p.merged_into_id FROM led l JOIN households_person p ON p.id = l.merged_into_id)
SELECT nik_index, id AS person_id FROM led WHERE merged_into_id IS NULL
"""
LEADING = f"SELECT s.line, l.person_id FROM import_person s JOIN ({LED}) l ON l.nik_index = s.nik_index"  # noqa: S608  # nosec B608


def families(leading: str, held: str) -> str:
    """Return the statement that holds families which would be new and have none but rows that are left out.

    They stand here as the family, open or the last one, of the person to whom one of the rows leads (`leading`: line, person_id).
    """
    return f"""
WITH alone AS (
  SELECT s.n FROM import_person s LEFT JOIN import_person_known p USING (line)
  WHERE s.n IN (SELECT n FROM import_person_known WHERE conflict AND person_id IS NULL)
    AND s.n NOT IN (SELECT n FROM import_family_known WHERE family_id IS NOT NULL)
  GROUP BY s.n HAVING bool_and(coalesce(p.conflict AND p.person_id IS NULL, false))),
unmade AS (DELETE FROM import_family_known WHERE n IN (SELECT n FROM alone))
INSERT INTO import_family_known (n, family_id, household_id, taken, headless, late_decile, held, changed)
SELECT DISTINCT ON (a.n) a.n, f.id, f.household_id, false, false, false, '{held}', false
FROM alone a JOIN import_person s USING (n) JOIN ({leading}) l ON l.line = s.line
JOIN households_membership m ON m.person_id = l.person_id JOIN households_family f ON f.id = m.family_id
ORDER BY a.n, m.ended_on DESC NULLS FIRST, m.id DESC;
"""  # noqa: S608  # nosec B608  no values in it


FAMILIES = families(LEADING, "nik_former")
COUNT = "SELECT count(DISTINCT n) FROM import_person_known WHERE conflict AND person_id IS NULL"
# Whoever such a number leads to and whom a row of the file, a good or a refused one, names by it.
NAMED = f"""
SELECT l.person_id FROM ({LED}) l WHERE l.nik_index IN (SELECT nik_index FROM import_person WHERE nik_index IS NOT NULL
  UNION ALL SELECT nik_index FROM import_refused WHERE nik_index IS NOT NULL)
"""  # noqa: S608  # nosec B608  no values in it


def are_any(cursor: Any) -> bool:
    """Whether any number was ever dropped; without one there is nothing to look for."""
    cursor.execute(ANY)
    return bool(cursor.fetchone()[0])


def leave_out(cursor: Any) -> dict[str, int]:
    """Mark the rows that stand under such a number and are nobody known; return how many families have one, as a warning.

    Call when it is known who is known by NIK and which families are held, and before members are found by name.
    """
    if not are_any(cursor):
        return {}
    cursor.execute(ROWS)
    if not cursor.rowcount:
        return {}
    cursor.execute(FAMILIES)
    cursor.execute(COUNT)
    return {"nik_former": cursor.fetchone()[0]}
