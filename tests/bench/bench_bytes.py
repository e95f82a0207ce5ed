"""What a phone has to fetch, compressed: a form step the first time and afterwards, the tracking page, the lists."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.harness import database, verdict

STEPS = ("place", "card", "house", "materials", "supply", "goods", "programmes", "position")


def main() -> int:
    with database("bytes"):
        import logging

        from django.test import Client

        from households import visiting
        from tests import cases, people
        from tests.entry.homes import agreed
        from tests.web.test_bytes import fetched

        logging.disable(logging.CRITICAL)
        people.make_places()
        manager, sari = people.make_user("lestari"), people.make_user("sari")
        client = Client()
        client.force_login(sari, backend="django.contrib.auth.backends.ModelBackend")
        visit = agreed(visiting.begin(by=sari, village_id=people.SAGO), sari)
        sizes = {name: fetched(client.get(f"/kunjungan/{visit.pk}/isi/{name}/").content) for name in STEPS}
        name = max(sizes, key=lambda step: sizes[step][0])
        page, files = sizes[name]
        met = [
            verdict(f"kB of the largest form step ({name}), first load", (page + files) / 1000, most=60),
            verdict(f"kB of the largest form step ({name}), afterwards", page / 1000, most=15),
        ]
        row = cases.complaint(cases.family_in(people.SAGO), sari)
        page, files = fetched(Client().post("/lacak/", {"kode": row.tracking_code}).content)
        met.append(verdict("kB of the tracking page with everything", (page + files) / 1000, most=25))
        for n in range(30):
            family = cases.family_in(people.SAGO, f"Warga {n}", f"1301994506{n // 9000:02d}{n % 9000 + 1:04d}")
            cases.complaint(family, sari)
            cases.referral(family, sari, "sent")
        client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
        for path in ("/keluarga/", "/keluhan/", "/rujukan/", "/dasbor/"):
            page, _files = fetched(client.get(path).content)
            print(f"kB of {path}: {page / 1000:.1f}")
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
