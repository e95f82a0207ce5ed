"""Compares the staged rows with the registry, set by set: what is new, changed, unchanged, in conflict."""

from typing import Any

from django.db import connection

# The import before this one may be too young for autovacuum to have seen it, and the staged rows are.
FRESH_STATISTICS = """
ANALYZE import_family (n, official_id, kk_index); ANALYZE import_person (n, nik_index);
ANALYZE households_family (official_id, kk_index, household_id); ANALYZE households_person (nik_index, name_folded);
ANALYZE households_membership (person_id, family_id, ended_on); ANALYZE households_surveyround (household_id, kind);
"""
# What an earlier comparison of the same rows marked: the registry may have changed since.
FORGET = """
UPDATE import_family SET family_id = NULL, household_id = NULL, round_id = NULL, merged = NULL,
  kk_index = coalesce(kk_index, kk_taken), kk_taken = NULL, is_new = true, changed = false
WHERE NOT is_new OR changed OR kk_taken IS NOT NULL OR family_id IS NOT NULL;
UPDATE import_person SET person_id = NULL, merged = NULL, is_new = true, changed = false, conflict = false
WHERE person_id IS NOT NULL;
"""
# A family keeps its identity by its official id, else by its KK number.
MATCH_FAMILIES = """
UPDATE import_family s SET family_id = f.id, household_id = f.household_id, is_new = false
FROM households_family f WHERE f.official_id = s.official_id;
UPDATE import_family s SET family_id = f.id, household_id = f.household_id, is_new = false
FROM households_family f WHERE s.family_id IS NULL AND f.kk_index = s.kk_index
  AND (f.official_id IS NULL OR s.official_id IS NULL);
-- A number that another family holds here is not taken over silently.
UPDATE import_family s SET kk_index = NULL, kk_taken = s.kk_index
FROM households_family f WHERE f.kk_index = s.kk_index AND f.id IS DISTINCT FROM s.family_id;
"""
# A person is known by NIK; without one by name and birth date within the family.
MATCH_PERSONS = """
UPDATE import_person s SET person_id = p.id, is_new = false FROM households_person p WHERE p.nik_index = s.nik_index;
UPDATE import_person s SET person_id = m.person_id, is_new = false
FROM import_family sf, households_membership m, households_person p
WHERE s.nik_index IS NULL AND sf.n = s.n AND m.family_id = sf.family_id AND m.ended_on IS NULL
  AND p.id = m.person_id AND p.nik_index IS NULL AND p.name_folded = s.folded AND p.birth_date = s.born;
UPDATE import_person s SET conflict = true
FROM import_family sf, households_membership m
WHERE sf.n = s.n AND m.person_id = s.person_id AND m.ended_on IS NULL AND m.family_id IS DISTINCT FROM sf.family_id;
"""
CHANGED_PERSONS = """
UPDATE import_person s SET changed = true FROM households_person p
WHERE p.id = s.person_id AND NOT s.conflict AND (
  (p.name, p.birth_date, p.sex) IS DISTINCT FROM (s.name, s.born, s.sex)
  OR (s.marital IS NOT NULL AND p.marital <> s.marital)
  OR (coalesce(s.occupation, '') <> '' AND p.occupation <> s.occupation)
  OR (coalesce(s.mother, '') <> '' AND p.mother_name <> s.mother)
  OR (coalesce(s.birth_place, '') <> '' AND p.birth_place <> s.birth_place));
UPDATE import_person s SET changed = true FROM import_family sf, households_membership m
WHERE sf.n = s.n AND m.person_id = s.person_id AND m.family_id = sf.family_id AND m.ended_on IS NULL
  AND (m.relation <> s.relation OR m.missing_since IS NOT NULL) AND NOT s.conflict;
UPDATE import_person s SET changed = true FROM import_family sf
WHERE sf.n = s.n AND s.person_id IS NOT NULL AND NOT s.conflict
  AND NOT EXISTS (SELECT 1 FROM households_membership m WHERE m.person_id = s.person_id AND m.ended_on IS NULL);
"""
# The answers of the newest round of the household's extracts; a code that a file lacks counts as unchanged.
LAST_ANSWERS = """
CREATE TEMP TABLE import_last ON COMMIT DROP AS
SELECT sf.n, r.id AS round_id, r.answers FROM import_family sf
CROSS JOIN LATERAL (SELECT id, answers FROM households_surveyround r WHERE r.household_id = sf.household_id
  AND r.kind = 'extract' ORDER BY r.id DESC LIMIT 1) r WHERE NOT sf.is_new;
ANALYZE import_last (n, round_id);
UPDATE import_person s SET changed = true
FROM import_last l JOIN households_personanswers a ON a.round_id = l.round_id
WHERE l.n = s.n AND a.person_id = s.person_id AND NOT s.conflict AND NOT s.changed AND NOT a.answers @> s.answers;
"""
CHANGED_FAMILIES = """
UPDATE import_family s SET changed = true FROM households_family f JOIN households_household h ON h.id = f.household_id
WHERE f.id = s.family_id AND (
  (s.kk_index IS NOT NULL AND f.kk_index IS DISTINCT FROM s.kk_index)
  OR (s.official_id IS NOT NULL AND f.official_id IS DISTINCT FROM s.official_id)
  OR (s.decile IS NOT NULL AND (f.decile, f.decile_period) IS DISTINCT FROM (s.decile, coalesce(s.period, '')))
  OR h.village_id <> s.village OR f.missing_since IS NOT NULL
  OR (coalesce(s.address, '') <> '' AND h.address <> s.address)
  OR (coalesce(s.rt, '') <> '' AND h.rt <> s.rt) OR (coalesce(s.rw, '') <> '' AND h.rw <> s.rw));
UPDATE import_family s SET changed = true FROM import_last l WHERE l.n = s.n AND NOT l.answers @> s.answers;
UPDATE import_family s SET changed = true WHERE NOT s.is_new AND NOT s.changed
  AND EXISTS (SELECT 1 FROM import_person p WHERE p.n = s.n AND (p.changed OR p.is_new));
"""
# A changed family gets a new round; what this file does not say is carried over from the last one.
CARRY_OVER = """
UPDATE import_family s SET merged = l.answers || s.answers FROM import_last l WHERE l.n = s.n AND s.changed;
UPDATE import_person s SET merged = a.answers || s.answers
FROM import_family sf JOIN import_last l USING (n) JOIN households_personanswers a ON a.round_id = l.round_id
WHERE sf.n = s.n AND sf.changed AND a.person_id = s.person_id AND NOT s.conflict;
"""
COUNTS = """
SELECT 'households', count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE changed AND NOT is_new),
       count(*) FILTER (WHERE NOT changed AND NOT is_new), 0 FROM import_family
UNION ALL
SELECT 'people', count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE changed AND NOT is_new),
       count(*) FILTER (WHERE NOT changed AND NOT is_new AND NOT conflict), count(*) FILTER (WHERE conflict) FROM import_person
"""
MISSING = """
SELECT count(*) FROM households_membership m JOIN import_family sf ON sf.family_id = m.family_id
WHERE m.ended_on IS NULL AND m.missing_since IS NULL AND NOT EXISTS (
  SELECT 1 FROM import_person s WHERE s.person_id = m.person_id)
"""
PER_VILLAGE = """
SELECT f.village, r.name, count(*), sum(p.people), sum(p.new) FROM import_family f JOIN regions_region r ON r.code = f.village
JOIN (SELECT n, count(*) AS people, count(*) FILTER (WHERE is_new) AS new FROM import_person GROUP BY n) p USING (n)
GROUP BY 1, 2 ORDER BY 1
"""
SAMPLE = """
SELECT p.line, p.name, f.village, p.is_new, p.relation FROM (
  SELECT * FROM import_person WHERE (is_new OR changed) AND NOT conflict ORDER BY line LIMIT 20) p
JOIN import_family f USING (n) ORDER BY p.line
"""


def compare(has_families: bool) -> dict[str, Any]:
    """Mark the staged rows and return the counts. An empty registry needs no comparison: all is new by default."""
    with connection.cursor() as cursor:
        if has_families:
            cursor.execute("DROP TABLE IF EXISTS import_last")
            for step in (
                FRESH_STATISTICS,
                FORGET,
                MATCH_FAMILIES,
                MATCH_PERSONS,
                CHANGED_PERSONS,
                LAST_ANSWERS,
                CHANGED_FAMILIES,
                CARRY_OVER,
            ):
                cursor.execute(step)
            # The marks are new to the planner; without them it takes them for rare and joins row by row.
            cursor.execute(
                "ANALYZE import_family (n, family_id, is_new, changed); "
                "ANALYZE import_person (n, person_id, is_new, changed, conflict)"
            )
        cursor.execute(COUNTS)
        rows = cursor.fetchall()
        counts: dict[str, Any] = {
            name: {"new": new, "changed": changed, "unchanged": unchanged}
            for name, new, changed, unchanged, _conflicts in rows
        }
        counts["conflicts"] = sum(row[-1] for row in rows)
        counts["missing"] = 0
        if has_families:
            cursor.execute(MISSING)
            counts["missing"] = cursor.fetchone()[0]
        cursor.execute(PER_VILLAGE)
        counts["villages"] = [
            {"code": code, "name": name, "families": families, "people": int(people), "new": int(new)}
            for code, name, families, people, new in cursor.fetchall()
        ]
    return counts


def sample() -> list[dict[str, Any]]:
    """Return up to twenty new or changed persons for the preview page, without any number."""
    with connection.cursor() as cursor:
        cursor.execute(SAMPLE)
        return [
            {"line": line, "name": name, "village": village, "new": new, "relation": relation}
            for line, name, village, new, relation in cursor.fetchall()
        ]
