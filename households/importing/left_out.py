"""The rows that a file leaves out: those of families that stay as they are (`holding`), and those that are a conflict of nobody, under
a NIK that was dropped in a merge (`former_numbers`), of an entry that was merged (`former_entries`), or where nobody knows which member
is meant (`renumbered`) or which of those who died or left (`departed`). They are known and not written; what stands here may be another
than what they say, so that they are not counted among the unchanged.

Which lines they were is kept with an applied run: beside a later file other families stay as they are.
"""

from collections.abc import Mapping, Sequence
from string import Template
from typing import Any

from django.db import connection

# Among a run's counts: rows, families that stay as they are, and of an applied run the first and last lines that follow each other.
COUNT, FAMILIES, LINES = "left_out", "families_left_out", "left_out_lines"
ROWS = """
SELECT s.line, k.held AS why FROM import_person s JOIN import_family_known k USING (n) WHERE k.held IS NOT NULL
UNION ALL
SELECT p.line, CASE WHEN p.numbers ? 'departed' THEN 'departed' WHEN p.numbers IS NOT NULL THEN 'nik_differs'
  WHEN s.nik_index IS NULL THEN 'entry_former' ELSE 'nik_former' END
FROM import_person_known p JOIN import_person s USING (line) LEFT JOIN import_family_known k ON k.n = p.n
WHERE p.conflict AND p.person_id IS NULL AND k.held IS NULL
"""
COUNTED = f"""
SELECT (SELECT count(*) FROM ({ROWS}) left_out), (SELECT count(*) FROM import_family_known WHERE held IS NOT NULL)
"""  # noqa: S608  # nosec B608  no values in it
_FOLLOWING = Template("""
SELECT why, min(line), max(line) FROM (
  SELECT line, why, line - row_number() OVER (PARTITION BY why ORDER BY line) AS stretch FROM ($rows) found) placed
GROUP BY why, stretch ORDER BY 2
""")


def counted_apart(counts: dict[str, Any]) -> dict[str, Any]:
    """Return the counts of a comparison with what is left out beside what is unchanged. Call inside `looking_into`."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED)
        rows, families = cursor.fetchone()
    people, homes = counts["people"], counts["households"]
    return counts | {
        "people": people | {"unchanged": people["unchanged"] - rows},
        "households": homes | {"unchanged": homes["unchanged"] - families},
        COUNT: rows,
        FAMILIES: families,
    }


def noted(counts: Mapping[str, Any]) -> dict[str, Any]:
    """Which lines they are, to be kept with the counts of an applied run. Call inside `looking_into`."""
    # Of a preview from before they were counted it is not known.
    return {LINES: following(ROWS) if counts.get(COUNT) != 0 else {}}


def following(rows: str) -> dict[str, list[tuple[int, int]]]:
    """Return the first and last of lines that follow each other, by why; `rows` is a statement that finds line and why of each."""
    found: dict[str, list[tuple[int, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWING.substitute(rows=rows))
        for why, first, last in cursor.fetchall():
            found.setdefault(why, []).append((first, last))
    return found


def lines_in(noted: Mapping[str, Sequence[Sequence[int]]]) -> list[tuple[int, str]]:
    """Return line and why of each, in the order of the file."""
    return sorted(
        (line, why) for why, stretches in noted.items() for first, last in stretches for line in range(first, last + 1)
    )
