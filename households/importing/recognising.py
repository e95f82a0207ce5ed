"""Families of whom a file says what stands here: recognised by a digest of their rows, so that their people are not compared one by one.

A run that wrote a family, or found it unchanged, leaves the digest of the file's rows (`FamilyDigest`, docs/adr/0033); whatever is
written of the family later drops it. Rows that have a digest here are not staged: `import_family_settled` holds whose they are. Where a
digest is gone by the time the file is compared, or there is another reason to look closer, it is doubted and the file read again.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import polars as pl
from django.db import OperationalError, connection, transaction

from households.importing import answering
from households.models.digest import DIGEST_DROPS, FamilyDigest
from slrt.core import crypto, marks

# What the digest is of, as it is staged and compared. Another way of comparing needs another number here: what was found unchanged
# the old way is then not recognised.
FORM = "family-2"
HOUSE = ("ID_KELUARGA", "no_kk_digits", "village", "ALAMAT", "RT", "RW", "decile", "PERIODE_DESIL")
PERSON = ("nik_digits", "name", "born", "TMP_LAHIR", "sex", "marital", "PEKERJAAN", "NAMA_IBU", "relation")
# No cell holds these: they stand between what is digested, and for what is not there.
BETWEEN_CELLS, BETWEEN_ROWS, NOTHING = "\x1f", "\x1e", "\x1d"
TABLE = "CREATE UNLOGGED TABLE import_family_settled (n int, family_id bigint, digest uuid, lines int[])"
COLUMNS = "import_family_settled (n, family_id, digest, lines)"
# Each by itself through the index: for a part of a file the planner would go through all digests there are.
FIND = """
SELECT g.nth, d.family_id FROM unnest(%s::uuid[]) WITH ORDINALITY g (digest, nth)
CROSS JOIN LATERAL (SELECT family_id FROM households_familydigest WHERE digest = g.digest OFFSET 0) d
"""
# Families that came again in a later part of the file, and those of whom a row turned out not to be good beside the others.
SPLIT = "SELECT digest FROM import_family_settled WHERE n = ANY(%s)"
WITHDRAWN = """
SELECT s.digest FROM import_family_settled s, unnest(s.lines) line JOIN import_withdrawn w USING (line)
"""
# The digest of a family is of all its rows.
FORGET_SPLIT = "UPDATE import_family SET digest = NULL WHERE n = ANY(%s) AND digest IS NOT NULL"
# Beside what was found of the other families: nothing was written of these since they stood as their rows say, and nothing will be.
KNOWN = """
INSERT INTO import_family_known (n, family_id, taken, headless, late_decile, changed)
SELECT s.n, s.family_id, false, false, false, false FROM import_family_settled s
WHERE (s.family_id, s.digest) IN (SELECT family_id, digest FROM households_familydigest);
ANALYZE import_family_known (n, family_id, last_round);
"""
# Asked when the families are known and their people are not compared yet: whose digest is gone, and who is in the file a second time.
DOUBTED = """
SELECT s.digest FROM import_family_settled s LEFT JOIN import_family_known k USING (n) WHERE k.n IS NULL OR k.held IS NOT NULL
"""
# A file that was applied meanwhile leaves digests too, of families that then are to be left as they are (`holding`).
WRITTEN_SINCE = """
UNION SELECT s.digest FROM import_family_settled s JOIN households_family f ON f.id = s.family_id
JOIN households_household h ON h.id = f.household_id WHERE greatest(f.updated_at, h.updated_at) > %(since)s
"""
# A house whose one family changes is another house for those who live there too.
FORGET = """
DELETE FROM households_familydigest d USING import_family_known k JOIN households_family f ON f.household_id = k.household_id
WHERE k.changed AND d.family_id = f.id
"""
# A family that is new here consists of its rows.
KEEP_NEW = """
INSERT INTO households_familydigest (family_id, digest)
SELECT family_id, digest FROM import_family WHERE digest IS NOT NULL
  AND n NOT IN (SELECT n FROM import_family_known) AND n NOT IN (SELECT n FROM import_person_known)
  AND n NOT IN (SELECT n FROM import_family_headless)
"""
# A family known before now stands as its rows say where nobody has to decide, nobody lives in it whom they do not name, and no
# other family's rows tell of its house. One that was recognised has its digest, and no people among the staged ones. Of how many that is
# so the planner has no idea: what it takes for one of them it would seek among all rows of the file, one by one.
KEEP_KNOWN = """
INSERT INTO households_familydigest (family_id, digest)
SELECT f.family_id, f.digest FROM (
  SELECT k.n, k.family_id, k.household_id, f.digest FROM import_family f JOIN import_family_known k USING (n)
  WHERE EXISTS (SELECT FROM import_person) AND f.digest IS NOT NULL
    AND k.held IS NULL AND NOT k.taken AND NOT k.late_decile AND (k.changed OR NOT k.headless) OFFSET 0) f
JOIN (SELECT n, count(*) AS people FROM import_person GROUP BY 1) p USING (n)
WHERE f.n NOT IN (SELECT n FROM import_person_known WHERE conflict) AND f.n NOT IN (SELECT n FROM import_family_headless)
  AND p.people = (SELECT count(*) FROM households_membership m
    WHERE m.family_id = f.family_id AND m.ended_on IS NULL AND m.missing_since IS NULL)
  AND NOT EXISTS (SELECT FROM households_family o WHERE o.household_id = f.household_id AND o.id <> f.family_id)
ON CONFLICT (family_id) DO UPDATE SET digest = EXCLUDED.digest
"""
ALONE = "LOCK TABLE households_familydigest IN SHARE ROW EXCLUSIVE MODE NOWAIT"
# Where the mark of dropped digests stood when a file was compared.
DROPS = "digest_drops"


class Doubted(Exception):
    """Families that were recognised while the file was read and do not stand like that; `digests` are theirs."""

    def __init__(self, digests: Collection[str]) -> None:
        super().__init__()
        self.digests = frozenset(digests)


def with_digests(good: pl.DataFrame) -> pl.DataFrame:
    """Add the digest of each family's rows in this part, as hex, to the first of them."""
    house, person = [*HOUSE, *answering.house_columns(good.columns)], [*PERSON, *answering.PERSON_COLUMNS]
    days = good.with_columns(pl.col("born").to_physical())  # a number is written sooner than a date
    first = good["family"].is_first_distinct()
    houses = good.select("family", *house).filter(first).select("family", _cells(house).alias("house"))
    rows = days.select("family", _cells(person).alias("person"))
    people = rows.group_by("family", maintain_order=True).agg("person")
    families = houses.with_columns(people["person"]).select(
        "family",
        pl.format("{}{}{}", "house", pl.lit(BETWEEN_ROWS), pl.col("person").list.join(BETWEEN_ROWS)).alias("text"),
        pl.col("person").list.len().alias("people"),
    )
    # What stands between cells stands in none, else two families could be taken for one.
    clear = (pl.col("text").str.count_matches(BETWEEN_ROWS, literal=True) == pl.col("people")) & (
        pl.col("text").str.count_matches(BETWEEN_CELLS, literal=True)
        == len(house) - 1 + pl.col("people") * (len(person) - 1)
    )
    told = families.select(clear.alias("clear"), "text")
    digests = pl.Series("digest", [None] * good.height, dtype=pl.String)
    texts = told.filter("clear")["text"].to_list()
    return good.with_columns(digests.scatter(first.arg_true().filter(told["clear"]), crypto.fingerprints(FORM, texts)))


def _cells(names: Sequence[str]) -> pl.Expr:
    return pl.concat_str([pl.col(name).cast(pl.String).fill_null(NOTHING) for name in names], separator=BETWEEN_CELLS)


def known(digests: Sequence[str]) -> dict[str, int]:
    """Return the families, by number, that stand here as rows of these digests say."""
    with connection.cursor() as cursor:
        cursor.execute(FIND, [f"{{{','.join(digests)}}}"])
        return {digests[nth - 1]: family for nth, family in cursor.fetchall()}


def misread(split: Collection[int], *, withdrawn: bool) -> frozenset[str]:
    """Return the digests that were recognised and were not of all the family's good rows; `split`: families of several parts.

    Call where the run's tables are looked into.
    """
    found: set[str] = set()
    with connection.cursor() as cursor:
        for asked, statement, values in ((split, SPLIT, [list(split)]), (withdrawn, WITHDRAWN, None)):
            if asked:
                cursor.execute(statement, values)
                found.update(digest.hex for (digest,) in cursor.fetchall())
    return frozenset(found)


def forget_split(split: Collection[int]) -> None:
    """Keep no digest of families whose rows came in several parts of the file."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET_SPLIT, [list(split)])


def demand_settled(cursor: Any, since: datetime | None) -> None:
    """Raise Doubted where a family that was recognised is not what it was any more, or is to be compared for another reason."""
    cursor.execute(DOUBTED + (WRITTEN_SINCE if since else ""), {"since": since})
    if doubted := {digest.hex for (digest,) in cursor.fetchall()}:
        raise Doubted(doubted)


def drops_now() -> int | None:
    """Where the mark of dropped digests stands for a comparison about to be made; None when somebody is dropping some."""
    stood, dropping = marks.mark(DIGEST_DROPS), marks.writing_for([FamilyDigest._meta.db_table])
    return None if dropping is not None else stood


def keep(cursor: Any, found: dict[str, Any]) -> None:
    """Leave the digests of families that now stand as the file says. Call at the end of writing what `comparing` found.

    Of a family that others can see, only where nobody wrote on any since it was compared: what they wrote would not drop what
    is kept here at the same moment.
    """
    households, people = found["households"], found["people"]
    if households["changed"] or people["changed"]:
        cursor.execute(FORGET)
    if households["new"]:
        cursor.execute(KEEP_NEW)
    if (households["changed"] or households["unchanged"]) and _alone(cursor, found.get(DROPS)):
        cursor.execute(KEEP_KNOWN)


def _alone(cursor: Any, since: int | None) -> bool:
    """Keep others from dropping digests until this transaction ends, if none does now or did since the mark stood there."""
    if since is None:
        return False
    try:
        with transaction.atomic():
            cursor.execute(ALONE)
    except OperationalError:
        return False
    return marks.mark(DIGEST_DROPS) == since
