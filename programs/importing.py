"""Lists of programme participants: who takes part in what since when, as agencies send them."""

import polars as pl

from households.choices.imports import ImportKind
from households.importing.checking import cleaned_date
from households.importing.columns import Columns
from households.importing.kinds import Kind, register
from households.importing.undoing import also_takes_back
from programs.models import Enrolment, Need

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
WHERE n.id = s.id
"""

# A programme is told by its code in `code`; that it exists is found out beside the registry, where its rows are.
PARTICIPATION = register(
    Kind(
        name=ImportKind.PARTICIPATION,
        columns=Columns(("NIK", "PROGRAM", "SEJAK"), ("SAMPAI", "NILAI", "BANTUAN")),
        keys=("NIK",),
        facts={
            "code": pl.col("PROGRAM").str.to_lowercase(),
            "since": cleaned_date(pl.col("SEJAK")),
            "until": cleaned_date(pl.col("SAMPAI")),
            "amount": pl.col("NILAI").str.replace_all(r"[^0-9]", "").cast(pl.Int64, strict=False),
            "detail": pl.col("BANTUAN").str.slice(0, 160),
        },
        refusals=(
            pl.when(pl.col("code") == "").then(pl.lit("programme_unknown")),
            pl.when(pl.col("since").is_null() | ((pl.col("SAMPAI") != "") & pl.col("until").is_null())).then(
                pl.lit("since_garbage")
            ),
            pl.when(pl.col("until") < pl.col("since")).then(pl.lit("until_before")),
        ),
        key_of_fact="code",
        statuses="""
UPDATE import_row r SET status = 'programme_unknown' WHERE r.status IS NULL AND NOT EXISTS (
  SELECT FROM programs_programme p WHERE lower(p.code) = r.code);
UPDATE import_row r SET status = CASE WHEN e.id IS NULL THEN 'new' WHEN e.ended_on IS DISTINCT FROM r.until
    AND r.until IS NOT NULL THEN 'changed' ELSE 'unchanged' END
FROM import_row s JOIN programs_programme p ON lower(p.code) = s.code
LEFT JOIN LATERAL (SELECT id, ended_on FROM programs_enrolment e WHERE e.family_id = s.family_id AND e.programme_id = p.id
  AND (e.person_id = s.person_id OR e.person_id IS NULL)
  AND (e.ended_on IS NULL OR e.started_on = s.since) ORDER BY e.ended_on NULLS FIRST LIMIT 1) e ON true
WHERE s.line = r.line AND r.status IS NULL
""",
        writes=(
            """
UPDATE programs_enrolment e SET ended_on = r.until, version = e.version + 1, updated_at = %(at)s
FROM import_row r JOIN programs_programme p ON lower(p.code) = r.code
WHERE r.status = 'changed' AND e.family_id = r.family_id AND e.programme_id = p.id
  AND (e.person_id = r.person_id OR e.person_id IS NULL) AND e.ended_on IS NULL
""",
            """
INSERT INTO programs_enrolment (version, created_at, updated_at, family_id, person_id, programme_id, started_on, ended_on, benefit,
  amount, recorded_by_id, source)
SELECT 1, %(at)s, %(at)s, r.family_id, r.person_id, p.id, r.since, r.until, coalesce(r.detail, ''), r.amount, %(by)s, 'list'
FROM import_row r JOIN programs_programme p ON lower(p.code) = r.code WHERE r.status = 'new'
""",
            MEETS,
        ),
    )
)
also_takes_back(ImportKind.PARTICIPATION, Enrolment, Need)
