"""Rows that bear somebody's NIK and tell of somebody else: the numbers of two people were swapped, or a column slipped.

A NIK stays when name, birth date or sex are corrected, and a name is spelt in many ways, so one or two of them may differ: two
are applied and shown. When all three differ nothing is overwritten, and a person decides.
"""

from typing import Any

from households.duplicates import folding
from households.duplicates.likeness import alike_names

# Found beside the comparison, by spelling alone; `find` looks closer at the few.
DOUBTFUL = (
    """((p.name_folded <> s.folded)::int + (p.sex <> s.sex)::int + coalesce(p.birth_date <> s.born, false)::int) >= 2"""
)
DOUBTED = """
SELECT k.line, p.name, s.name, (p.sex <> s.sex)::int + coalesce(p.birth_date <> s.born, false)::int
FROM import_person_known k JOIN import_person s USING (line) JOIN households_person p ON p.id = k.person_id
WHERE k.doubtful AND NOT k.conflict AND p.name_folded <> s.folded
"""
CLEARED = "UPDATE import_person_known SET doubtful = false WHERE line = ANY(%s) OR (doubtful AND conflict)"
MISTAKEN = "UPDATE import_person_known SET doubtful = false, mistaken = true, conflict = true WHERE line = ANY(%s)"
COUNTS = (
    "SELECT count(*) FILTER (WHERE doubtful AND changed), count(*) FILTER (WHERE mistaken) FROM import_person_known"
)


def find(cursor: Any) -> dict[str, int]:
    """Tell spellings of one name from two names, mark who is meant by nobody's NIK but another's; return how many of what."""
    cursor.execute("SELECT EXISTS (SELECT FROM import_person_known WHERE doubtful)")
    if not cursor.fetchone()[0]:
        return {}
    cursor.execute(DOUBTED)
    cleared, mistaken = [], []
    for line, here, there, besides in cursor.fetchall():
        if alike_names(folding.key(here), folding.key(there)):
            if besides < 2:
                cleared.append(line)
        elif besides == 2:
            mistaken.append(line)
    cursor.execute(CLEARED, [cleared])
    cursor.execute(MISTAKEN, [mistaken])
    cursor.execute(COUNTS)
    doubtful, others = cursor.fetchone()
    return {name: count for name, count in (("doubtful", doubtful), ("mistaken", others)) if count}
