"""Lists of deciles: which family stands in which tenth in which quarter, as the ministry publishes them."""

from string import Template

import polars as pl

from households.choices.imports import ImportKind
from households.importing.columns import Columns
from households.importing.kinds import Fact, Kind, register
from households.validators import PERIOD

# So far ahead that no later list could follow it.
AHEAD = pl.col("PERIODE_DESIL").str.slice(0, 4).cast(pl.Int32, strict=False) > pl.col("today").dt.year() + 1

DECILES = register(
    Kind(
        name=ImportKind.DECILES,
        columns=Columns(("DESIL", "PERIODE_DESIL"), ("ID_KELUARGA", "NO_KK")),
        keys=("ID_KELUARGA", "NO_KK"),
        facts={"code": pl.col("DESIL").str.replace(r"\.0$", ""), "period": pl.col("PERIODE_DESIL")},
        refusals=(
            pl.when(~pl.col("code").is_in([str(n) for n in range(1, 11)])).then(pl.lit("decile_range")),
            pl.when(pl.col("period") == "").then(pl.lit("period_empty")),
            pl.when(~pl.col("period").str.contains(PERIOD) | AHEAD).then(pl.lit("period_garbage")),
        ),
        key_of_fact="period",
        about="households",
        statuses="""
UPDATE import_row r SET status = CASE WHEN d.id IS NULL THEN 'new' WHEN d.decile <> r.code::int THEN 'changed' ELSE 'unchanged' END
FROM import_row s LEFT JOIN households_decilerecord d ON d.family_id = s.family_id AND d.period = s.period AND d.source = 'list'
WHERE s.line = r.line AND r.status IS NULL
""",
        # The family shows the newest period's decile; a list of an older period only completes the history. What was once
        # recorded under something that is no period gives way.
        writes=(
            """
INSERT INTO households_decilerecord (family_id, decile, period, source, recorded_at)
SELECT family_id, code::int, period, 'list', %(at)s FROM import_row WHERE status IN ('new', 'changed')
ON CONFLICT (family_id, period, source) DO UPDATE SET decile = EXCLUDED.decile, recorded_at = EXCLUDED.recorded_at
""",
            Template("""
UPDATE households_family f SET decile = r.code::int, decile_period = r.period, version = f.version + 1, updated_at = %(at)s
FROM (SELECT DISTINCT ON (family_id) family_id, code, period FROM import_row WHERE status IN ('new', 'changed')
  ORDER BY family_id, period DESC) r
WHERE f.id = r.family_id AND (r.period >= f.decile_period OR f.decile_period !~ '$period')
  AND (f.decile, f.decile_period) IS DISTINCT FROM (r.code::int, r.period)
""").substitute(period=PERIOD),
        ),
        # Nobody types a decile, but results are stated, and taken back by hand: what a family shows since the preview is not replaced
        # by a list that nobody compared with it. The row history tells that it moved; its time is when a transaction began, and none
        # that people wait for takes an hour.
        edited=Template("""
UPDATE import_row r SET status = 'edited_since' FROM households_family f
WHERE f.id = r.family_id AND r.status IN ('new', 'changed') AND f.updated_at > %(since)s
  AND (r.period >= f.decile_period OR f.decile_period !~ '$period')
  AND (f.decile, f.decile_period) IS DISTINCT FROM (r.code::int, r.period)
  AND EXISTS (SELECT FROM households_familyevent e WHERE e.pgh_obj_id = f.id
    AND e.pgh_created_at > %(since)s - interval '1 hour'
    AND (e.decile, e.decile_period) IS DISTINCT FROM (f.decile, f.decile_period))
""").substitute(period=PERIOD),
        shown={"decile": Fact("d.decile", "r.code::smallint"), "period": Fact("d.period", "r.period")},
        beside="""LEFT JOIN households_decilerecord d ON d.family_id = r.family_id AND d.period = r.period AND d.source = 'list'""",
    )
)
