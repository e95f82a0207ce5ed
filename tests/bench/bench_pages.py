"""Server time and queries of the list pages over 600 rows, beside the bare signed-in page in the same run."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.harness import database, medians, verdict

ROWS = 600
PAGES = ("/keluarga/", "/keluhan/", "/rujukan/", "/registrasi/")
MOST_TIMES, MOST_QUERIES = 6, 12


def main() -> int:
    with database("pages"):
        import logging

        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        from tests import cases, people

        logging.disable(logging.CRITICAL)
        people.make_places()
        manager, sari = people.make_user("lestari"), people.make_user("sari")
        for n in range(ROWS):
            family = cases.family_in(people.SAGO, f"Warga {n}", f"1301994506{n // 9000:02d}{n % 9000 + 1:04d}")
            cases.registration(family)
            cases.complaint(family, sari)
            cases.referral(family, sari, "sent")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum does after a minute
        client = Client()
        client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
        met = []
        for path in PAGES:
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
                asked = len(queries)
            bare, took = medians(lambda: client.get("/bantuan/"), lambda path=path: client.get(path), times=30)
            print(f"bare signed-in page {bare * 1000:.1f} ms, {path} {took * 1000:.1f} ms")
            met.append(verdict(f"{path} times the bare page", took / bare, most=MOST_TIMES))
            met.append(verdict(f"{path} queries", asked, most=MOST_QUERIES))
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
