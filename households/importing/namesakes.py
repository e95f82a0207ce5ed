"""Who of a row's family, of now or of once, bears its name and day of birth; asked once for all rows that are nobody known yet.

`import_person_namesake` (line, n, family, newest round, folded, born, relation, whether the row has no NIK; person, membership, what they
are to the head, whether they have no NIK, whether that membership ended). Which of them a row is, or could be, `knowing`, `renumbered` and
`departed` say in turn, each of those rows and people whom none before has found.
"""

from typing import Any

FORGET = "DROP TABLE IF EXISTS import_person_namesake;"
# Narrow tables with statistics of their own: the planner, who took the rows for a handful, went through all of them for each person
# without a NIK that came since the registry was last looked over. A family's people are looked up once and not for each of its rows.
FIND = """
CREATE UNLOGGED TABLE import_person_unknown AS
SELECT s.line, s.n, s.folded, s.born, s.relation, s.nik_index IS NULL AS row_bare, k.family_id, k.last_round
FROM import_person s JOIN import_family_known k USING (n)
WHERE k.family_id IS NOT NULL AND k.held IS NULL AND s.line NOT IN (SELECT line FROM import_person_known);
ANALYZE import_person_unknown;
CREATE UNLOGGED TABLE import_person_namesake AS
SELECT s.*, p.id AS person_id, m.id AS membership_id, m.relation AS place, p.nik_index IS NULL AS bare, m.ended_on IS NOT NULL AS ended
FROM (SELECT DISTINCT family_id FROM import_person_unknown) f JOIN households_membership m USING (family_id)
JOIN households_person p ON p.id = m.person_id
JOIN import_person_unknown s ON s.family_id = m.family_id AND s.folded = p.name_folded AND s.born = p.birth_date
WHERE p.merged_into_id IS NULL;
DROP TABLE import_person_unknown;
ANALYZE import_person_namesake;
"""
ANY = "SELECT EXISTS (SELECT FROM import_person_namesake)"
# Those whom nobody is by then.
LEFT = """a.line NOT IN (SELECT line FROM import_person_known)
  AND a.person_id NOT IN (SELECT person_id FROM import_person_known WHERE person_id IS NOT NULL)"""


def find(cursor: Any) -> bool:
    """Make the table; return whether there is anybody in it. Call when everybody is known who is known by NIK."""
    cursor.execute(FIND)
    cursor.execute(ANY)
    return bool(cursor.fetchone()[0])
