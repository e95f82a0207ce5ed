"""Which entries are compared at all: those that share a blocking key. Sets in PostgreSQL, so that no pair is made in vain.

A key is a 64-bit hash. Each takes one thing that a mistake seldom touches together with another:

- D  birth date (day and month in either order), sex and the skeleton of one of the two longest words of the name;
- V  birth date (the same way) and village: whatever became of the name;
- N  village and name: whatever became of the date;
- Y  name, sex, birth year and month; Z  name, sex, birth year and day; M  name, sex and birthday without the year: two parts of a
  date of three. The year alone would be shared by every namesake of a large registry, whose pairs grow with its square;
- W  the keyed hash of the mother's name, sex and the skeleton of the longest word;
- B  village, birth year and that skeleton: a slip in the name and one in the date;
- F  family and the skeleton of the longest word: somebody written twice on one card.

A block of more than `LARGEST_BLOCK` people tells nothing (everybody born on 31 December called Siti) and is left out; its
people share narrower keys. The keys that hold neither village nor family are shared by ever more strangers as a registry grows;
sex, which is seldom mistaken, halves those. So the work grows with the number of people and not with its square.
"""

from string import Template

# How many keys a person can have; each stands in a place of its own, NULL where there is none.
PLACES = 10

LARGEST_BLOCK = 60
# Up to here the blocks of changed people are looked up by index; above, one pass over all keys is shorter.
FEW = 5_000

FOLDED = """
CREATE TEMP TABLE dup_folded (person_id bigint, name_key text, mother_key bytea, bones text, other_bones text) ON COMMIT DROP
"""
KEYS = """
ANALYZE dup_folded;
INSERT INTO households_personkeys AS k (person_id, print, version, name_key, mother_key, birth_date, sex, village, family_id,
  has_nik, keys)
SELECT c.person_id, c.print, c.version, f.name_key, f.mother_key, c.birth_date, c.sex, c.village, c.family_id, c.has_nik,
  ARRAY[
    CASE WHEN d.day IS NOT NULL AND f.bones <> '' THEN hashtextextended('D' || c.sex || d.day || f.bones, 0) END,
    CASE WHEN d.day IS NOT NULL AND f.other_bones NOT IN ('', f.bones)
      THEN hashtextextended('D' || c.sex || d.day || f.other_bones, 0) END,
    CASE WHEN d.day IS NOT NULL THEN hashtextextended('V' || d.day || c.village, 0) END,
    CASE WHEN f.name_key <> '' THEN hashtextextended('N' || c.village || f.name_key, 0) END,
    CASE WHEN c.birth_date IS NOT NULL THEN hashtextextended('Y' || c.sex || to_char(c.birth_date, 'YYYYMM') || f.name_key, 0) END,
    CASE WHEN c.birth_date IS NOT NULL THEN hashtextextended('Z' || c.sex || to_char(c.birth_date, 'YYYYDD') || f.name_key, 0) END,
    CASE WHEN c.birth_date IS NOT NULL THEN hashtextextended('M' || c.sex || to_char(c.birth_date, 'MMDD') || f.name_key, 0) END,
    CASE WHEN f.mother_key IS NOT NULL THEN hashtextextended('W' || c.sex || f.bones || '|' || encode(f.mother_key, 'hex'), 0) END,
    CASE WHEN d.day IS NOT NULL AND f.bones <> ''
      THEN hashtextextended('B' || c.village || extract(year FROM c.birth_date) || f.bones, 0) END,
    CASE WHEN f.bones <> '' THEN hashtextextended('F' || c.family_id || f.bones, 0) END
  ]
FROM dup_changed c JOIN dup_folded f USING (person_id)
CROSS JOIN LATERAL (SELECT extract(year FROM c.birth_date)
  || '-' || least(extract(month FROM c.birth_date), extract(day FROM c.birth_date))
  || '-' || greatest(extract(month FROM c.birth_date), extract(day FROM c.birth_date)) AS day) d
ON CONFLICT (person_id) DO UPDATE SET print = EXCLUDED.print, version = EXCLUDED.version, name_key = EXCLUDED.name_key,
  mother_key = EXCLUDED.mother_key, birth_date = EXCLUDED.birth_date, sex = EXCLUDED.sex, village = EXCLUDED.village,
  family_id = EXCLUDED.family_id, has_nik = EXCLUDED.has_nik, keys = EXCLUDED.keys
"""
# How many people bear each word of a name, the number of all people under the empty word. Once only tells nothing.
WORDS = """
DELETE FROM households_nameword;
INSERT INTO households_nameword (word, people)
SELECT word, count(*) FROM households_personkeys, unnest(string_to_array(name_key, ' ')) word
WHERE name_key <> '' GROUP BY word HAVING count(*) > 1
UNION ALL SELECT '', count(*) FROM households_personkeys
"""
_BLOCK = "CASE WHEN count(*) <= %(largest)s THEN array_agg(person_id) END AS ids FROM"
BLOCKS_OF_ALL = Template("""
CREATE TEMP TABLE dup_block ON COMMIT DROP AS
SELECT $block (SELECT person_id, unnest(keys) AS key FROM households_personkeys) u WHERE key IS NOT NULL GROUP BY key HAVING count(*) > 1
""").substitute(block=_BLOCK)
# The keys that the changed have, and those that they or the gone had: how many came and left, to know how large a block was. The
# two keys of date and word stand in the first two places and meet each other; all others meet in their own place.
_CHANGED_KEYS = """
CREATE TEMP TABLE dup_key ON COMMIT DROP AS
SELECT key, max(place) AS place, sum(was) AS fewer FROM (
  SELECT key, greatest(place, 2) AS place, -1 AS was FROM dup_changed JOIN households_personkeys k USING (person_id)
  CROSS JOIN unnest(k.keys) WITH ORDINALITY u (key, place)
  UNION ALL SELECT key, greatest(place, 2), 1 FROM dup_left l CROSS JOIN unnest(l.keys) WITH ORDINALITY u (key, place)
) u WHERE key IS NOT NULL GROUP BY key;
ANALYZE dup_key;
"""
# A block that was too large, and is not any more, is compared as a whole: nobody in it was.
_SHRUNK = "count(*) <= %(largest)s AND count(*) + min(fewer) > %(largest)s AS shrunk,"
BLOCKS_OF_MANY = Template("""$changed
CREATE TEMP TABLE dup_block ON COMMIT DROP AS
SELECT $shrunk $block (SELECT person_id, unnest(keys) AS key FROM households_personkeys) u JOIN dup_key USING (key)
GROUP BY key HAVING count(*) > 1
""").substitute(changed=_CHANGED_KEYS, shrunk=_SHRUNK, block=_BLOCK)
_BEARERS = Template(
    "SELECT person_id, key, fewer FROM dup_key JOIN households_personkeys ON keys[$n] = key WHERE place = $place"
)
BLOCKS_OF_FEW = Template("""$changed
SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
CREATE TEMP TABLE dup_block ON COMMIT DROP AS
SELECT $shrunk $block ($bearers) u GROUP BY key HAVING count(*) > 1;
SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on
""").substitute(
    changed=_CHANGED_KEYS,
    shrunk=_SHRUNK,
    block=_BLOCK,
    bearers=" UNION ALL ".join(_BEARERS.substitute(n=n, place=max(n, 2)) for n in range(1, PLACES + 1)),
)
# Pairs that were found before are looked at again, whatever block they stand in now.
PAIRS_OF_ALL = """
CREATE TEMP TABLE dup_pair ON COMMIT DROP AS
SELECT a.id AS first, b.id AS second FROM dup_block d, unnest(d.ids) a (id), unnest(d.ids) b (id) WHERE a.id < b.id
UNION SELECT first_id, second_id FROM households_duplicatecandidate
"""
PAIRS_OF_CHANGED = """
ANALYZE dup_block;
CREATE TEMP TABLE dup_pair ON COMMIT DROP AS
SELECT least(c.person_id, b.id) AS first, greatest(c.person_id, b.id) AS second
FROM dup_block d, unnest(d.ids) a (id), unnest(d.ids) b (id), dup_changed c WHERE c.person_id = a.id AND b.id <> a.id
UNION
SELECT a.id, b.id FROM dup_block d, unnest(d.ids) a (id), unnest(d.ids) b (id) WHERE d.shrunk AND a.id < b.id
UNION
SELECT x.first_id, x.second_id FROM households_duplicatecandidate x
WHERE x.first_id IN (SELECT person_id FROM dup_changed) OR x.second_id IN (SELECT person_id FROM dup_changed)
"""
PAIRS = """
SELECT p.first, p.second, a.name_key, a.mother_key, a.birth_date, a.sex, a.village, a.family_id, a.has_nik,
  b.name_key, b.mother_key, b.birth_date, b.sex, b.village, b.family_id, b.has_nik
FROM dup_pair p JOIN households_personkeys a ON a.person_id = p.first JOIN households_personkeys b ON b.person_id = p.second
"""
FOUND = "CREATE TEMP TABLE dup_found (first bigint, second bigint, score smallint, reasons jsonb) ON COMMIT DROP"
# The smallest region that holds two villages: their codes are alike up to a dot.
MEETING = Template("""(
  SELECT coalesce(max(left($one, n)), '') FROM unnest(ARRAY[2, 5, 8, 13]) n
  WHERE left($one, n) = left($other, n) AND length($one) >= n)""")
_COMPARED = "p.name, p.mother_index, p.birth_date, p.sex, p.nik_index"
KEEP_FOUND = Template("""
ANALYZE dup_found;
INSERT INTO households_duplicatecandidate AS x (version, created_at, updated_at, first_id, second_id, first_version,
  second_version, place, score, reasons, compared, found_at, state, state_since, dismissed_reason, dismissed_compared)
SELECT 1, %(at)s, %(at)s, f.first, f.second, a.version, b.version, $place, f.score, f.reasons, md5(concat_ws('|', one.text, two.text)),
  %(at)s, 'open', %(at)s, '', ''
FROM dup_found f JOIN households_personkeys a ON a.person_id = f.first JOIN households_personkeys b ON b.person_id = f.second
CROSS JOIN LATERAL (SELECT concat_ws('|', $compared) AS text FROM households_person p WHERE p.id = f.first) one
CROSS JOIN LATERAL (SELECT concat_ws('|', $compared) AS text FROM households_person p WHERE p.id = f.second) two
ON CONFLICT (first_id, second_id) DO UPDATE SET updated_at = EXCLUDED.updated_at, place = EXCLUDED.place, score = EXCLUDED.score,
  reasons = EXCLUDED.reasons, first_version = EXCLUDED.first_version, second_version = EXCLUDED.second_version,
  compared = EXCLUDED.compared, version = x.version + (x.compared <> EXCLUDED.compared)::int,
  state = CASE WHEN x.dismissed_compared = EXCLUDED.compared THEN x.state ELSE 'open' END,
  state_since = CASE WHEN x.state = 'open' OR x.dismissed_compared = EXCLUDED.compared THEN x.state_since ELSE %(at)s END,
  found_at = CASE WHEN x.state = 'open' OR x.dismissed_compared = EXCLUDED.compared THEN x.found_at ELSE %(at)s END
""").substitute(compared=_COMPARED, place=MEETING.substitute(one="a.village", other="b.village"))
_PAST = Template("""
DELETE FROM households_duplicatecandidate x
WHERE $narrowed NOT EXISTS (SELECT FROM dup_found f WHERE f.first = x.first_id AND f.second = x.second_id)
""")
DROP_PAST_OF_ALL = _PAST.substitute(narrowed="")
DROP_PAST_OF_CHANGED = _PAST.substitute(
    narrowed="(x.first_id IN (SELECT person_id FROM dup_changed) OR x.second_id IN (SELECT person_id FROM dup_changed)) AND"
)
# By joins: two NOT EXISTS with OR between them would read the keys of everybody.
DROP_ORPHANS = """
DELETE FROM households_duplicatecandidate WHERE id IN (
  SELECT x.id FROM households_duplicatecandidate x LEFT JOIN households_personkeys a ON a.person_id = x.first_id
  LEFT JOIN households_personkeys b ON b.person_id = x.second_id WHERE a.person_id IS NULL OR b.person_id IS NULL)
"""
DROP_ORPHANS_OF = """
WITH lost AS (SELECT person_id FROM dup_asked EXCEPT SELECT person_id FROM households_personkeys WHERE person_id IN (
  SELECT person_id FROM dup_asked))
DELETE FROM households_duplicatecandidate x
WHERE x.first_id IN (SELECT person_id FROM lost) OR x.second_id IN (SELECT person_id FROM lost)
"""
# Indexes that are built at once are sorted; those that grow are walked through for every entry. One for each place: numbers in a
# row are sorted for a fraction of what one index over all the arrays takes, and for nearly the same in a large registry.
INDEXES_AWAY = "DROP INDEX IF EXISTS " + ", ".join(f"person_key_{n}" for n in range(1, PLACES + 1))
INDEXES_BACK = (
    "".join(f"CREATE INDEX person_key_{n} ON households_personkeys ((keys[{n}])); " for n in range(1, PLACES + 1))
    + "ANALYZE households_personkeys (person_id, has_nik)"
)
