"""Compares the staged rows with the registry, set by set: what is new, changed, unchanged, in conflict.

What the registry knows of a staged row goes into narrow tables beside it, so that no wide row is written a second time
(docs/adr/0010): `import_family_known` (n, family, household, newest round, changed, whether the file's card number is kept by another
family here and which holds it, whether it has no head, whether the file brings a decile older than the family's, why it is held; of one
that was recognised only the family) and
`import_person_known` (line, person, open membership, changed, conflict, doubtful, mistaken, see `mistaking`, and both numbers where they
are two, see `renumbered` and `departed`). A staged row without a known one is new. What the registry knows and the file does not say is
found by `missing`.
"""

from datetime import datetime
from string import Template
from typing import Any

from django.db import connection

from households.importing import (
    cards,
    departed,
    former_entries,
    former_numbers,
    holding,
    missing,
    mistaking,
    namesakes,
    recognising,
    renumbered,
    replaced,
)
from households.importing.knowing import COUNTERPARTS, KNOWN_PERSONS, PERSON_FIELDS

# The import before this one may be too young for autovacuum to have seen it, and the staged rows are.
FRESH_STATISTICS = """
ANALYZE import_family (n, official_id, kk_index); ANALYZE import_person (n, line, nik_index);
ANALYZE import_family_settled (n, family_id);
"""
FORGET = (
    "DROP TABLE IF EXISTS import_person_known; DROP TABLE IF EXISTS import_family_known;"
    + namesakes.FORGET
    + missing.FORGET
    + replaced.FORGET
)
NOTHING_KNOWN = """
CREATE UNLOGGED TABLE import_family_known (n int, family_id bigint, household_id bigint, last_round bigint, taken boolean, holder_id bigint,
  headless boolean, late_decile boolean, held text, changed boolean);
CREATE UNLOGGED TABLE import_person_known (line int, n int, person_id bigint, membership_id bigint, conflict boolean,
  changed boolean, doubtful boolean, mistaken boolean, numbers jsonb);
"""
# Of a family's deciles the newest period's is shown; an older one only completes the history. A period that is no quarter, or
# none, is older than any quarter.
NEWEST_DECILE = "(f.decile IS NULL OR f.decile_period NOT LIKE '____-Q_' OR coalesce(s.period, '') >= f.decile_period)"
_OTHER_DECILE = (
    "s.decile IS NOT NULL AND (f.decile, f.decile_period) IS DISTINCT FROM (s.decile, coalesce(s.period, ''))"
)
LATE_DECILE = Template("""($other AND (w.held = 'older' OR w.held IS NULL AND NOT $newest)
  AND NOT EXISTS (SELECT FROM households_decilerecord d
    WHERE d.family_id = f.id AND d.period = coalesce(s.period, '') AND d.source = 'extract' AND d.decile = s.decile))
""").substitute(other=_OTHER_DECILE, newest=NEWEST_DECILE)
FAMILY_FIELDS = {
    "village": "h.village_id <> s.village",
    "address": "(s.address <> '' AND h.address <> s.address)",
    "rt": "(s.rt <> '' AND h.rt <> s.rt)",
    "rw": "(s.rw <> '' AND h.rw <> s.rw)",
    "kk_number": "(NOT k.taken AND s.kk_index IS NOT NULL AND f.kk_index IS DISTINCT FROM s.kk_index)",
    "official_id": "(s.official_id IS NOT NULL AND f.official_id IS DISTINCT FROM s.official_id)",
    "decile": f"({_OTHER_DECILE} AND {NEWEST_DECILE})",
    # A list contains a shorter one: goods that are gone are a change too.
    "answers": """(f.id IS NOT NULL AND NOT (coalesce(l.answers, '{}') @> s.answers
      AND coalesce(s.answers->'aset' @> (l.answers->'aset'), true)))""",
}
# A family keeps its identity by its official id, else by its KK number. A number that another family holds here is not taken
# over silently. Answers are compared with the newest round of the household's extracts; a code that a file lacks is no change.
KNOWN_FAMILIES = Template("""
CREATE UNLOGGED TABLE import_family_known AS
SELECT k.n, k.family_id, f.household_id, l.id AS last_round, k.taken, CASE WHEN k.taken THEN k.holder_id END AS holder_id,
  f.head_id IS NULL AS headless, coalesce($late_decile, false) AS late_decile, w.held,
  coalesce(w.held IS NULL AND (f.missing_since IS NOT NULL OR $differs), false) AS changed
FROM (
  SELECT s.n, s.official_id, s.kk_index, s.village, s.address, s.rt, s.rw, s.decile, s.period, s.answers,
    coalesce(a.id, b.id) AS found, c.id AS holder_id, c.id IS NOT NULL AND c.id IS DISTINCT FROM coalesce(a.id, b.id) AS taken
  FROM (SELECT * FROM import_family WHERE n NOT IN (SELECT n FROM import_family_settled)) s
  LEFT JOIN households_family a ON a.official_id = s.official_id
  LEFT JOIN households_family c ON c.kk_index = s.kk_index
  LEFT JOIN households_family b ON b.id = c.id AND a.id IS NULL AND (b.official_id IS NULL OR s.official_id IS NULL)
  WHERE a.id IS NOT NULL OR c.id IS NOT NULL) s
CROSS JOIN LATERAL (SELECT s.n, s.found AS family_id, s.holder_id, s.taken) k
LEFT JOIN households_family f ON f.id = k.family_id
LEFT JOIN households_household h ON h.id = f.household_id
LEFT JOIN LATERAL (SELECT r.id, r.answers, r.period, r.run_id FROM households_surveyround r WHERE r.household_id = f.household_id
  AND r.kind = 'extract' ORDER BY r.id DESC LIMIT 1) l ON true
CROSS JOIN LATERAL (SELECT $held AS held) w;
""").substitute(differs=" OR ".join(FAMILY_FIELDS.values()), late_decile=LATE_DECILE, held=holding.HELD)
# A family is changed too when one of its people is new here or changed.
CHANGED_BY_PEOPLE = """
UPDATE import_family_known f SET changed = true WHERE NOT f.changed AND f.family_id IS NOT NULL AND f.held IS NULL AND EXISTS (
  SELECT FROM import_person s LEFT JOIN import_person_known p USING (line) WHERE s.n = f.n
  AND (p.line IS NULL OR (p.changed AND NOT p.conflict)))
"""
FAMILIES = (FRESH_STATISTICS, KNOWN_FAMILIES, recognising.KNOWN, holding.OLD_CARDS)
# Of families that were recognised (`recognising`) it is known already.
FEW = """
SELECT 10 * (families - settled) < families
FROM (SELECT (SELECT count(*) FROM import_family) AS families, (SELECT count(*) FROM import_family_settled) AS settled) counted
"""
# Where few are left to look for, each is looked up by itself; the planner takes them for half of all.
EACH_ALONE = "SET LOCAL enable_hashjoin = %(joined)s; SET LOCAL enable_mergejoin = %(joined)s"
SETTLED = "(SELECT coalesce(sum(cardinality(lines)), 0)::int FROM import_family_settled)"
FAMILY_COUNTS = """
SELECT (SELECT count(*) FROM import_family), count(*) FILTER (WHERE family_id IS NOT NULL),
  count(*) FILTER (WHERE family_id IS NOT NULL AND changed), 0 FROM import_family_known
"""
LATE_DECILES = "SELECT count(*) FROM import_family_known WHERE late_decile"
PERSON_COUNTS = f"""
SELECT (SELECT count(*) FROM import_person) + {SETTLED}, count(*) + {SETTLED}, count(*) FILTER (WHERE changed AND NOT conflict),
  count(*) FILTER (WHERE conflict AND person_id IS NOT NULL) FROM import_person_known
"""  # noqa: S608  # nosec B608  no values in it
PER_VILLAGE = """
SELECT f.village, r.name, f.families, p.people, p.people - coalesce(k.known, 0) - p.settled, coalesce(k.changed, 0)
FROM (SELECT village, count(*) AS families FROM import_family GROUP BY 1) f JOIN regions_region r ON r.code = f.village
JOIN (SELECT f.village, sum(p.people) AS people, sum(p.settled) AS settled FROM (
    SELECT n, count(*) AS people, 0 AS settled FROM import_person GROUP BY 1
    UNION ALL SELECT n, cardinality(lines), cardinality(lines) FROM import_family_settled) p
  JOIN import_family f USING (n) GROUP BY 1) p USING (village)
LEFT JOIN (SELECT f.village, count(*) AS known, count(*) FILTER (WHERE k.changed AND NOT k.conflict) AS changed
  FROM import_person_known k JOIN import_family f USING (n) GROUP BY 1) k USING (village)
ORDER BY 1
"""
SAMPLE = """
SELECT s.line, s.name, f.village, k.line IS NULL, s.relation FROM import_person s
LEFT JOIN import_person_known k USING (line) JOIN import_family f ON f.n = s.n
WHERE k.line IS NULL OR (k.changed AND NOT k.conflict) ORDER BY s.line LIMIT 20
"""


def _per_field(fields: dict[str, str]) -> str:
    return ", ".join(f"count(*) FILTER (WHERE {differs})" for differs in fields.values())


# Only what changed is looked at once more, field by field.
CHANGES = Template("""
SELECT $person FROM import_person_known k JOIN import_person s USING (line) JOIN households_person p ON p.id = k.person_id
LEFT JOIN households_membership m ON m.id = k.membership_id LEFT JOIN import_family_known kf ON kf.n = k.n
LEFT JOIN households_personanswers a ON a.round_id = kf.last_round AND a.person_id = p.id
JOIN import_answers x ON x.id = s.answers_id
WHERE k.changed AND NOT k.conflict
""").substitute(person=_per_field(PERSON_FIELDS))
FAMILY_CHANGES = Template("""
SELECT $family FROM import_family_known k JOIN import_family s USING (n) JOIN households_family f ON f.id = k.family_id
JOIN households_household h ON h.id = f.household_id LEFT JOIN households_surveyround l ON l.id = k.last_round WHERE k.changed
""").substitute(family=_per_field(FAMILY_FIELDS))
EXAMPLES = """
SELECT s.line, s.name, f.village, p.name, s.name, p.birth_date, s.born, p.sex, s.sex, p.marital, s.marital,
  p.occupation, s.occupation, p.birth_place, s.birth_place, m.relation, s.relation,
  '', CASE WHEN p.nik_index IS NULL AND s.nik_index IS NOT NULL THEN '••••••••' END
FROM import_person_known k JOIN import_person s USING (line) JOIN import_family f ON f.n = s.n
JOIN households_person p ON p.id = k.person_id LEFT JOIN households_membership m ON m.id = k.membership_id
WHERE k.changed AND NOT k.conflict ORDER BY k.doubtful DESC, s.line LIMIT 20
"""
SHOWN = ("name", "birth_date", "sex", "marital", "occupation", "birth_place", "relation", "nik")


def compare(
    has_families: bool, areas: tuple[str, ...], *, part: bool = False, since: datetime | None = None
) -> dict[str, Any]:
    """Find what is known and return the counts. An empty registry needs no comparison: all is new; a `part` misses nobody.

    `areas`: prefixes the importer may write in. `since`: when a person saw the comparison; families written on later are left alone.
    Raises Doubted for families that were recognised and do not stand like that; the file has to be read again.
    """
    within = {"areas": [pattern for area in areas for pattern in (area, f"{area}.%")], "since": since}
    with connection.cursor() as cursor:
        cursor.execute(FORGET)
        for step in FAMILIES if has_families else (NOTHING_KNOWN,):
            if step is KNOWN_FAMILIES:
                _known_families(cursor, within)
            else:
                cursor.execute(step)
        recognising.demand_settled(cursor, since)
        if has_families:
            cursor.execute(KNOWN_PERSONS)
        cards.hand_on(cursor)
        held = holding.people(cursor)
        doubts = mistaking.find(cursor) if has_families else {}
        people = _counts(cursor, PERSON_COUNTS)
        if former := former_numbers.leave_out(cursor) if people["new"] else {}:
            people = _counts(cursor, PERSON_COUNTS)
        others: dict[str, int] = {}
        alike = people["new"] > 0 and _any_known(cursor) and namesakes.find(cursor)
        if alike:
            cursor.execute(COUNTERPARTS)
            people = _counts(cursor, PERSON_COUNTS)
            if people["new"] and (others := renumbered.find(cursor)):
                people = _counts(cursor, PERSON_COUNTS)
        if entries := former_entries.leave_out(cursor) if people["new"] else {}:
            people = _counts(cursor, PERSON_COUNTS)
        if departures := departed.find(cursor) if people["new"] and alike else {}:
            people = _counts(cursor, PERSON_COUNTS)
        if has_families and (people["new"] or people["changed"]):
            cursor.execute(CHANGED_BY_PEOPLE)
        counts: dict[str, Any] = {"households": _counts(cursor, FAMILY_COUNTS), "people": people}
        counts["conflicts"] = people.pop("conflicts")
        del counts["households"]["conflicts"]
        families = counts["households"]
        any_changed = people["changed"] > 0 or families["changed"] > 0
        headless = missing.warnings(cursor, any_new=families["new"] > 0, any_changed=any_changed)
        counts["warned"] = held | doubts | former | others | entries | departures | headless | cards.taken(cursor)
        gone = missing.people(cursor, other_numbers=bool(others)) if has_families and not part else {}
        counts["warned"] |= replaced.warnings(cursor) if gone else {}
        homes = missing.families(cursor) if has_families and not part else {}
        counts |= {"missing": sum(gone.values()), "missing_families": sum(homes.values())}
        cursor.execute(LATE_DECILES)
        counts["late_deciles"] = cursor.fetchone()[0]
        cursor.execute(PER_VILLAGE)
        counts["villages"] = [
            {
                **{"code": code, "name": name, "families": families, "people": int(people), "new": int(new)},
                **{"changed": int(changed), "missing": gone.get(code, 0), "missing_families": homes.get(code, 0)},
            }
            for code, name, families, people, new, changed in cursor.fetchall()
        ]
        counts["fields"] = _fields(cursor) if counts["people"]["changed"] or counts["households"]["changed"] else {}
    return counts


def _known_families(cursor: Any, within: dict[str, Any]) -> None:
    cursor.execute(FEW)
    few = cursor.fetchone()[0]
    if few:
        cursor.execute(EACH_ALONE, {"joined": "off"})
    cursor.execute(KNOWN_FAMILIES, within)
    if few:
        cursor.execute(EACH_ALONE, {"joined": "on"})


def _any_known(cursor: Any) -> bool:
    """Whether any family of the file is known here: without one nobody can be a member under another number."""
    cursor.execute("SELECT EXISTS (SELECT FROM import_family_known WHERE family_id IS NOT NULL)")
    return bool(cursor.fetchone()[0])


def _counts(cursor: Any, statement: str) -> dict[str, int]:
    cursor.execute(statement)
    total, known, changed, conflicts = cursor.fetchone()
    unchanged = known - changed - conflicts
    return {"new": total - known, "changed": changed, "unchanged": unchanged, "conflicts": conflicts}


def _fields(cursor: Any) -> dict[str, dict[str, int]]:
    found = {}
    for name, statement, fields in (("people", CHANGES, PERSON_FIELDS), ("households", FAMILY_CHANGES, FAMILY_FIELDS)):
        cursor.execute(statement)
        row = cursor.fetchone()
        found[name] = {field: count for field, count in zip(fields, row, strict=True) if count}
    return found


def sample(counts: dict[str, Any]) -> list[dict[str, Any]]:
    """Return up to twenty new or changed persons for the preview page, without any number."""
    if not (counts["people"]["new"] or counts["people"]["changed"]):
        return []
    with connection.cursor() as cursor:
        cursor.execute(SAMPLE)
        return [
            {"line": line, "name": name, "village": village, "new": new, "relation": relation}
            for line, name, village, new, relation in cursor.fetchall()
        ]


def examples(counts: dict[str, Any]) -> list[dict[str, Any]]:
    """Return up to twenty changed persons with what stands here and what the file says, field by field, without any number."""
    if not counts["people"]["changed"]:
        return []
    with connection.cursor() as cursor:
        cursor.execute(EXAMPLES)
        found = []
        for line, name, village, *values in cursor.fetchall():
            pairs = zip(SHOWN, values[::2], values[1::2], strict=True)
            differs = [
                {"field": field, "here": str(here or ""), "file": str(there)}
                for field, here, there in pairs
                if there not in (None, "") and here != there
            ]
            found.append({"line": line, "name": name, "village": village, "fields": differs})
    return found
