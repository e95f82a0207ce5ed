"""Export of 1,000,000 members to CSV beside PostgreSQL's own COPY TO of the same query, in one run; and its peak memory.

Ours decrypts and masks two numbers a row, labels codes, defuses and quotes cells, encrypts the file, takes its hash and keeps the
progress. COPY TO writes the stored values to nowhere. The export runs in a process of its own, whose
peak memory is its own too. ROWS= changes the size, FORMAT=xlsx the file.
"""

import io
import os
import statistics
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.harness import database, seconds, verdict

ROWS = int(os.environ.get("ROWS", "1000000"))
FORMAT = os.environ.get("FORMAT", "csv")
MEMBERS = 4  # of a family
BATCH = 100_000

CHILD = """
import re, sys, time
import django
django.setup()
from slrt.exports import building
began = time.perf_counter()
building.build(int(sys.argv[1]))
took = time.perf_counter() - began
# Not ru_maxrss, which counts the memory of the process that started this one.
peak = re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())
print(took, int(peak.group(1)) / 1024)
"""


def people_of(rows: int) -> None:
    """Families of four with encrypted numbers, set by set."""
    from django.db import connection

    from slrt.core import crypto
    from tests import people

    families = rows // MEMBERS
    with connection.cursor() as cursor:
        for start in range(0, families, BATCH):
            size = min(BATCH, families - start)
            cards, card_indexes = crypto.protect([f"13019{n:011d}" for n in range(start, start + size)])
            niks, nik_indexes = crypto.protect(
                [f"13{n:014d}" for n in range(start * MEMBERS, (start + size) * MEMBERS)]
            )
            lines = "".join(
                f"{start + n + 1}\t\\\\x{cards[n].hex()}\t\\\\x{card_indexes[n].hex()}\n" for n in range(size)
            )
            cursor.execute("CREATE TEMP TABLE cards (id bigint, kk bytea, kki bytea) ON COMMIT DROP")
            cursor.copy_expert("COPY cards FROM STDIN", io.StringIO(lines))
            lines = "".join(
                f"{start * MEMBERS + n + 1}\t\\\\x{niks[n].hex()}\t\\\\x{nik_indexes[n].hex()}\n"
                for n in range(size * MEMBERS)
            )
            cursor.execute("CREATE TEMP TABLE niks (id bigint, nik bytea, niki bytea) ON COMMIT DROP")
            cursor.copy_expert("COPY niks FROM STDIN", io.StringIO(lines))
            cursor.execute(
                "INSERT INTO households_person (id, version, created_at, updated_at, nik_encrypted, nik_index,"
                " no_nik_reason, nik_match, name, name_folded, birth_date, birth_place, sex, marital, occupation)"
                " SELECT id, 1, now(), now(), nik, niki, '', 'unchecked', 'Warga Nomor ' || id, 'warga nomor ' || id,"
                " date '1950-01-01' + (id % 25000)::int, 'Painan', (1 + id % 2)::text, '', '' FROM niks"
            )
            cursor.execute(
                "INSERT INTO households_household (id, version, created_at, updated_at, village_id, hamlet, address, rt, rw)"
                " SELECT id, 1, now(), now(), %s, 'Jorong', 'Jalan ' || id, '001', '002' FROM cards",
                [people.SAGO],
            )
            cursor.execute(
                "INSERT INTO households_family (id, version, created_at, updated_at, household_id, kk_encrypted, kk_index,"
                " head_id, decile, decile_period) SELECT id, 1, now(), now(), id, kk, kki, (id - 1) * 4 + 1, 1 + id % 10, '2026-Q3'"
                " FROM cards"
            )
            cursor.execute(
                "INSERT INTO households_membership (person_id, family_id, relation, household_relation, started_on, end_reason)"
                " SELECT id, (id - 1) / 4 + 1, CASE id % 4 WHEN 1 THEN '1' WHEN 2 THEN '2' ELSE '3' END, '', now(), ''"
                " FROM niks"
            )
            cursor.execute("DROP TABLE cards, niks")
        cursor.execute("ANALYZE")


def copy_to_nowhere(sql: bytes) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor, open(os.devnull, "wb") as nowhere:
        cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
        cursor.copy_expert(b"COPY (" + sql + b") TO STDOUT WITH (FORMAT csv)", nowhere)


def main() -> int:
    with database("export"):
        from django.conf import settings
        from django.db import connection, transaction
        from django.http import QueryDict

        from slrt.core import clock
        from slrt.exports import building
        from slrt.exports.entitlement import rows_for
        from slrt.exports.models import Export
        from slrt.exports.registry import LISTINGS, Asked
        from slrt.exports.writing import select
        from tests import people

        people.make_places()
        manager = people.make_user("lestari")
        with transaction.atomic():
            made = seconds(lambda: people_of(ROWS))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        print(f"{ROWS:,} members made in {made:.0f} s")
        listing = LISTINGS["anggota"]
        rows = rows_for(listing, Asked(manager, QueryDict()))
        sql, params = select(rows, listing.columns)
        with connection.cursor() as cursor:
            query = cursor.mogrify(sql, params)
        held = connection.settings_dict
        url = (
            f"postgresql://{held['USER']}:{held['PASSWORD']}@{held['HOST'].replace('/', '%2F')}:{held['PORT'] or 5432}"
        )
        environment = {**os.environ, "DATABASE_URL": f"{url}/{held['NAME']}"}

        def export() -> tuple[float, float]:
            now = clock.now()
            row = Export.objects.create(
                asked_by=manager,
                listing=listing.key,
                purpose="bench",
                basis="public_task",
                format=FORMAT,
                total=ROWS,
                asked_at=now,
                moved_at=now,
            )
            said = subprocess.run(
                [sys.executable, "-c", CHILD, str(row.pk)],
                env=environment,
                cwd=settings.BASE_DIR,
                check=True,
                capture_output=True,
                text=True,
            ).stdout.split()
            row.refresh_from_db()
            assert (row.state, row.done) == ("ready", ROWS), row.problem
            print(f"{row.size / 1e6:,.0f} MB {FORMAT}")
            building.remove_file(row)
            return float(said[0]), float(said[1])

        copy_to_nowhere(query)  # once for the cache
        # The floor before and after, since machines change their mind within a minute.
        floors = [seconds(lambda: copy_to_nowhere(query))]
        took, megabytes = export()
        floors.append(seconds(lambda: copy_to_nowhere(query)))
        floor = statistics.median(floors)
        print(f"ours {ROWS / took:,.0f} rows/s ({took:.1f} s), COPY TO {ROWS / floor:,.0f} rows/s ({floor:.1f} s)")
        met = [
            verdict("share of COPY TO", floor / took, least=1 / 3),
            verdict("peak memory in MB", megabytes, most=200),
        ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
