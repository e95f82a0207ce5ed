"""Card numbers that another family here holds: left with it, unless it gives the number up in the same file.

Whoever holds a number gives it up when its own row brings another one and nobody keeps that from it. So numbers go round between
families, or along a row of them, in one file; the last who keeps its number keeps all before it from moving.
"""

from typing import Any

# Of `import_family_known`, `taken` is left where the number is kept, and `holder_id` tells who holds it at present.
HANDED_ON = """
WITH RECURSIVE giving AS (
  SELECT k.family_id FROM import_family_known k JOIN import_family s USING (n) JOIN households_family f ON f.id = k.family_id
  WHERE k.family_id IN (SELECT holder_id FROM import_family_known WHERE taken) AND k.held IS NULL
    AND s.kk_index IS NOT NULL AND s.kk_index <> f.kk_index),
kept (n, family_id) AS (
  SELECT n, family_id FROM import_family_known
  WHERE taken AND (held IS NOT NULL OR holder_id NOT IN (SELECT family_id FROM giving))
  UNION SELECT k.n, k.family_id FROM kept JOIN import_family_known k ON k.taken AND k.holder_id = kept.family_id)
UPDATE import_family_known SET taken = false, changed = family_id IS NOT NULL
WHERE taken AND n NOT IN (SELECT n FROM kept);
"""
# Written in two steps, as no two families hold one number even for a moment: all let go before each takes what it gets.
LET_GO = """
UPDATE households_family SET kk_index = NULL
WHERE id IN (SELECT holder_id FROM import_family_known WHERE holder_id IS NOT NULL AND NOT taken);
"""


def hand_on(cursor: Any) -> None:
    """Let a number go to the family whose row brings it, where its holder gives it up."""
    cursor.execute("SELECT EXISTS (SELECT FROM import_family_known WHERE taken)")
    if cursor.fetchone()[0]:
        cursor.execute(HANDED_ON)


def taken(cursor: Any) -> dict[str, int]:
    """How many families keep the card number they have, because another family here holds the file's."""
    cursor.execute("SELECT count(*) FROM import_family_known WHERE taken")
    count = cursor.fetchone()[0]
    return {"kk_taken": count} if count else {}
