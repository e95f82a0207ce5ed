"""Locks what an import will change before it is compared for the last time: nobody's edit comes between the comparison and the writing."""

from django.db import connection

# Which houses are locked already, so that a comparison made after the locks is known to be about locked rows only.
NEWLY_LOCKED = """
CREATE UNLOGGED TABLE IF NOT EXISTS import_locked (household_id bigint PRIMARY KEY);
INSERT INTO import_locked SELECT DISTINCT household_id FROM import_family_known WHERE changed AND household_id IS NOT NULL
ON CONFLICT DO NOTHING
"""
# In the order in which registry events lock, so that neither waits for the other for ever.
LOCKS = tuple(
    f"SELECT count(*) FROM (SELECT id FROM {table} WHERE id IN ({ids}) ORDER BY id FOR NO KEY UPDATE) AS held"  # noqa: S608  # nosec B608  no values in it
    for table, ids in (
        ("households_household", "SELECT household_id FROM import_locked"),
        ("households_family", "SELECT family_id FROM import_family_known WHERE changed"),
        ("households_person", "SELECT person_id FROM import_person_known WHERE changed AND NOT conflict"),
    )
)


def lock_changed() -> int:
    """Lock what the comparison says will change, until the transaction ends; return how many houses were not locked before.

    Waits for whoever is editing one of them. Call inside `looking_into`, after `compare`.
    """
    with connection.cursor() as cursor:
        cursor.execute(NEWLY_LOCKED)
        newly: int = cursor.rowcount
        if newly:
            for lock in LOCKS:
                cursor.execute(lock)
    return newly
