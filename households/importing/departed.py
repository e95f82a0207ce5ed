"""Rows that bring back, as somebody new, a person who died here or left their family: the file has them still, under another NIK or none.

One name and one day of birth in one family are taken for one person, as among those who live there (`renumbered`). Under the same NIK
the dead and those who live in another family are a conflict (`knowing`); so they are here, and those who left and live nowhere too: that
they come home by themselves would take two numbers for one person, which only a person can say. Where the file has more such rows than
the family had such people, those beyond are a conflict of nobody, and left out. Whoever another row of the file is by NIK is not meant. A
child who was named after a dead one has another day of birth. An entry that was merged is nobody who left (`former_entries`).
"""

from typing import Any

from households.importing import namesakes, renumbered

# Rows that are nobody known, each beside the people of that name and day whose place in the family ended and whom no row is.
ROWS = f"""
SELECT a.n, a.folded, a.born, a.line, a.person_id, o.id, s.nik_encrypted, p.nik_encrypted
FROM import_person_namesake a JOIN import_person s USING (line) JOIN households_person p ON p.id = a.person_id
LEFT JOIN households_membership o ON o.person_id = a.person_id AND o.ended_on IS NULL
WHERE a.ended AND {namesakes.LEFT} ORDER BY a.relation, a.line, a.place, a.person_id
"""  # noqa: S608  # nosec B608  no values in it


def find(cursor: Any) -> dict[str, int]:
    """Mark such rows among those that would be somebody new; return how many families have one, as a warning.

    Call when all else of the file is known.
    """
    count = renumbered.mark(cursor, ROWS, departed=True)
    return {"departed": count} if count else {}
