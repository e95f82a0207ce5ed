"""What Dukcapil said of many NIK at once. Every result stays with who brought it, of which day it is and from which file."""

from string import Template

import polars as pl

from households.choices.events import MatchSource
from households.choices.imports import ImportKind
from households.choices.person import NikMatch
from households.importing.checking import cleaned_date
from households.importing.columns import Columns
from households.importing.kinds import NAME, Fact, Kind, register

WORDS = {
    **{"PADAN": "matched", "SESUAI": "matched", "1": "matched"},
    **{"TIDAK PADAN": "unmatched", "TIDAK SESUAI": "unmatched", "2": "unmatched"},
    **{"GANDA": "duplicate", "NIK GANDA": "duplicate"},
}
ANSWERS = ", ".join(f"'{code}'" for code in (NikMatch.MATCHED, NikMatch.UNMATCHED, NikMatch.DUPLICATE))
# A result without a date is of the day it is applied. One that is older than what is known of the present NIK, or than another of
# its file, is kept but does not stand for the person.
STATUSES = Template("""
UPDATE import_row r SET status = CASE
  WHEN p.nik_match = r.code THEN 'unchanged'
  WHEN n.newest > coalesce(r.since, %(today)s) THEN 'unchanged'
  WHEN p.nik_match NOT IN ($answers) THEN 'new'
  WHEN EXISTS (SELECT FROM households_nikcheck c WHERE c.person_id = p.id AND c.result IN ($answers)
    AND c.checked_on > coalesce(r.since, %(today)s)) THEN 'unchanged'
  ELSE 'changed' END
FROM households_person p, (SELECT person_id, max(coalesce(since, %(today)s)) AS newest FROM import_row WHERE status IS NULL GROUP BY 1) n
WHERE p.id = r.person_id AND n.person_id = r.person_id AND r.status IS NULL
""").substitute(answers=ANSWERS)
KEPT = Template("""
INSERT INTO households_nikcheck (person_id, result, source, at, checked_on, by_id, note, run_id)
SELECT r.person_id, r.code, '$list', %(at)s, coalesce(r.since, %(today)s), %(by)s, '', %(run)s FROM import_row r
WHERE r.status IN ('new', 'changed', 'unchanged') AND NOT EXISTS (SELECT FROM households_nikcheck c WHERE c.person_id = r.person_id
  AND c.source = '$list' AND c.result = r.code AND c.checked_on = coalesce(r.since, %(today)s))
ORDER BY r.line
""").substitute(list=MatchSource.LIST.value)
NEWEST = Template("""
LEFT JOIN LATERAL (SELECT max(c.checked_on) AS checked_on FROM households_nikcheck c
  WHERE c.person_id = p.id AND c.result IN ($answers)) k ON true
""").substitute(answers=ANSWERS)

MATCH = register(
    Kind(
        name=ImportKind.MATCH,
        columns=Columns(("NIK", "HASIL"), ("NAMA", "TANGGAL")),
        keys=("NIK",),
        facts={
            "code": pl.col("HASIL")
            .str.to_uppercase()
            .str.replace_all(r"\s+", " ")
            .replace_strict(WORDS, default=None, return_dtype=pl.String),
            "since": cleaned_date(pl.col("TANGGAL")),
            "name": NAME,
        },
        refusals=(
            pl.when(pl.col("code").is_null()).then(pl.lit("match_unknown")),
            pl.when((pl.col("TANGGAL") != "") & pl.col("since").is_null()).then(pl.lit("match_date")),
            pl.when(pl.col("since") > pl.col("today")).then(pl.lit("match_future")),
        ),
        named=True,
        key_of_fact="since",
        statuses=STATUSES,
        writes=(
            KEPT,
            """
UPDATE households_person p SET nik_match = r.code, version = p.version + 1, updated_at = %(at)s FROM import_row r
WHERE p.id = r.person_id AND r.status IN ('new', 'changed')
""",
        ),
        # A comparison made by hand since the preview, or a correction after which it has to be made again, stands: the row history
        # tells it. Its time is when a transaction began, and none that people wait for takes an hour.
        edited="""
UPDATE import_row r SET status = 'edited_since' FROM households_person p
WHERE p.id = r.person_id AND r.status IN ('new', 'changed') AND p.updated_at > %(since)s
  AND EXISTS (SELECT FROM households_personevent e WHERE e.pgh_obj_id = p.id
    AND e.pgh_created_at > %(since)s - interval '1 hour' AND e.nik_match <> p.nik_match)
""",
        shown={"nik_match": Fact("p.nik_match", "r.code"), "checked_on": Fact("k.checked_on", "r.since")},
        beside=NEWEST,
        joined=("households_nikcheck",),
    )
)
