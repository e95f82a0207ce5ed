"""Rows that bring back, as somebody new, a person who died here or left their family: the file has them still, under another NIK or none.

One name and one day of birth in one family are taken for one person, as among those who live there (`renumbered`). Under the same NIK
the dead and those who live in another family are a conflict (`knowing`); so they are here, and those who left and live nowhere too: that
they come home by themselves would take two numbers for one person, which only a person can say. Where the file has more such rows than
the family had such people, those beyond are a conflict of nobody, and left out. Whoever another row of the file is by NIK is not meant. A
child who was named after a dead one has another day of birth. An entry that was merged is nobody who left (`former_entries`).
"""

from typing import Any

from households.importing import renumbered

# Rows that are nobody known, each beside the people of that name and day whose place in the family ended and whom no row is. Few rows
# are left, and few people: everybody else of the file, of a family or of the registry is not looked at.
ROWS = """
SELECT s.n, s.folded, s.born, s.line, p.id, o.id, s.nik_encrypted, p.nik_encrypted
FROM import_person s JOIN import_family_known k USING (n)
JOIN households_membership m ON m.family_id = k.family_id AND m.ended_on IS NOT NULL
JOIN households_person p ON p.id = m.person_id AND p.name_folded = s.folded AND p.birth_date = s.born AND p.merged_into_id IS NULL
LEFT JOIN households_membership o ON o.person_id = p.id AND o.ended_on IS NULL
WHERE k.held IS NULL AND s.line NOT IN (SELECT line FROM import_person_known)
  AND p.id NOT IN (SELECT person_id FROM import_person_known WHERE person_id IS NOT NULL)
ORDER BY s.relation, s.line, m.relation, p.id
"""


def find(cursor: Any) -> dict[str, int]:
    """Mark such rows among those that would be somebody new; return how many families have one, as a warning.

    Call when all else of the file is known.
    """
    count = renumbered.mark(cursor, ROWS, departed=True)
    return {"departed": count} if count else {}
