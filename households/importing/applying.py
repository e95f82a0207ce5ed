"""Writes the staged rows into the registry: sets, one transaction, history by triggers. Nothing is deleted."""

from datetime import date, datetime
from typing import Any

from django.db import connection

NEW_IDS = """
UPDATE import_family SET family_id = nextval('households_family_id_seq'), household_id = nextval('households_household_id_seq')
WHERE is_new AND family_id IS NULL;
UPDATE import_person SET person_id = nextval('households_person_id_seq') WHERE is_new AND person_id IS NULL;
UPDATE import_family SET round_id = nextval('households_surveyround_id_seq') WHERE (is_new OR changed) AND round_id IS NULL;
"""
# The KK number a family held before is kept before the new one is written.
FORMER_CARDS = """
INSERT INTO households_formerfamilycard (family_id, kk_encrypted, kk_index, until)
SELECT f.id, f.kk_encrypted, f.kk_index, %(at)s FROM households_family f JOIN import_family s ON s.family_id = f.id
WHERE NOT s.is_new AND s.changed AND s.kk_index IS NOT NULL AND f.kk_index IS NOT NULL AND f.kk_index <> s.kk_index
"""
CHANGE_FAMILIES = """
UPDATE households_household h SET village_id = s.village, version = h.version + 1, updated_at = %(at)s,
  address = coalesce(nullif(s.address, ''), h.address), rt = coalesce(nullif(s.rt, ''), h.rt),
  rw = coalesce(nullif(s.rw, ''), h.rw)
FROM import_family s WHERE s.household_id = h.id AND s.changed AND NOT s.is_new AND (
  h.village_id <> s.village OR (coalesce(s.address, '') <> '' AND h.address <> s.address)
  OR (coalesce(s.rt, '') <> '' AND h.rt <> s.rt) OR (coalesce(s.rw, '') <> '' AND h.rw <> s.rw));
UPDATE households_family f SET version = f.version + 1, updated_at = %(at)s, missing_since = NULL,
  official_id = coalesce(s.official_id, f.official_id),
  kk_encrypted = CASE WHEN s.kk_index IS NOT NULL AND s.kk_index IS DISTINCT FROM f.kk_index THEN s.kk_encrypted ELSE f.kk_encrypted END,
  kk_index = coalesce(s.kk_index, f.kk_index),
  decile = coalesce(s.decile, f.decile),
  decile_period = CASE WHEN s.decile IS NULL THEN f.decile_period ELSE coalesce(s.period, '') END
FROM import_family s WHERE s.family_id = f.id AND s.changed AND NOT s.is_new AND (
  f.missing_since IS NOT NULL OR (s.official_id IS NOT NULL AND f.official_id IS DISTINCT FROM s.official_id)
  OR (s.kk_index IS NOT NULL AND f.kk_index IS DISTINCT FROM s.kk_index)
  OR (s.decile IS NOT NULL AND (f.decile, f.decile_period) IS DISTINCT FROM (s.decile, coalesce(s.period, ''))));
"""
CHANGE_PERSONS = """
UPDATE households_person p SET version = p.version + 1, updated_at = %(at)s,
  name = s.name, name_folded = s.folded, birth_date = s.born, sex = s.sex, marital = coalesce(s.marital, p.marital),
  occupation = coalesce(nullif(s.occupation, ''), p.occupation),
  mother_name = coalesce(nullif(s.mother, ''), p.mother_name), birth_place = coalesce(nullif(s.birth_place, ''), p.birth_place)
FROM import_person s WHERE s.person_id = p.id AND s.changed AND NOT s.is_new AND NOT s.conflict;
UPDATE households_membership m SET relation = '8' FROM import_family sf
WHERE m.family_id = sf.family_id AND NOT sf.is_new AND m.relation = '1' AND m.ended_on IS NULL AND EXISTS (
  SELECT 1 FROM import_person s WHERE s.n = sf.n AND s.relation = '1' AND NOT s.conflict AND s.person_id <> m.person_id);
UPDATE households_membership m SET relation = s.relation, missing_since = NULL FROM import_person s, import_family sf
WHERE sf.n = s.n AND m.person_id = s.person_id AND m.family_id = sf.family_id AND m.ended_on IS NULL
  AND s.changed AND NOT s.conflict AND (m.relation <> s.relation OR m.missing_since IS NOT NULL);
"""
INSERT_PERSONS = """
INSERT INTO households_person (id, version, created_at, updated_at, nik_encrypted, nik_index, no_nik_reason, nik_match, name,
  name_folded, birth_date, birth_place, sex, marital, occupation, mother_name)
SELECT person_id, 1, %(at)s, %(at)s, nik_encrypted, nik_index, CASE WHEN nik_index IS NULL THEN 'extract' ELSE '' END,
  'unchecked', name, folded, born, coalesce(birth_place, ''), sex, coalesce(marital, ''), coalesce(occupation, ''),
  coalesce(mother, '') FROM import_person WHERE is_new;
"""
INSERT_FAMILIES = """
CREATE TEMP TABLE import_head ON COMMIT DROP AS
SELECT f.n, h.person_id FROM import_family f JOIN import_person h ON h.n = f.n AND h.relation = '1' AND NOT h.conflict
WHERE f.is_new;
INSERT INTO households_household (id, version, created_at, updated_at, village_id, hamlet, address, rt, rw, head_id)
SELECT f.household_id, 1, %(at)s, %(at)s, f.village, '', coalesce(f.address, ''), coalesce(f.rt, ''), coalesce(f.rw, ''),
  h.person_id
FROM import_family f LEFT JOIN import_head h USING (n) WHERE f.is_new;
INSERT INTO households_family (id, version, created_at, updated_at, household_id, official_id, kk_encrypted, kk_index, head_id,
  decile, decile_period)
SELECT f.family_id, 1, %(at)s, %(at)s, f.household_id, f.official_id, CASE WHEN f.kk_index IS NULL THEN NULL ELSE f.kk_encrypted END,
  f.kk_index, h.person_id, f.decile, CASE WHEN f.decile IS NULL THEN '' ELSE coalesce(f.period, '') END
FROM import_family f LEFT JOIN import_head h USING (n) WHERE f.is_new;
DROP TABLE import_head;
"""
INSERT_MEMBERSHIPS = """
INSERT INTO households_membership (person_id, family_id, relation, household_relation, end_reason)
SELECT s.person_id, f.family_id, s.relation, s.relation, '' FROM import_person s JOIN import_family f USING (n)
WHERE NOT s.conflict AND (s.is_new OR (s.changed AND NOT EXISTS (
  SELECT 1 FROM households_membership m WHERE m.person_id = s.person_id AND m.ended_on IS NULL)));
"""
HEADS = """
UPDATE households_family f SET head_id = h.person_id FROM import_family s JOIN import_person h ON h.n = s.n
  AND h.relation = '1' AND NOT h.conflict
WHERE f.id = s.family_id AND NOT s.is_new AND s.changed AND f.head_id IS DISTINCT FROM h.person_id;
"""
INSERT_ROUNDS = """
INSERT INTO households_surveyround (id, household_id, kind, codebook, period, collected_on, run_id, answers, consent_version, attested)
SELECT round_id, household_id, 'extract', 'bdt2015', coalesce(period, ''), %(today)s, %(run)s, coalesce(merged, answers), '', false
FROM import_family WHERE round_id IS NOT NULL;
INSERT INTO households_personanswers (person_id, round_id, answers)
SELECT s.person_id, f.round_id, coalesce(s.merged, s.answers) FROM import_person s JOIN import_family f USING (n)
WHERE f.round_id IS NOT NULL AND NOT s.conflict;
"""
INSERT_DECILES = """
INSERT INTO households_decilerecord (family_id, decile, period, source, recorded_at)
SELECT family_id, decile, coalesce(period, ''), 'extract', %(at)s FROM import_family WHERE decile IS NOT NULL AND (is_new OR changed)
ON CONFLICT (family_id, period, source) DO UPDATE SET decile = EXCLUDED.decile, recorded_at = EXCLUDED.recorded_at
WHERE households_decilerecord.decile <> EXCLUDED.decile;
"""
# Whoever stands in the ministry's extract with a decile was determined there; nothing is decided here.
INSERT_REGISTRATIONS = """
INSERT INTO households_registration (version, created_at, updated_at, family_id, state, state_since, source, identity_waived,
  minutes_number, result_code, decree_number, result_reason, exit_reason)
SELECT 1, %(at)s, %(at)s, s.family_id, 'determined', %(at)s, 'extract', '', '', '', '', '', ''
FROM import_family s WHERE s.decile IS NOT NULL AND (s.is_new OR NOT EXISTS (
  SELECT 1 FROM households_registration r WHERE r.family_id = s.family_id));
"""
FLAG_MISSING = """
UPDATE households_membership m SET missing_since = %(at)s FROM import_family sf
WHERE sf.family_id = m.family_id AND NOT sf.is_new AND m.ended_on IS NULL AND m.missing_since IS NULL AND NOT EXISTS (
  SELECT 1 FROM import_person s WHERE s.person_id = m.person_id);
"""
CONFLICTS = """
INSERT INTO households_importconflict (run_id, line, person_id, stored_family_id, extract_family_id, relation, decision, note)
SELECT %(run)s, s.line, s.person_id, m.family_id, f.family_id, s.relation, '', '' FROM import_person s
JOIN import_family f USING (n) JOIN households_membership m ON m.person_id = s.person_id AND m.ended_on IS NULL
WHERE s.conflict AND NOT EXISTS (SELECT 1 FROM households_importconflict c WHERE c.person_id = s.person_id
  AND c.stored_family_id = m.family_id AND c.extract_family_id = f.family_id AND c.decision IN ('', 'keep'));
"""


def write(run_id: int, at: datetime, today: date, has_families: bool) -> None:
    """Write everything that `compare` marked. Call inside the transaction that staged it."""
    values: dict[str, Any] = {"run": run_id, "at": at, "today": today}
    changes = (FORMER_CARDS, CHANGE_FAMILIES, CHANGE_PERSONS) if has_families else ()
    after = (HEADS, FLAG_MISSING, CONFLICTS) if has_families else ()
    steps = (
        *(NEW_IDS, *changes, INSERT_PERSONS, INSERT_FAMILIES, INSERT_MEMBERSHIPS, INSERT_ROUNDS, INSERT_DECILES),
        *(INSERT_REGISTRATIONS, *after),
    )
    with connection.cursor() as cursor:
        for step in steps:
            cursor.execute(step, values)
