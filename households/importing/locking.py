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


# The same of a list's rows: whom they are about, so that a row that turns out to be about somebody else is about newly locked ones.
ROWS_NEWLY_LOCKED = """
CREATE UNLOGGED TABLE IF NOT EXISTS import_locked (household_id bigint, family_id bigint, person_id bigint,
  UNIQUE NULLS NOT DISTINCT (household_id, family_id, person_id));
INSERT INTO import_locked SELECT DISTINCT f.household_id, r.family_id, r.person_id FROM import_row r
JOIN households_family f ON f.id = r.family_id WHERE r.status IN ('new', 'changed') ON CONFLICT DO NOTHING
"""
ROW_LOCKS = tuple(
    f"SELECT count(*) FROM (SELECT id FROM {table} WHERE id IN (SELECT {column} FROM import_locked) ORDER BY id FOR NO KEY UPDATE) AS held"  # noqa: S608  # nosec B608  no values in it
    for table, column in (
        ("households_household", "household_id"),
        ("households_family", "family_id"),
        ("households_person", "person_id"),
    )
)


def lock_changed() -> int:
    """Lock what the comparison says will change, until the transaction ends; return how many houses were not locked before.

    Waits for whoever is editing one of them. Call inside `looking_into`, after `compare`.
    """
    return _locked(NEWLY_LOCKED, LOCKS)


def lock_rows() -> int:
    """Lock whom a list's rows will change and the houses they live in; return how many of them were not locked before.

    Call inside `looking_into`, after the rows were compared.
    """
    return _locked(ROWS_NEWLY_LOCKED, ROW_LOCKS)


def _locked(newly_locked: str, locks: tuple[str, ...]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(newly_locked)
        newly: int = cursor.rowcount
        if newly:
            for lock in locks:
                cursor.execute(lock)
    return newly
