"""Families that a file leaves as they are: nobody of them is changed, moved or added, and the preview counts them by why.

`older`: the file is of an older quarter than the family's newest extract; only its decile goes into the history. `outside`: the family
lives outside the importer's area. `old_card`: the file names them by a card that they had before, and by no official id. `edited`:
somebody, or another file, wrote on the family since the preview was made, so that nobody saw what the file would change of that.
"""

from typing import Any

# A family is left as it is where the file is of an older quarter than its newest extract, or it lives outside the importer's area.
# Another file that changed only people or answers shows in its round.
HELD = """CASE WHEN NOT h.village_id LIKE ANY(%(areas)s) THEN 'outside'
  WHEN greatest(f.updated_at, h.updated_at) > %(since)s::timestamptz
    OR l.run_id IN (SELECT id FROM households_importrun WHERE applied_at > %(since)s::timestamptz) THEN 'edited'
  WHEN s.period <> '' AND l.period LIKE '____-Q_' AND s.period < l.period THEN 'older' END"""
# Rows without an official id under a card that a family had are held: of rows under its id and under its old card at once, those
# under the id are the family, and rows under a card it gave up before are nobody new.
OLD_CARDS = """
UPDATE import_family_known k SET late_decile = false, held = coalesce(k.held, 'old_card'), changed = false
FROM (SELECT o.n, row_number() OVER (PARTITION BY o.family_id ORDER BY s.official_id IS NULL, o.n) AS nth
  FROM import_family_known o JOIN import_family s USING (n)
  WHERE o.family_id IN (SELECT family_id FROM import_family_known GROUP BY 1 HAVING count(*) > 1)) d
WHERE d.n = k.n AND d.nth > 1;
INSERT INTO import_family_known (n, family_id, household_id, taken, headless, late_decile, held, changed)
SELECT DISTINCT ON (s.n) s.n, f.id, f.household_id, false, f.head_id IS NULL, false, 'old_card', false
FROM import_family s JOIN households_formerfamilycard c ON c.kk_index = s.kk_index JOIN households_family f ON f.id = c.family_id
WHERE s.official_id IS NULL AND NOT EXISTS (SELECT FROM import_family_known k WHERE k.n = s.n) ORDER BY s.n, c.id DESC;
"""
# Of a held family nobody is changed, moved or added.
HELD_PEOPLE = """
UPDATE import_person_known p SET changed = false, conflict = false, doubtful = false FROM import_family_known k
WHERE k.n = p.n AND k.held IS NOT NULL;
INSERT INTO import_person_known (line, n, conflict, changed, doubtful, mistaken)
SELECT s.line, s.n, false, false, false, false FROM import_person s JOIN import_family_known k USING (n)
WHERE k.held IS NOT NULL AND NOT EXISTS (SELECT FROM import_person_known p WHERE p.line = s.line);
"""
HELD_COUNTS = "SELECT held, count(*) FROM import_family_known WHERE held IS NOT NULL GROUP BY 1"


def people(cursor: Any) -> dict[str, int]:
    """Leave the people of held families as they are; return how many families are held, by why."""
    cursor.execute(HELD_COUNTS)
    held = dict(cursor.fetchall())
    if held:
        cursor.execute(HELD_PEOPLE)
    return held
