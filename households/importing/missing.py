"""What the registry knows and the file does not say: people and families no longer in it, families that came without a head (`headless`).

Only families that an earlier extract brought are missed, in villages of which the file holds rows; those whose rows were refused,
or whose people stand in the file elsewhere, are not. They are flagged when a person said the file is complete; nobody is removed.
A person whose own row was refused stands in the file: known by NIK, else by name within the family that the row's family number, its
card or a card of old leads to. Where a refused row of a family tells neither, nobody of that family is missed.
Whoever a row names by a NIK that was dropped in a merge (`former_numbers`), as an entry without one that was merged
(`former_entries`), or under another NIK than theirs (`renumbered`), stands in the file too.
"""

from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from households.choices.imports import ImportState
from households.importing import former_entries, former_numbers, renumbered
from households.importing.staging import schema
from households.models import Family, ImportRun, Membership
from households.querysets.household import FamilyQuerySet, MembershipQuerySet

# Refused rows under a card that a family held before, with that family: unless the row names another one, or the number is by now,
# or in this file, somebody's own.
FORMERLY = """
  SELECT c.family_id, r.nik_index, r.folded FROM import_refused r JOIN households_formerfamilycard c ON c.kk_index = r.kk_index
  JOIN households_family f ON f.id = c.family_id
  WHERE (r.official_id IS NULL OR r.official_id = f.official_id)
    AND NOT EXISTS (SELECT FROM households_family h WHERE h.kk_index = r.kk_index)
    AND NOT EXISTS (SELECT FROM import_family s WHERE s.kk_index = r.kk_index)
"""
FORGET = """DROP TABLE IF EXISTS import_family_missing, import_family_headless, import_person_missing,
  import_person_refused;"""
# First who is not in the file. NOT IN is answered from one hash, where a planner without statistics would begin with one family
# and go through the file for each.
AWAY = """
CREATE UNLOGGED TABLE import_family_missing AS
SELECT f.id AS family_id, f.household_id, h.village_id AS village
FROM households_household h JOIN households_family f ON f.household_id = h.id
WHERE h.village_id = ANY(ARRAY(SELECT village FROM import_family GROUP BY 1))
  AND f.missing_since IS NULL AND f.merged_into_id IS NULL
  AND f.id NOT IN (SELECT family_id FROM import_family_known WHERE family_id IS NOT NULL)
  AND f.id NOT IN (SELECT m.family_id FROM import_person_known p JOIN households_membership m ON m.id = p.membership_id
    WHERE p.conflict)
  AND coalesce(f.official_id NOT IN (SELECT official_id FROM import_refused WHERE official_id IS NOT NULL), true)
  AND coalesce(f.kk_index NOT IN (SELECT kk_index FROM import_refused WHERE kk_index IS NOT NULL), true)
  AND f.id NOT IN (SELECT m.family_id FROM import_refused r JOIN households_person p ON p.nik_index = r.nik_index
    JOIN households_membership m ON m.person_id = p.id AND m.ended_on IS NULL);
"""
NOT_AWAY = f"""
DELETE FROM import_family_missing WHERE family_id IN (SELECT family_id FROM ({FORMERLY}) r);
"""  # noqa: S608  # nosec B608  no values in it
# Then, of those, whom an extract never told of. A family with a digest stands as an extract told, with its people (`recognising`).
# Of one without: an extract that brought a decile told of its family; of a family without a decile, its household's
# extract rounds tell, of all its families: whose people they answered for was in the extract. Each of these is asked about by itself
# through its indexes, whatever the planner believes of tables that the last import has just filled; the deciles and the heads are
# looked through once where many are asked about; only of a family without one it is asked whether anybody else lives in it. A family
# whose extract is newer than the file is not missed by it.
NOT_MISSING = """
CREATE UNLOGGED TABLE import_family_untold AS SELECT family_id, household_id FROM import_family_missing a
WHERE NOT EXISTS (SELECT FROM households_familydigest d WHERE d.family_id = a.family_id);
ANALYZE import_family_untold;
SET LOCAL enable_bitmapscan = off;
DELETE FROM import_family_missing WHERE family_id IN (SELECT a.family_id FROM import_family_untold a WHERE NOT (
  (EXISTS (SELECT FROM households_decilerecord d WHERE d.family_id = a.family_id AND d.source = 'extract')
    AND (EXISTS (SELECT FROM households_membership m WHERE m.family_id = a.family_id AND m.ended_on IS NULL AND m.relation = '1')
      OR EXISTS (SELECT FROM households_membership m WHERE m.family_id = a.family_id AND m.ended_on IS NULL OFFSET 0)))
  OR EXISTS (SELECT FROM households_surveyround r JOIN households_personanswers x ON x.round_id = r.id
    JOIN households_membership m ON m.person_id = x.person_id AND m.family_id = a.family_id AND m.ended_on IS NULL
    WHERE r.household_id = a.household_id AND r.kind = 'extract' OFFSET 0)))
OR household_id IN (SELECT r.household_id FROM households_surveyround r WHERE r.kind = 'extract'
  AND r.period > (SELECT coalesce(nullif(max(period), ''), '9999') FROM import_family));
SET LOCAL enable_bitmapscan = on;
DROP TABLE import_family_untold;
"""
# Whoever is named by a number that was dropped in a merge, or as an entry that was merged, stands in the file.
NOT_AWAY_FORMERLY = """
DELETE FROM import_family_missing WHERE family_id IN (SELECT m.family_id FROM households_membership m
  WHERE m.ended_on IS NULL AND m.person_id IN ({named}));
"""
NOT_MISSING_FORMERLY = "DELETE FROM import_person_missing WHERE person_id IN ({named})"
PER_VILLAGE = "SELECT village, count(*) FROM import_family_missing GROUP BY 1"
SOME = "SELECT family_id FROM import_family_missing ORDER BY village, family_id LIMIT 20"
PEOPLE = """
CREATE UNLOGGED TABLE import_person_missing AS
SELECT m.id AS membership_id, m.person_id, m.family_id, s.village
FROM households_membership m JOIN import_family_known k ON k.family_id = m.family_id JOIN import_family s USING (n)
WHERE m.ended_on IS NULL AND m.missing_since IS NULL AND k.held IS NULL AND NOT EXISTS (
  SELECT FROM import_person_known p WHERE p.person_id = m.person_id)
  AND k.n NOT IN (SELECT n FROM import_family_settled)
"""
# Refused rows of the file's families, and whether a row tells which of the people there it is about: by NIK, of a member or of
# another row of the family, or by the name of a member whom no good row is. A member whose own row is good is not asked by name,
# else a newcomer would make the next upload of the same file miss more.
REFUSED_PEOPLE = f"""
ANALYZE import_person_missing;
CREATE UNLOGGED TABLE import_person_refused AS
SELECT r.*, EXISTS (SELECT FROM households_membership m JOIN households_person p ON p.id = m.person_id
  WHERE m.family_id = r.family_id AND m.ended_on IS NULL AND (p.nik_index = r.nik_index OR p.name_folded = r.folded
    AND NOT EXISTS (SELECT FROM import_person_known o WHERE o.person_id = p.id)))
  OR EXISTS (SELECT FROM import_person s JOIN import_family_known k USING (n)
    WHERE k.family_id = r.family_id AND s.nik_index = r.nik_index) AS named
FROM (
  SELECT k.family_id, r.nik_index, r.folded FROM import_refused r JOIN import_family s ON s.official_id = r.official_id
  JOIN import_family_known k USING (n) WHERE k.family_id IN (SELECT family_id FROM import_person_missing)
  UNION SELECT k.family_id, r.nik_index, r.folded FROM import_refused r JOIN import_family s ON s.kk_index = r.kk_index
  JOIN import_family_known k USING (n) WHERE k.family_id IN (SELECT family_id FROM import_person_missing)
  UNION SELECT * FROM ({FORMERLY}) o WHERE o.family_id IN (SELECT family_id FROM import_person_missing)) r;
ANALYZE import_person_refused;
DELETE FROM import_person_missing g USING households_person p, import_refused r
WHERE p.id = g.person_id AND r.nik_index = p.nik_index;
DELETE FROM import_person_missing g USING import_person_refused r WHERE r.family_id = g.family_id AND NOT r.named;
DELETE FROM import_person_missing g USING households_person p, import_person_refused r
WHERE p.id = g.person_id AND r.family_id = g.family_id AND r.folded = p.name_folded;
"""  # noqa: S608  # nosec B608  no values in it
PEOPLE_PER_VILLAGE = "SELECT village, count(*) FROM import_person_missing GROUP BY 1"
# Families that had no head, those whose head the file calls something else, and those that had died out and whom the file brings
# people, which keep the name of their last head. Three questions and not one with OR: where everybody changed, that was asked of every
# family by going through all the people. What cannot be, where nobody is new or nobody changed, is not asked.
HEADLESS = """
CREATE UNLOGGED TABLE import_family_headless AS SELECT f.n FROM ({asked}) f
WHERE NOT EXISTS (SELECT FROM import_person s LEFT JOIN import_person_known p USING (line)
  WHERE s.n = f.n AND s.relation = '1' AND NOT coalesce(p.conflict, false))
"""
WITHOUT_HEAD = "SELECT n FROM import_family_known WHERE headless"
NEW_OR_WITHOUT_HEAD = (
    "SELECT f.n FROM import_family f LEFT JOIN import_family_known k USING (n) WHERE k.family_id IS NULL OR k.headless"
)
HEAD_GONE = """
SELECT o.n FROM import_person_known o JOIN import_person s USING (line)
  JOIN households_membership m ON m.id = o.membership_id JOIN households_family h ON h.id = m.family_id
  WHERE o.changed AND NOT o.conflict AND s.relation <> '1' AND h.head_id = o.person_id
UNION SELECT k.n FROM import_family_known k JOIN households_family h ON h.id = k.family_id
  WHERE k.changed AND h.head_id IS NOT NULL AND NOT EXISTS (SELECT FROM households_membership m
    WHERE m.family_id = k.family_id AND m.ended_on IS NULL AND m.relation = '1')
"""


def people(cursor: Any, *, other_numbers: bool = False) -> dict[str, int]:
    """Return how many people of the file's families it no longer names, by village code.

    `other_numbers`: whether any row names a member under another NIK (`renumbered`).
    """
    cursor.execute("ANALYZE import_refused")
    cursor.execute(PEOPLE)
    if _both(cursor, "import_refused", "import_person_missing"):
        cursor.execute(REFUSED_PEOPLE)
    _named_formerly(cursor, NOT_MISSING_FORMERLY)
    if other_numbers:
        cursor.execute(renumbered.NOT_MISSING)
    cursor.execute(PEOPLE_PER_VILLAGE)
    return dict(cursor.fetchall())


def families(cursor: Any) -> dict[str, int]:
    """Find the families no longer in the file; return how many, by village code."""
    cursor.execute(AWAY)
    if _both(cursor, "import_refused", "import_family_missing"):
        cursor.execute(NOT_AWAY)
    _named_formerly(cursor, NOT_AWAY_FORMERLY)
    cursor.execute(NOT_MISSING)
    cursor.execute(PER_VILLAGE)
    return dict(cursor.fetchall())


def _named_formerly(cursor: Any, statement: str) -> None:
    """Let nobody be missed whom the file names by what a merge dropped."""
    for former in (former_numbers, former_entries):
        if former.are_any(cursor):
            cursor.execute(statement.format(named=former.NAMED))


def _both(cursor: Any, one: str, other: str) -> bool:
    """Whether there is a row in both tables; without one there is nothing to look for."""
    cursor.execute(f"SELECT EXISTS (SELECT FROM {one}) AND EXISTS (SELECT FROM {other})")  # noqa: S608  # nosec B608  names of ours
    return bool(cursor.fetchone()[0])


def warnings(cursor: Any, *, any_new: bool, any_changed: bool) -> dict[str, int]:
    """Find the families that nobody would lead; return how many, as a warning.

    `any_new`, `any_changed`: whether the file brings new families, and whether it changes any that are here or their people.
    """
    asked = [NEW_OR_WITHOUT_HEAD if any_new else WITHOUT_HEAD, *([HEAD_GONE] if any_changed else [])]
    cursor.execute(HEADLESS.format(asked=" UNION ".join(asked)))
    cursor.execute("SELECT count(*) FROM import_family_headless")
    count = cursor.fetchone()[0]
    return {"headless": count} if count else {}


def families_of(run: ImportRun) -> FamilyQuerySet | None:
    """Return every family that the run's file no longer holds, None where nobody kept them.

    Before a file is applied they stand in its tables, as long as those are kept, and afterwards beside the run (`ImportAbsence`).
    """
    if table := kept(run, "import_family_missing"):
        found = RawSQL(f"SELECT family_id FROM {table}", ())  # noqa: S608, S611  # nosec B608, B611  a number of ours
        return Family.objects.filter(pk__in=found)
    absent = run.absences.filter(membership_id=None)
    return Family.objects.filter(pk__in=absent.values("family_id")) if _stands(run, absent) else None


def people_of(run: ImportRun) -> MembershipQuerySet | None:
    """The same of the people whom the rows of their families no longer name, as members of those families."""
    if table := kept(run, "import_person_missing"):
        found = RawSQL(f"SELECT membership_id FROM {table}", ())  # noqa: S608, S611  # nosec B608, B611  a number of ours
        return Membership.objects.filter(pk__in=found)
    absent = run.absences.exclude(membership_id=None)
    return Membership.objects.filter(pk__in=absent.values("membership_id")) if _stands(run, absent) else None


def _stands(run: ImportRun, absent: Any) -> bool:
    """Whether a run was applied with these; of one from before they were kept only those are known whom it flagged."""
    return run.state == ImportState.APPLIED and absent.exists()


def some_families(cursor: Any) -> list[int]:
    """Return up to twenty of the families no longer in the file, by number; who reads them decides what they see."""
    cursor.execute(SOME)
    return [pk for (pk,) in cursor.fetchall()]


def kept(run: ImportRun, table: str) -> str:
    """Return the full name of one of a preview's tables, empty where it is gone or holds nothing, which a crash leaves of it."""
    name = f"{schema(run.pk)}.{table}"
    if run.state != ImportState.PREVIEWED:
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
        if not cursor.fetchone()[0]:
            return ""
        # A text and nothing composed: what notes who wrote something reads every statement of a form that was sent.
        cursor.execute(f"SELECT EXISTS (SELECT FROM {name})")  # noqa: S608  # nosec B608  a number and a name of ours
        return name if cursor.fetchone()[0] else ""
