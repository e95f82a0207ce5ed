"""Lists of programme participants: who takes part in what since when, as agencies send them."""

from string import Template

import polars as pl

from households.choices.imports import ImportKind
from households.importing.belonging import also_takes_back
from households.importing.checking import cleaned_date
from households.importing.columns import Columns
from households.importing.kinds import NAME, Fact, Kind, register
from programs.models import Enrolment, Need
from programs.rupiah import rupiah

# A family that takes part has what it named as a need: from the day it took part, at the earliest the day it named it. Who left
# the programme before that, or begins later than today, still needs it. What was met already keeps its day.
MEETS = """
UPDATE programs_need n SET met_on = s.met_on, version = n.version + 1, updated_at = %(at)s FROM (
  SELECT o.id, min(greatest(o.recorded_on, r.since)) AS met_on FROM programs_need o
  JOIN programs_programme p ON p.id = o.programme_id
  JOIN import_row r ON r.family_id = o.family_id AND r.code = lower(p.code)
  WHERE o.met_on IS NULL AND r.status IN ('new', 'changed', 'unchanged') AND r.since <= %(today)s
    AND (r.until IS NULL OR r.until >= o.recorded_on)
  GROUP BY o.id) s
WHERE n.id = s.id AND n.met_on IS NULL
"""

# The enrolment a row is about: the same person's in the programme, begun on the same day. What a family has as a whole is never
# ended by what a list says of one of its members.
KNOWN = """
SELECT e.id, e.ended_on, e.amount, e.benefit FROM programs_enrolment e
WHERE e.person_id = r.person_id AND e.programme_id = g.id AND e.started_on = r.since ORDER BY e.id LIMIT 1
"""
BESIDE = f"JOIN programs_programme g ON lower(g.code) = r.code LEFT JOIN LATERAL ({KNOWN}) e ON true"
UNKNOWN_PROGRAMME = """
UPDATE import_row r SET status = 'programme_unknown' WHERE r.status IS NULL AND NOT EXISTS (
  SELECT FROM programs_programme g WHERE lower(g.code) = r.code);
"""
# Nobody takes part twice at a time. One spell may end on the day the next begins; what the file says of a spell counts before
# what is recorded of it.
OVERLAPS = Template("""
WITH spells AS (
  SELECT r.line, r.person_id, g.id AS programme_id, r.since AS starts, coalesce(r.until, e.ended_on, 'infinity') AS ends
  FROM import_row r $beside WHERE r.status IS NULL
), others AS (
  SELECT person_id, programme_id, starts, ends FROM spells UNION ALL
  SELECT o.person_id, o.programme_id, o.started_on, coalesce(o.ended_on, 'infinity') FROM programs_enrolment o
  WHERE EXISTS (SELECT FROM spells s WHERE s.person_id = o.person_id) AND NOT EXISTS (SELECT FROM spells s
    WHERE s.person_id = o.person_id AND s.programme_id = o.programme_id AND s.starts = o.started_on)
)
UPDATE import_row r SET status = 'spell_overlap' FROM spells s WHERE s.line = r.line AND EXISTS (SELECT FROM others o
  WHERE o.person_id = s.person_id AND o.programme_id = s.programme_id AND o.starts <> s.starts
  AND s.starts < o.ends AND o.starts < s.ends);
""").substitute(beside=BESIDE)
# Whose family takes part as a whole at that time is known through the family.
STATUSES = Template("""
UPDATE import_row k SET status = CASE
  WHEN e.id IS NULL AND EXISTS (SELECT FROM programs_enrolment o WHERE o.person_id IS NULL AND o.family_id = r.family_id
    AND o.programme_id = g.id AND r.since <= coalesce(o.ended_on, 'infinity') AND o.started_on <= coalesce(r.until, 'infinity'))
    THEN 'unchanged'
  WHEN e.id IS NULL THEN 'new'
  WHEN r.until <> e.ended_on OR (r.until IS NOT NULL AND e.ended_on IS NULL)
    OR (r.amount IS NOT NULL AND e.amount IS DISTINCT FROM r.amount)
    OR (r.detail <> '' AND e.benefit <> r.detail) THEN 'changed'
  ELSE 'unchanged' END
FROM import_row r $beside WHERE k.line = r.line AND k.status IS NULL
""").substitute(beside=BESIDE)

# No form changes what a family takes part in: a referral that was served makes it, behind a lock on the family. One that is about the
# very spell of a row, and came or was changed since the preview, says what the row would write over.
EDITED = f"""
UPDATE import_row k SET status = 'edited_since' FROM import_row r {BESIDE}
WHERE k.line = r.line AND k.status = 'changed' AND EXISTS (SELECT FROM programs_enrolment o
  WHERE o.id = e.id AND o.updated_at > %(since)s)
"""  # noqa: S608  # nosec B608  no values in it

# A programme is told by its code in `code`; that it exists is found out beside the registry, where its rows are.
PARTICIPATION = register(
    Kind(
        name=ImportKind.PARTICIPATION,
        columns=Columns(("NIK", "PROGRAM", "SEJAK"), ("NAMA", "SAMPAI", "NILAI", "BANTUAN")),
        keys=("NIK",),
        facts={
            "code": pl.col("PROGRAM").str.to_lowercase(),
            "since": cleaned_date(pl.col("SEJAK")),
            "until": cleaned_date(pl.col("SAMPAI")),
            "amount": rupiah(pl.col("NILAI")),
            "detail": pl.col("BANTUAN").str.slice(0, 160),
            "name": NAME,
        },
        refusals=(
            pl.when(pl.col("code") == "").then(pl.lit("programme_unknown")),
            pl.when(pl.col("since").is_null() | ((pl.col("SAMPAI") != "") & pl.col("until").is_null())).then(
                pl.lit("since_garbage")
            ),
            pl.when(pl.col("since") > pl.col("today")).then(pl.lit("since_future")),
            pl.when(pl.col("until") < pl.col("since")).then(pl.lit("until_before")),
            pl.when((pl.col("NILAI") != "") & pl.col("amount").is_null()).then(pl.lit("amount_garbage")),
        ),
        named=True,
        key_of_fact="code || ' ' || since",
        statuses=UNKNOWN_PROGRAMME + OVERLAPS + STATUSES,
        writes=(
            """
UPDATE programs_enrolment e SET ended_on = coalesce(r.until, e.ended_on), amount = coalesce(r.amount, e.amount),
  benefit = coalesce(nullif(r.detail, ''), e.benefit), version = e.version + 1, updated_at = %(at)s
FROM import_row r JOIN programs_programme g ON lower(g.code) = r.code
WHERE r.status = 'changed' AND e.person_id = r.person_id AND e.programme_id = g.id AND e.started_on = r.since
""",
            """
INSERT INTO programs_enrolment (version, created_at, updated_at, family_id, person_id, programme_id, started_on, ended_on, benefit,
  amount, recorded_by_id, source)
SELECT 1, %(at)s, %(at)s, r.family_id, r.person_id, g.id, r.since, r.until, coalesce(r.detail, ''), r.amount, %(by)s, 'list'
FROM import_row r JOIN programs_programme g ON lower(g.code) = r.code WHERE r.status = 'new'
""",
            MEETS,
        ),
        shown={
            "programme": Fact("g.name", "g.name"),
            "started_on": Fact("r.since", "r.since"),
            "ended_on": Fact("e.ended_on", "r.until"),
            "amount": Fact("e.amount", "r.amount"),
            "benefit": Fact("e.benefit", "nullif(r.detail, '')"),
        },
        beside=BESIDE,
        joined=("programs_enrolment", "programs_need"),
        apart=True,
        edited=EDITED,
    )
)
also_takes_back(ImportKind.PARTICIPATION, Enrolment, Need)
