"""Who changed since the last search: told by the number of the transaction that PostgreSQL writes on every row.

Every version of a row carries the number of the transaction that wrote it (`xmin`): no way of writing gets around it, no clock takes
part, and `VACUUM` keeps it. A search notes the oldest number still under way in this database when it began to read, its horizon. What
it could not see was written under that number or a later one, also by a transaction that began long before and was committed long
after. So the next search asks only whoever has a row from the horizon on, themselves or through membership, family or
household. It asks some too many, never one too few, and takes those whose data have another hash than the one beside their keys.

A deleted row carries nothing: one walk along the two indexes tells who has keys and lives nowhere, or the reverse.

Numbers mean something in the one PostgreSQL that gave them. With a horizon of another one (a dump that was restored elsewhere), with one
so old that numbers begin again, without any or without keys, and once in `WHOLE_EVERY`, everybody is asked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from string import Template
from typing import Any

from households.models import PersonKeys, SearchMark

# Names the way keys are made: with another word here, the next search makes everybody's keys anew.
MAKING = "places"
# Compare everybody again after so long, come what may: the words of names are counted, every pair is scored by them.
WHOLE_EVERY = timedelta(days=30)
# Transaction numbers are compared in a circle of four thousand million.
OLDEST = 1 << 30

# Whatever an entry is compared by, in one number: differs as soon as any of it, or the entry's version, does.
_PRINT = """hashtextextended(concat_ws('|', %(making)s, p.version, p.name, p.mother_index, p.birth_date, p.sex, p.nik_index,
  m.family_id, h.village_id), 0)"""

# Transactions that write none of our rows: of other databases of the server, and of those who tidy up. Read before the others: what
# a number belonged to stays true. Whose numbers this role may not see count as ours.
ELSEWHERE = """
SELECT coalesce(array_agg(backend_xid::text), '{}') FROM pg_stat_activity
WHERE backend_xid IS NOT NULL AND (datname <> current_database() OR backend_type = 'autovacuum worker')
"""
# The oldest transaction under way, this one too, or the next one that will begin.
NOW = """
SELECT least(pg_snapshot_xmax(s)::text::bigint, pg_current_xact_id_if_assigned()::text::bigint, (
  SELECT min(x::text::bigint) FROM pg_snapshot_xip(s) x WHERE xid(x)::text <> ALL(%(elsewhere)s))), system_identifier
FROM pg_current_snapshot() s, pg_control_system()
"""
# A row written from the horizon on is at most as old as the horizon. Rows of this very transaction can be younger than nothing; much
# younger are only rows so old that the circle shows them from the other side.
_WRITTEN = Template("age($row.xmin) BETWEEN -$oldest AND (SELECT years FROM since)")
_OPEN = "JOIN households_membership m ON m.family_id = f.id AND m.ended_on IS NULL"
ASKED_WRITTEN = Template("""
CREATE TEMP TABLE dup_asked ON COMMIT DROP AS
WITH since AS (SELECT age(xid(%(horizon)s::text::xid8)) AS years)
SELECT p.id AS person_id FROM households_person p WHERE $person
UNION SELECT m.person_id FROM households_membership m WHERE $member
UNION SELECT m.person_id FROM households_family f $open WHERE $family
UNION SELECT m.person_id FROM households_household h JOIN households_family f ON f.household_id = h.id $open WHERE $household
""").substitute(
    open=_OPEN,
    **{name: _WRITTEN.substitute(row=name[0], oldest=OLDEST) for name in ("person", "member", "family", "household")},
)
# Both indexes are in order: merged, they are read once and nothing of the tables. The planner would rather read the tables.
ASKED_DELETED = """
SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_bitmapscan = off;
INSERT INTO dup_asked
SELECT coalesce(k.person_id, m.person_id) FROM (SELECT person_id FROM households_personkeys) k
FULL JOIN (SELECT person_id FROM households_membership WHERE ended_on IS NULL) m ON m.person_id = k.person_id
WHERE k.person_id IS NULL OR m.person_id IS NULL EXCEPT SELECT person_id FROM dup_asked;
SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on; SET LOCAL enable_bitmapscan = on
"""
ASKED_NAMED = "CREATE TEMP TABLE dup_asked ON COMMIT DROP AS SELECT DISTINCT unnest(%(only)s::bigint[]) AS person_id"
ASKED_ALL = """
CREATE TEMP TABLE dup_asked ON COMMIT DROP AS
SELECT person_id FROM households_membership WHERE ended_on IS NULL
UNION ALL SELECT person_id FROM households_personkeys k WHERE NOT EXISTS (
  SELECT FROM households_membership m WHERE m.person_id = k.person_id AND m.ended_on IS NULL)
"""
# Of those asked, whoever is compared by something else than their keys were made from, and the keys they had until now.
CHANGED = Template("""
ANALYZE dup_asked;
CREATE TEMP TABLE dup_changed ON COMMIT DROP AS
SELECT p.id AS person_id, p.version, $print AS print, p.name, p.mother_name, p.birth_date, p.sex,
  p.nik_index IS NOT NULL AS has_nik, h.village_id AS village, m.family_id
FROM dup_asked q JOIN households_person p ON p.id = q.person_id
JOIN households_membership m ON m.person_id = p.id AND m.ended_on IS NULL
JOIN households_family f ON f.id = m.family_id JOIN households_household h ON h.id = f.household_id
LEFT JOIN households_personkeys k ON k.person_id = p.id
WHERE p.merged_into_id IS NULL AND k.print IS DISTINCT FROM $print;
ANALYZE dup_changed;
CREATE TEMP TABLE dup_left ON COMMIT DROP AS
SELECT person_id, keys FROM households_personkeys WHERE person_id IN (SELECT person_id FROM dup_changed)
""").substitute(print=_PRINT)
# Whoever lives nowhere or was merged is compared no more.
FORGET = """
WITH gone AS (
  DELETE FROM households_personkeys WHERE person_id IN (
    SELECT person_id FROM dup_asked EXCEPT SELECT p.id FROM dup_asked q JOIN households_person p ON p.id = q.person_id
    JOIN households_membership m ON m.person_id = p.id AND m.ended_on IS NULL WHERE p.merged_into_id IS NULL)
  RETURNING person_id, keys)
INSERT INTO dup_left SELECT person_id, keys FROM gone
"""


@dataclass(frozen=True)
class Since:
    """Where a search begins. `named`: it asks the persons it was given; `whole`: everybody; neither: of whom something was written
    from the horizon of the last one on. `first`: there are no keys yet. `keyed`: see `SearchMark`."""

    horizon: int
    cluster: int
    last_horizon: int
    whole_at: datetime
    keyed: int
    named: bool
    whole: bool
    first: bool


def since_last(cursor: Any, at: datetime, *, named: bool, whole: bool) -> Since:
    """Return from where on a search has to look. Asked before anything is read: what is written meanwhile is for the next search."""
    cursor.execute(ELSEWHERE)
    cursor.execute(NOW, {"elsewhere": cursor.fetchone()[0]})
    horizon, cluster = map(int, cursor.fetchone())
    last = SearchMark.objects.first()
    keys = PersonKeys.objects.exists()
    usable = (
        keys
        and last is not None
        and (last.making, last.cluster) == (MAKING, cluster)
        and 0 <= horizon - last.horizon < OLDEST
        and at - last.whole_at < WHOLE_EVERY
    )
    whole = not named and (whole or not usable)
    return Since(
        horizon,
        cluster,
        last.horizon if last else horizon,
        last.whole_at if last and not whole else at,
        last.keyed if last else 0,
        named=named,
        whole=whole,
        first=whole and not keys,
    )


def find(cursor: Any, since: Since, values: dict[str, Any]) -> tuple[int, int]:
    """Leave who changed, and the keys they had, in temporary tables; return how many were asked and how many did change."""
    if since.named:
        cursor.execute(ASKED_NAMED, values)
    elif since.whole:
        cursor.execute(ASKED_ALL)
    else:
        cursor.execute(ASKED_WRITTEN, {"horizon": since.last_horizon})
        cursor.execute(ASKED_DELETED)
    cursor.execute(CHANGED, {"making": MAKING})
    cursor.execute("SELECT (SELECT count(*) FROM dup_asked), (SELECT count(*) FROM dup_changed)")
    asked, changed = map(int, cursor.fetchone())
    if not since.first:
        cursor.execute(FORGET)
    return asked, changed


def keep(since: Since, keyed: int, at: datetime) -> None:
    """Note where this search stood. One over named persons saw nobody else: the next one begins where the last one did."""
    if since.named:
        SearchMark.objects.exclude(keyed=keyed).update(keyed=keyed)
        return
    stood = {
        "horizon": since.horizon,
        "cluster": since.cluster,
        "making": MAKING,
        "whole_at": since.whole_at,
        "keyed": keyed,
    }
    SearchMark.objects.update_or_create(pk=1, defaults=stood)
