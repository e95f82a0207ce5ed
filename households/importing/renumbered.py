"""Rows that name a member of their family under another NIK than the one recorded here: somebody corrected it, here or at the ministry.

One name and one day of birth in one family are taken for one person: nobody new comes of such a row, and the NIK that stands here is
not overwritten. It is a conflict of that member, who stands in the file, and a person looks at the card. Where the file has more such
rows than the family has such members, nobody knows which of them it is: those beyond are a conflict of nobody, and left out too. A
member whom another row of the file is by NIK is not meant: two rows of one name are two people.
"""

import json
from collections import defaultdict
from itertools import islice, zip_longest
from typing import Any

from django.utils.translation import gettext as _

from households.importing import namesakes
from slrt.core import crypto

# Rows that are nobody known, each beside the members of that name and day whom no row is.
ROWS = f"""
SELECT a.n, a.folded, a.born, a.line, a.person_id, a.membership_id, s.nik_encrypted, p.nik_encrypted
FROM import_person_namesake a JOIN import_person s USING (line) JOIN households_person p ON p.id = a.person_id
WHERE NOT a.ended AND NOT a.row_bare AND NOT a.bare AND {namesakes.LEFT} ORDER BY a.relation, a.line, a.place, a.person_id
"""  # noqa: S608  # nosec B608  no values in it
# Counted again: taken for none, the conflicts would each go through all families of the file when they are written.
KNOWN = """
INSERT INTO import_person_known (line, n, person_id, membership_id, conflict, changed, doubtful, mistaken, numbers)
SELECT line, n, person_id, membership_id, true, false, false, false, numbers::jsonb
FROM unnest(%s::int[], %s::int[], %s::bigint[], %s::bigint[], %s::text[]) r (line, n, person_id, membership_id, numbers);
ANALYZE import_person_known (line, n, person_id, conflict);
"""
# Of members of one name and day each may be the one a row means.
NOT_MISSING = """
DELETE FROM import_person_missing g USING import_person_known o JOIN import_person s USING (line) JOIN import_family_known k ON k.n = o.n,
  households_person p
WHERE o.numbers IS NOT NULL AND k.family_id = g.family_id
  AND p.id = g.person_id AND p.name_folded = s.folded AND p.birth_date = s.born
"""
NOBODY: tuple[tuple[None, None], bytes] = ((None, None), b"")


def find(cursor: Any) -> dict[str, int]:
    """Mark such rows among those that would be somebody new; return how many families have one, as a warning.

    Call when everybody is known who is known by NIK, by a dropped NIK, or by name where one side has no NIK.
    """
    count = mark(cursor, ROWS)
    return {"nik_differs": count} if count else {}


def mark(cursor: Any, alike: str, **besides: Any) -> int:
    """Make a conflict of the rows that `alike` finds, each of one of the people it may be about; return of how many families.

    `alike`: a statement for family of the file, folded name, birth date, line, person, open membership and both encrypted NIK, each
    None where there is none. `besides`: what is kept with the numbers, and of rows that are nobody's.
    """
    cursor.execute(alike)
    rows: dict[tuple[Any, ...], dict[int, bytes]] = defaultdict(dict)
    people: dict[tuple[Any, ...], dict[tuple[int, int | None], bytes]] = defaultdict(dict)
    for n, folded, born, line, person, membership, there, here in cursor.fetchall():
        rows[n, folded, born][line] = bytes(there or b"")
        people[n, folded, born][person, membership] = bytes(here or b"")
    if not rows:
        return 0
    found = []
    for same, several in rows.items():
        # The first row is the first of them, the second the second: no person is two rows.
        meant = zip_longest(several.items(), islice(people[same].items(), len(several)), fillvalue=NOBODY)
        found += [(line, same[0], *who, there, here) for (line, there), (who, here) in meant]
    lines, families, persons, memberships, there, here = map(list, zip(*sorted(found), strict=True))
    numbers = [
        # Of somebody known, whom a row without number names, the same is asked as of one that has their number.
        json.dumps(found | besides if found or person is None else {})
        for person, found in zip(persons, map(_numbers, _clear(here), _clear(there)), strict=True)
    ]
    cursor.execute(KNOWN, [lines, families, persons, memberships, numbers])
    return len(set(families))


def _clear(stored: list[bytes]) -> list[str]:
    """The numbers themselves, empty where there is none."""
    clear = iter(crypto.decrypt_many([value for value in stored if value]))
    return [next(clear) if value else "" for value in stored]


def _numbers(here: str, there: str) -> dict[str, Any]:
    """Both numbers masked, the file's alone where there is no other; which digits differ, the first is 1, where they look alike so.

    A row without a number says nothing of one.
    """
    if not there:
        return {}
    if not here:
        return {"nik": crypto.mask(there)}
    both = {"nik": crypto.mask(there), "nik_here": crypto.mask(here)}
    alike = both["nik"] == both["nik_here"]
    return both | {"places": [n for n, (a, b) in enumerate(zip(here, there, strict=True), 1) if alike and a != b]}


def where_apart(numbers: dict[str, Any]) -> str:
    """Which digits differ, where both numbers look alike as they are shown; else empty."""
    places = ", ".join(map(str, numbers.get("places", ())))
    return _("Bedanya di angka ke-%(places)s.") % {"places": places} if places else ""
