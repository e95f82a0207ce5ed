"""Which person of the registry a staged row is, and whether it says anything new of them.

Filled by `comparing`: `import_person_known` (line, person, open membership, changed, conflict, doubtful, mistaken, numbers).
"""

from string import Template

from households.importing import mistaking, namesakes

# What an extract said of a person before the family's newest one, which did not name them or in which their row was refused. Asked
# only where that one holds nothing of them.
ANSWERED_BEFORE = Template("""(SELECT b.answers FROM households_family o JOIN households_surveyround r ON r.household_id = o.household_id
  JOIN households_personanswers b ON b.round_id = r.id AND b.person_id = $person
  WHERE o.id = $family AND r.kind = 'extract' ORDER BY r.id DESC LIMIT 1)""")
_BEFORE = ANSWERED_BEFORE.substitute(person="p.id", family="m.family_id")
# What differs between a staged person and the stored one, a column each; an empty cell changes nothing.
PERSON_FIELDS = {
    "nik": "(p.nik_index IS NULL AND s.nik_index IS NOT NULL)",
    "name": "p.name <> s.name",
    "birth_date": "p.birth_date IS DISTINCT FROM s.born",
    "sex": "p.sex <> s.sex",
    "marital": "(s.marital IS NOT NULL AND p.marital <> s.marital)",
    "occupation": "(s.occupation <> '' AND p.occupation <> s.occupation)",
    "mother_name": "(s.mother_index IS NOT NULL AND p.mother_index IS DISTINCT FROM s.mother_index)",
    "birth_place": "(s.birth_place <> '' AND p.birth_place <> s.birth_place)",
    "relation": "(m.relation <> s.relation)",
    "answers": f"NOT coalesce(a.answers, {_BEFORE}, '{{}}') @> x.answers",
}
DIFFERS = " OR ".join(PERSON_FIELDS.values())
# Who bears a NIK of the file. Counted first: of a file with many new people nothing else has to be looked up, where one statement
# that asks all at once gathers every membership and every answer of the registry before it knows of nobody to ask for.
BORNE = """
CREATE UNLOGGED TABLE import_person_borne AS
SELECT s.line, p.id AS person_id FROM import_person s JOIN households_person p ON p.nik_index = s.nik_index;
ANALYZE import_person_borne;
"""
# A person is known by NIK; without one by name and birth date within the family. Who lives in another family here, or has died,
# is a conflict that a person decides. Rows without NIK that are alike in all this are told apart by what they are to the head; of those
# alike in that too the first is the first such person here, the second the second: no person is two rows, and no row two people.
KNOWN_PERSONS = BORNE + Template("""
CREATE UNLOGGED TABLE import_person_known AS
SELECT s.line, s.n, p.id AS person_id, m.id AS membership_id,
  p.died_on IS NOT NULL OR (m.id IS NOT NULL AND m.family_id IS DISTINCT FROM k.family_id) AS conflict,
  coalesce(m.id IS NULL OR m.missing_since IS NOT NULL OR $differs, false) AS changed,
  $doubtful AS doubtful, false AS mistaken, NULL::jsonb AS numbers
FROM import_person_borne b JOIN import_person s USING (line) JOIN households_person p ON p.id = b.person_id
LEFT JOIN households_membership m ON m.person_id = p.id AND m.ended_on IS NULL
LEFT JOIN import_family_known k ON k.n = s.n
LEFT JOIN households_personanswers a ON a.round_id = k.last_round AND a.person_id = p.id
JOIN import_answers x ON x.id = s.answers_id
UNION ALL
SELECT s.line, s.n, p.id, m.id, false, coalesce(m.missing_since IS NOT NULL OR $differs, false), false, false, NULL
FROM (SELECT *, row_number() OVER (PARTITION BY n, folded, born, relation ORDER BY line) AS nth FROM import_person
  WHERE nik_index IS NULL) s
JOIN import_family_known k ON k.n = s.n
JOIN LATERAL (SELECT p.*, row_number() OVER (ORDER BY p.id) AS nth FROM households_membership m
  JOIN households_person p ON p.id = m.person_id WHERE m.family_id = k.family_id AND m.ended_on IS NULL
  AND m.relation = s.relation AND p.nik_index IS NULL AND p.name_folded = s.folded AND p.birth_date = s.born) p ON p.nth = s.nth
JOIN households_membership m ON m.person_id = p.id AND m.ended_on IS NULL
LEFT JOIN households_personanswers a ON a.round_id = k.last_round AND a.person_id = p.id
JOIN import_answers x ON x.id = s.answers_id;
DROP TABLE import_person_borne;
ANALYZE import_person_known (line, n, person_id, doubtful, conflict);
""").substitute(differs=DIFFERS, doubtful=mistaking.DOUBTFUL)
# A member whom neither knows by NIK and who became something else to the head; then one whom the registry knows without NIK and the
# file names with one, or the other way round: one name and one day of birth within the family, and no other row's person. What the
# registry has stays.
COUNTERPART = Template("""
WITH pairs AS (
  SELECT a.line, a.person_id, a.membership_id, a.last_round,
    dense_rank() OVER (PARTITION BY a.n, a.folded, a.born, a.row_bare ORDER BY a.relation, a.line) AS nth_row,
    dense_rank() OVER (PARTITION BY a.n, a.folded, a.born, a.row_bare ORDER BY a.place, a.person_id) AS nth_member
  FROM import_person_namesake a WHERE NOT a.ended AND $numbers AND $left)
INSERT INTO import_person_known (line, n, person_id, membership_id, conflict, changed, doubtful, mistaken)
SELECT s.line, s.n, p.id, m.id, false, coalesce(m.missing_since IS NOT NULL OR $differs, false), false, false
FROM pairs JOIN import_person s USING (line) JOIN households_person p ON p.id = pairs.person_id
JOIN households_membership m ON m.id = pairs.membership_id
LEFT JOIN households_personanswers a ON a.round_id = pairs.last_round AND a.person_id = p.id
JOIN import_answers x ON x.id = s.answers_id
WHERE nth_row = nth_member;
""")
COUNTERPARTS = "".join(
    COUNTERPART.substitute(numbers=numbers, left=namesakes.LEFT, differs=DIFFERS)
    for numbers in ("a.bare AND a.row_bare", "a.bare <> a.row_bare")
)
