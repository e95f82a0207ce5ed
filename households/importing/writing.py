"""Writes the staged rows into the registry: sets, one transaction, history by triggers. Nothing is deleted.

Every row written carries the time of the run, so that `undoing` finds exactly what a run made and changed.
"""

from collections.abc import Callable
from datetime import date, datetime
from string import Template
from typing import Any

from django.db import connection

from households.importing import asking, cards, recognising
from households.importing.comparing import FAMILY_FIELDS, NEWEST_DECILE
from households.importing.knowing import ANSWERED_BEFORE

# The card number a family held before is kept before the new one is written.
FORMER_CARDS = """
INSERT INTO households_formerfamilycard (family_id, kk_encrypted, kk_index, until)
SELECT f.id, f.kk_encrypted, f.kk_index, %(at)s FROM households_family f JOIN import_family_known k ON k.family_id = f.id
JOIN import_family s USING (n)
WHERE k.changed AND NOT k.taken AND s.kk_index IS NOT NULL AND f.kk_index IS NOT NULL AND f.kk_index <> s.kk_index
"""
CHANGE_FAMILIES = Template("""
UPDATE households_household h SET village_id = s.village, version = h.version + 1, updated_at = %(at)s,
  address = coalesce(nullif(s.address, ''), h.address), rt = coalesce(nullif(s.rt, ''), h.rt),
  rw = coalesce(nullif(s.rw, ''), h.rw)
FROM import_family s JOIN import_family_known k USING (n) WHERE k.household_id = h.id AND k.changed AND (
  h.village_id <> s.village OR (s.address <> '' AND h.address <> s.address)
  OR (s.rt <> '' AND h.rt <> s.rt) OR (s.rw <> '' AND h.rw <> s.rw));
UPDATE households_family f SET version = f.version + 1, updated_at = %(at)s, missing_since = NULL,
  official_id = coalesce(s.official_id, f.official_id),
  kk_encrypted = CASE WHEN NOT k.taken AND s.kk_index IS DISTINCT FROM f.kk_index THEN coalesce(s.kk_encrypted, f.kk_encrypted)
    ELSE f.kk_encrypted END,
  kk_index = CASE WHEN k.taken THEN f.kk_index ELSE coalesce(s.kk_index, f.kk_index) END,
  decile = CASE WHEN $newest THEN coalesce(s.decile, f.decile) ELSE f.decile END,
  decile_period = CASE WHEN s.decile IS NOT NULL AND $newest THEN coalesce(s.period, '') ELSE f.decile_period END
FROM import_family s JOIN import_family_known k USING (n) WHERE k.family_id = f.id AND k.changed AND (
  f.missing_since IS NOT NULL OR (s.official_id IS NOT NULL AND f.official_id IS DISTINCT FROM s.official_id)
  OR (NOT k.taken AND s.kk_index IS NOT NULL AND f.kk_index IS DISTINCT FROM s.kk_index)
  OR $decile);
""").substitute(newest=NEWEST_DECILE, decile=FAMILY_FIELDS["decile"])
# What Dukcapil compared a NIK by is `registry.matching`'s to say; where a file changes any of it, it has to be compared again.
CHANGE_PERSONS = """
UPDATE households_person p SET version = p.version + 1, updated_at = %(at)s,
  nik_encrypted = coalesce(p.nik_encrypted, s.nik_encrypted), nik_index = coalesce(p.nik_index, s.nik_index),
  no_nik_reason = CASE WHEN s.nik_index IS NULL THEN p.no_nik_reason ELSE '' END,
  nik_match = CASE WHEN (coalesce(p.nik_index, s.nik_index), s.folded, s.born, s.sex) IS DISTINCT FROM
      (p.nik_index, p.name_folded, p.birth_date, p.sex) THEN 'unchecked' ELSE p.nik_match END,
  name = s.name, name_folded = s.folded, birth_date = s.born, sex = s.sex, marital = coalesce(s.marital, p.marital),
  occupation = coalesce(nullif(s.occupation, ''), p.occupation),
  mother_name = CASE WHEN s.mother_index IS DISTINCT FROM p.mother_index THEN coalesce(s.mother_name, p.mother_name)
    ELSE p.mother_name END,
  mother_index = coalesce(s.mother_index, p.mother_index), birth_place = coalesce(nullif(s.birth_place, ''), p.birth_place)
FROM import_person s JOIN import_person_known k USING (line) WHERE k.person_id = p.id AND k.changed AND NOT k.conflict
  AND ((p.nik_index IS NULL AND s.nik_index IS NOT NULL) OR (p.name, p.sex) <> (s.name, s.sex) OR p.birth_date IS DISTINCT FROM s.born
  OR (s.marital IS NOT NULL AND p.marital <> s.marital) OR (s.occupation <> '' AND p.occupation <> s.occupation)
  OR (s.mother_index IS NOT NULL AND p.mother_index IS DISTINCT FROM s.mother_index)
  OR (s.birth_place <> '' AND p.birth_place <> s.birth_place));
UPDATE households_membership m SET relation = '' FROM import_family_known kf
WHERE m.family_id = kf.family_id AND kf.changed AND m.relation = '1' AND m.ended_on IS NULL AND EXISTS (
  SELECT FROM import_person s LEFT JOIN import_person_known k USING (line) WHERE s.n = kf.n AND s.relation = '1'
  AND NOT coalesce(k.conflict, false) AND k.person_id IS DISTINCT FROM m.person_id);
UPDATE households_membership m SET relation = s.relation, missing_since = NULL
FROM import_person s JOIN import_person_known k USING (line)
WHERE k.membership_id = m.id AND k.changed AND NOT k.conflict AND (m.relation <> s.relation OR m.missing_since IS NOT NULL);
"""
INSERT_PERSONS = """
INSERT INTO households_person (id, version, created_at, updated_at, nik_encrypted, nik_index, no_nik_reason, nik_match, name,
  name_folded, birth_date, birth_place, sex, marital, occupation, mother_name, mother_index)
SELECT s.person_id, 1, %(at)s, %(at)s, s.nik_encrypted, s.nik_index,
  CASE WHEN s.nik_index IS NULL THEN 'extract' ELSE '' END, 'unchecked', s.name, s.folded, s.born, coalesce(s.birth_place, ''),
  s.sex, coalesce(s.marital, ''), coalesce(s.occupation, ''), s.mother_name, s.mother_index
FROM import_person s WHERE NOT EXISTS (SELECT FROM import_person_known k WHERE k.line = s.line);
"""
NEW_FAMILY = "NOT EXISTS (SELECT FROM import_family_known k WHERE k.n = f.n AND k.family_id IS NOT NULL)"
# A person of the extract who already lives elsewhere here can lead no new family before somebody decides.
NEW_HEAD = """
LEFT JOIN (SELECT s.n, coalesce(p.person_id, s.person_id) AS person_id FROM import_person s
  LEFT JOIN import_person_known p USING (line) WHERE s.relation = '1' AND NOT coalesce(p.conflict, false)) h ON h.n = f.n
"""
INSERT_HOUSEHOLDS = Template("""
INSERT INTO households_household (id, version, created_at, updated_at, village_id, hamlet, address, rt, rw, head_id)
SELECT f.household_id, 1, %(at)s, %(at)s, f.village, '', coalesce(f.address, ''), coalesce(f.rt, ''), coalesce(f.rw, ''),
  h.person_id
FROM import_family f $head WHERE $is_new;
""").substitute(head=NEW_HEAD, is_new=NEW_FAMILY)
INSERT_FAMILIES = Template("""
INSERT INTO households_family (id, version, created_at, updated_at, household_id, official_id, kk_encrypted, kk_index, head_id,
  decile, decile_period)
SELECT f.family_id, 1, %(at)s, %(at)s, f.household_id, f.official_id,
  CASE WHEN f.kk_index IS NULL OR t.n IS NOT NULL THEN NULL ELSE f.kk_encrypted END,
  CASE WHEN t.n IS NULL THEN f.kk_index END,
  h.person_id, f.decile, CASE WHEN f.decile IS NULL THEN '' ELSE coalesce(f.period, '') END
FROM import_family f $head LEFT JOIN import_family_known t ON t.n = f.n AND t.taken WHERE $is_new;
""").substitute(head=NEW_HEAD, is_new=NEW_FAMILY)
INSERT_MEMBERSHIPS = """
INSERT INTO households_membership (person_id, family_id, relation, household_relation, end_reason)
SELECT s.person_id, coalesce(kf.family_id, f.family_id), s.relation, s.relation, ''
FROM import_person s JOIN import_family f USING (n) LEFT JOIN import_family_known kf ON kf.n = s.n
WHERE NOT EXISTS (SELECT FROM import_person_known k WHERE k.line = s.line);
"""
# People known here who live nowhere at present; which memberships these are is remembered for taking the run back.
RETURNED = """
INSERT INTO households_membership (person_id, family_id, relation, household_relation, end_reason)
SELECT k.person_id, coalesce(kf.family_id, f.family_id), s.relation, s.relation, ''
FROM import_person_known k JOIN import_person s USING (line) JOIN import_family f ON f.n = s.n
LEFT JOIN import_family_known kf ON kf.n = s.n
WHERE k.changed AND NOT k.conflict AND k.membership_id IS NULL RETURNING id
"""
# A family's new head leads the house too where nobody who lives there does; else whoever leads it goes on, and nobody besides is called
# its head.
HEADS = """
UPDATE households_family f SET head_id = h.person_id, version = f.version + 1, updated_at = %(at)s FROM (
  SELECT kf.family_id, coalesce(k.person_id, s.person_id) AS person_id FROM import_family_known kf
  JOIN import_person s ON s.n = kf.n AND s.relation = '1' LEFT JOIN import_person_known k USING (line)
  WHERE kf.changed AND kf.family_id IS NOT NULL AND NOT coalesce(k.conflict, false)) h
WHERE f.id = h.family_id AND f.head_id IS DISTINCT FROM h.person_id;
UPDATE households_family f SET head_id = NULL, version = f.version + 1, updated_at = %(at)s
FROM import_family_headless n JOIN import_family_known k USING (n)
WHERE f.id = k.family_id AND k.changed AND f.head_id IS NOT NULL;
UPDATE households_household h SET head_id = f.head_id, version = h.version + 1, updated_at = %(at)s
FROM import_family_known k JOIN households_family f ON f.id = k.family_id
WHERE k.changed AND h.id = k.household_id AND f.head_id IS NOT NULL AND f.head_id IS DISTINCT FROM h.head_id
  AND NOT EXISTS (SELECT FROM households_membership m JOIN households_family o ON o.id = m.family_id
    WHERE m.person_id = h.head_id AND m.ended_on IS NULL AND o.household_id = h.id);
UPDATE households_membership m SET household_relation = '1' FROM import_family_known k JOIN households_household h ON h.id = k.household_id
WHERE k.changed AND m.family_id = k.family_id AND m.ended_on IS NULL AND m.person_id = h.head_id AND m.household_relation <> '1';
UPDATE households_membership m SET household_relation = '8' FROM import_family_known k JOIN households_household h ON h.id = k.household_id
WHERE k.changed AND m.family_id = k.family_id AND m.ended_on IS NULL AND m.person_id <> h.head_id AND m.household_relation = '1';
"""
# A file's answers are as old as its quarter, if it names one. What it only repeats nobody asked again: that keeps its age.
DATED = """least(%(today)s::date, CASE WHEN f.period <> '' THEN
    (make_date(left(f.period, 4)::int, 1, 1) + make_interval(months => 3 * right(f.period, 1)::int))::date - 1 END)"""
# A changed family gets a new round; what this file does not say is carried over from the last one.
INSERT_ROUNDS = Template("""
INSERT INTO households_surveyround (id, household_id, kind, codebook, period, collected_on, run_id, answers, consent_version, attested)
SELECT f.round_id, coalesce(k.household_id, f.household_id), 'extract', 'bdt2015', coalesce(f.period, ''), CASE
    WHEN k.family_id IS NOT NULL AND coalesce(l.answers, '{}') @> f.answers THEN coalesce(l.collected_on, (
      SELECT max(r.collected_on) FROM households_surveyround r WHERE r.household_id = k.household_id), $dated)
    ELSE $dated END, %(run)s,
  coalesce(l.answers || f.answers, f.answers), '', false
FROM import_family f LEFT JOIN import_family_known k USING (n) LEFT JOIN households_surveyround l ON l.id = k.last_round
WHERE k.family_id IS NULL OR k.changed;
""").substitute(dated=DATED)
# Apart from those of changed families, which look for the answers of last time: the registry's are many to go through.
INSERT_ANSWERS = """
INSERT INTO households_personanswers (person_id, round_id, answers)
SELECT coalesce(p.person_id, s.person_id), f.round_id, x.answers
FROM import_person s JOIN import_answers x ON x.id = s.answers_id JOIN import_family f USING (n)
LEFT JOIN import_person_known p ON p.line = s.line
WHERE NOT EXISTS (SELECT FROM import_family_known k WHERE k.n = s.n AND k.family_id IS NOT NULL)
  AND NOT coalesce(p.conflict, false);
"""
CHANGE_ANSWERS = Template("""
INSERT INTO households_personanswers (person_id, round_id, answers)
SELECT coalesce(p.person_id, s.person_id), f.round_id, coalesce(a.answers, $before, '{}') || x.answers
FROM import_family_known k JOIN import_person s ON s.n = k.n JOIN import_answers x ON x.id = s.answers_id
JOIN import_family f ON f.n = k.n
LEFT JOIN import_person_known p ON p.line = s.line
LEFT JOIN households_personanswers a ON a.round_id = k.last_round AND a.person_id = p.person_id
WHERE k.family_id IS NOT NULL AND k.changed AND NOT coalesce(p.conflict, false);
""").substitute(before=ANSWERED_BEFORE.substitute(person="p.person_id", family="k.family_id"))
INSERT_DECILES = """
INSERT INTO households_decilerecord (family_id, decile, period, source, recorded_at)
SELECT coalesce(k.family_id, f.family_id), f.decile, coalesce(f.period, ''), 'extract', %(at)s
FROM import_family f LEFT JOIN import_family_known k USING (n)
WHERE f.decile IS NOT NULL AND (k.family_id IS NULL OR k.changed OR k.late_decile)
ON CONFLICT (family_id, period, source) DO UPDATE SET decile = EXCLUDED.decile, recorded_at = EXCLUDED.recorded_at
WHERE households_decilerecord.decile <> EXCLUDED.decile;
"""
# Whoever stands in the ministry's extract with a decile was determined there; nothing is decided here. A family that was recognised
# has its registration: to lose it drops the digest.
INSERT_REGISTRATIONS = """
INSERT INTO households_registration (version, created_at, updated_at, family_id, state, state_since, source, identity_waived,
  minutes_number, result_code, decree_number, result_reason, exit_reason)
SELECT 1, %(at)s, %(at)s, coalesce(k.family_id, f.family_id), 'determined', %(at)s, 'extract', '', '', '', '', '', ''
FROM import_family f LEFT JOIN import_family_known k USING (n)
WHERE EXISTS (SELECT FROM import_person) AND f.n NOT IN (SELECT n FROM import_family_settled)
  AND f.decile IS NOT NULL AND k.held IS NULL AND (k.family_id IS NULL OR NOT EXISTS (
    SELECT FROM households_registration r WHERE r.family_id = k.family_id));
"""
FLAG_MISSING = """
UPDATE households_membership m SET missing_since = %(at)s FROM import_person_missing k WHERE k.membership_id = m.id;
DELETE FROM households_familydigest WHERE family_id IN (SELECT family_id FROM import_person_missing);
"""
# A question of two numbers is none any more where this file names the person, in their family, by the one that stands here.
AGREED = """
UPDATE households_importconflict c SET agreed_in = %(run)s
FROM import_person_known k JOIN import_person s USING (line) JOIN households_person p ON p.id = k.person_id AND p.nik_index = s.nik_index
WHERE c.person_id = k.person_id AND NOT k.conflict AND c.decision = '' AND c.agreed_in IS NULL AND c.said ? 'nik'
  AND EXISTS (SELECT FROM households_importconflict o WHERE o.decision = '' AND o.agreed_in IS NULL AND o.said ? 'nik');
"""
# In the file's order, so that all is found before the first is written: an empty table that fills meanwhile is gone through each time.
CONFLICTS = f"""
INSERT INTO households_importconflict
  (run_id, line, person_id, stored_family_id, extract_family_id, relation, decision, note, said, nik_index)
SELECT %(run)s, line, person_id, stored_family_id, extract_family_id, relation, '', '', said, nik_index FROM ({asking.TO_ASK}) asked
ORDER BY line;
"""  # noqa: S608  # nosec B608  no values in it
# The file that has the number that stands here again is compared and not recognised, so that it is seen to agree (`AGREED`).
ASKED_ABOUT = """
DELETE FROM households_familydigest WHERE family_id IN (
  SELECT stored_family_id FROM households_importconflict WHERE run_id = %(run)s AND nik_index IS NOT NULL);
"""
FLAG_FAMILIES = """
UPDATE households_family f SET missing_since = %(at)s, updated_at = %(at)s, version = f.version + 1
FROM import_family_missing k WHERE k.family_id = f.id;
DELETE FROM households_familydigest WHERE family_id IN (SELECT family_id FROM import_family_missing);
"""
# Whom the file lacks is kept with the run, flagged or not: nobody could tell afterwards whom its numbers were about.
ABSENCES = """
INSERT INTO households_importabsence (run_id, family_id, membership_id)
SELECT %(run)s, family_id, NULL FROM import_family_missing
UNION ALL SELECT %(run)s, family_id, membership_id FROM import_person_missing;
"""
# Told after each step with how many of how many are done.
Tell = Callable[[int, int], None]


def tidy_name_index() -> None:
    """Sort the words of names that came with an import into their index; searching is right before that, only slower."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('person_name_words')")


def write(
    run_id: int, at: datetime, today: date, found: dict[str, Any], tell: Tell | None = None, complete: bool = False
) -> list[int]:
    """Write everything that `compare` found, whose counts are `found`. Call inside the transaction that compared.

    Families that are not in the file are flagged when it is `complete` for its villages.

    Return the memberships of people who were known but lived nowhere.
    """
    values: dict[str, Any] = {"run": run_id, "at": at, "today": today}
    steps = _steps(found) + ([FLAG_FAMILIES] if complete and found["missing_families"] else [])
    returned: list[int] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('slrt.references_given', 'on', true)")
        # The names' index takes its new words from a list later (`tidy_name_index`); sorting them in here would cost a fifth.
        cursor.execute("SET LOCAL gin_pending_list_limit = '1GB'")
        for number, step in enumerate(steps, 1):
            cursor.execute(step, values)
            if step is RETURNED:
                returned = [pk for (pk,) in cursor.fetchall()]
            if tell:
                tell(number, len(steps))
        recognising.keep(cursor, found)
        cursor.execute("SELECT set_config('slrt.references_given', '', true)")
    return returned


def _steps(found: dict[str, Any]) -> list[str]:
    """The statements that have something to do, in their order. A step that is left out would have found no row."""
    households, people = found["households"], found["people"]
    changed = households["changed"] or people["changed"]
    steps = (
        (changed, (FORMER_CARDS, cards.LET_GO, CHANGE_FAMILIES, CHANGE_PERSONS)),
        (people["new"], (INSERT_PERSONS,)),
        (households["new"], (INSERT_HOUSEHOLDS, INSERT_FAMILIES)),
        (people["new"], (INSERT_MEMBERSHIPS,)),
        (changed, (RETURNED,)),
        (changed or households["new"], (INSERT_ROUNDS,)),
        (households["new"], (INSERT_ANSWERS,)),
        (changed, (CHANGE_ANSWERS,)),
        (changed or households["new"] or found["late_deciles"], (INSERT_DECILES,)),
        (True, (INSERT_REGISTRATIONS,)),
        (changed, (HEADS,)),
        (found["missing"], (FLAG_MISSING,)),
        (found["missing"] or found["missing_families"], (ABSENCES,)),
        (people["unchanged"] or people["changed"], (AGREED,)),
        (found["conflicts"], (CONFLICTS, ASKED_ABOUT)),
    )
    return [step for needed, several in steps if needed for step in several]
