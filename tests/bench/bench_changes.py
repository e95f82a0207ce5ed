"""What large files take that change what is there, beside the same number of new rows, in one run, on a registry of a million people.

New rows, taking them back, a file in which everybody changed, one in which everybody has another NIK, and the lists of deciles, of
Dukcapil's answers and of participants, of ROWS rows each. The bounds are our own: each of these took many minutes once, because a
question was planned for a table without statistics or an index was missing. ROWS= and PEOPLE= change the sizes.
"""

import csv
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.bench_import import ours
from tests.bench.harness import database, seconds, verdict
from tests.bench.population import copies, extract, rows

ROWS = int(os.environ.get("ROWS", "300000"))
PEOPLE = int(os.environ.get("PEOPLE", "1000000"))


def imported(folder: str, data: bytes, kind: str) -> float:
    """Bring a file from upload to the end and return the seconds it took."""
    path = Path(folder) / "berkas.csv"
    path.write_bytes(data)
    return ours(path, kind)


def taken_back() -> float:
    """Take back the last file and return the seconds it took; whoever uploaded it asks a second person, as the rule wants."""
    from households.importing import undoing
    from households.models import ImportRun
    from tests import people

    run = ImportRun.objects.latest("pk")
    second = people.make_user("yunus", people.CAST["lestari"])

    def work() -> None:
        undoing.request(run, by=second, note="Berkas uji ukur", version=run.version)
        undoing.take_back(run.pk)
        run.refresh_from_db()
        assert run.state == "taken_back", run.problem

    return seconds(work)


def table(heading: str, line: Callable[[dict[str, str]], list[str] | None]) -> bytes:
    """A list with a line for each row of the new file that gives one, at most one of a kind."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heading.split(","))
    made = {tuple(found): None for row in rows(ROWS, copies(PEOPLE)) if (found := line(row)) is not None}
    writer.writerows(made)
    return out.getvalue().encode()


def changed(data: bytes, change: Callable[[dict[str, str]], dict[str, str]]) -> bytes:
    """The same file, everybody with what a change says of them."""
    reader = csv.DictReader(io.StringIO(data.decode()))
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(reader.fieldnames or []))
    writer.writeheader()
    writer.writerows({**row, **change(row)} for row in reader)
    return out.getvalue().encode()


def another_nik(row: dict[str, str]) -> dict[str, str]:
    """A NIK that nobody has yet: its serial is beyond those of the file."""
    nik = row["NIK"]
    return {"NIK": f"{nik[:12]}{int(nik[12:]) + 5000:04d}"} if nik else {}


def main() -> int:
    with TemporaryDirectory() as folder, database("changes"):
        from households.choices.imports import ImportKind
        from tests import cases, people

        people.make_places()
        people.make_user("lestari")
        programme = cases.programme().code
        for first in range(0, PEOPLE, 250_500):
            imported(folder, extract(min(250_500, PEOPLE - first), copies(first)), ImportKind.EXTRACT)
        data = extract(ROWS, copies(PEOPLE))
        new = imported(folder, data, ImportKind.EXTRACT)
        back = taken_back()
        again = imported(folder, data, ImportKind.EXTRACT)
        base = (new + again) / 2
        print(f"new: {new:.1f} and {again:.1f} s")
        results = {
            "taking them back": (back, 8),
            "everybody changed": (
                imported(folder, changed(data, lambda _row: {"PEKERJAAN": "Petani penggarap"}), ImportKind.EXTRACT),
                4,
            ),
            "a list of deciles": (
                imported(
                    folder,
                    table(
                        "ID_KELUARGA,DESIL,PERIODE_DESIL",
                        lambda row: [row["ID_KELUARGA"], "3", "2026-Q4"] if row["ID_KELUARGA"] else None,
                    ),
                    ImportKind.DECILES,
                ),
                3,
            ),
            "Dukcapil's answers": (
                imported(
                    folder,
                    table("NIK,NAMA,HASIL", lambda row: [row["NIK"], row["NAMA"], "PADAN"] if row["NIK"] else None),
                    ImportKind.MATCH,
                ),
                6,
            ),
            "a list of participants": (
                imported(
                    folder,
                    table(
                        "NIK,PROGRAM,SEJAK",
                        lambda row: [row["NIK"], programme, "2025-01-01"] if row["NIK"] else None,
                    ),
                    ImportKind.PARTICIPATION,
                ),
                6,
            ),
            "everybody under another NIK": (imported(folder, changed(data, another_nik), ImportKind.EXTRACT), 6),
        }
        for name, (took, _most) in results.items():
            print(f"{name}: {took:.1f} s")
        met = [verdict(f"{name}, times new rows", took / base, most=most) for name, (took, most) in results.items()]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
