"""Import end to end beside the bare database and the stock ModelResource, in one run, on a registry of a million people.

Ours reads, checks, previews, compares and writes persons, families, households, memberships, deciles, registrations, answers,
history and the trail, numbers encrypted. The floor copies the same rows into a staging table and inserts them into one wide
table with ON CONFLICT, without any check. Stock django-import-export does the floor's work row by row, without and with the dry run
that shows a preview.

The curve: 10,000, 100,000 and 1,000,000 rows into a registry of the same size each time, memory of a process of its own.
ROWS= and PEOPLE= change the sizes; STAGE=curve or STAGE=rate runs one half.
"""

import csv
import functools
import io
import itertools
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.harness import database, medians, seconds, verdict
from tests.bench.population import copies, extract

ROWS = int(os.environ.get("ROWS", "300000"))
PEOPLE = int(os.environ.get("PEOPLE", "1000000"))
STAGES = os.environ.get("STAGE", "curve,rate").split(",")
STOCK_ROWS = 1500
WORKBOOK_ROWS = 20_000


def ours(path: Path, kind: str = "extract") -> float:
    """Import a file as the console does and return the seconds it took."""
    from households.importing import applying, previewing, uploading
    from households.models import ImportRun
    from slrt.accounts.models import User

    manager = User.objects.get(username="lestari")

    def work() -> None:
        uploaded = uploading.upload(uploading.chunks_of(path), path.name, by=manager, kind=kind)
        previewing.preview(uploaded.pk)
        current = ImportRun.objects.get(pk=uploaded.pk)
        assert current.state == "previewed", current.problem
        applying.request_apply(current, by=manager, version=current.version, at_console=True)
        applying.apply(current.pk)
        current.refresh_from_db()
        assert current.state == "applied", current.problem
        print({k: current.counts.get(k) for k in ("rows", "accepted", "refused", "households", "people")})

    return seconds(work)


@functools.cache
def stock_resource(names: tuple[str, ...]) -> Any:
    """The stock ModelResource of the floor's table: rows found by their key, no check."""
    from django.db import models
    from import_export.resources import ModelResource

    columns: dict[str, models.Field[str, str]] = {name: models.TextField(blank=True) for name in names}
    columns["key"] = models.TextField(primary_key=True)
    meta = type("Meta", (), {"app_label": "households", "managed": False, "db_table": "floor_rows"})
    row_of_floor = type("FloorRow", (models.Model,), {**columns, "Meta": meta, "__module__": __name__})
    resource_meta = type("Meta", (), {"model": row_of_floor, "import_id_fields": ("key",)})
    return type("FloorResource", (ModelResource,), {"Meta": resource_meta})


def stock_speed(data: bytes) -> tuple[float, float]:
    """Rows a second of the stock ModelResource doing the floor's work: its real run alone, and with the dry run before it.

    The dry run is its preview: its administration imports nothing without one. Medians of three samples.
    """
    import tablib

    rows = csv.DictReader(io.StringIO(data.decode()))
    names = tuple(rows.fieldnames or [])
    stock = stock_resource(names)

    def sample() -> tablib.Dataset:
        table = tablib.Dataset(headers=[*names, "key"])
        for row in itertools.islice(rows, STOCK_ROWS):
            key = row["NIK"] or row["ID_KELUARGA"] + row["NAMA"] + row["TGL_LAHIR"]
            table.append([*row.values(), key])
        return table

    def took(table: tablib.Dataset, *, dry: bool) -> float:
        return seconds(lambda: stock().import_data(table, dry_run=dry, raise_errors=True))

    pairs = [(took(table, dry=True), took(table, dry=False)) for table in (sample() for _n in range(3))]
    alone, whole = (
        statistics.median(times) for times in ([real for _dry, real in pairs], [sum(pair) for pair in pairs])
    )
    return STOCK_ROWS / alone, STOCK_ROWS / whole


class Floor:
    """The bare database: a wide table that already holds PEOPLE rows, and the rate at which it takes ROWS more."""

    def __init__(self, data: bytes, base: int) -> None:
        from django.db import connection

        self.data, self.copying = data, 0.0
        names = next(csv.reader(io.StringIO(data[:5000].decode())))
        self.columns = ", ".join(f'"{name}" text' for name in names)
        self.names = ", ".join(f'"{name}"' for name in names)
        self.updates = ", ".join(f'"{name}" = EXCLUDED."{name}"' for name in names if name != "NIK")
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE floor_rows ({self.columns}, key text PRIMARY KEY)")
        for first in range(0, base, 250_500):
            self._write(extract(min(250_500, base - first), copies(first)))

    def _write(self, data: bytes) -> None:
        from django.db import connection, transaction

        key = """coalesce(nullif("NIK", ''), "ID_KELUARGA" || "NAMA" || "TGL_LAHIR")"""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMP TABLE floor_staging ({self.columns}) ON COMMIT DROP")
            copy = "COPY floor_staging FROM STDIN WITH (FORMAT csv, HEADER)"
            self.copying = seconds(lambda: cursor.copy_expert(copy, io.BytesIO(data)))
            cursor.execute(
                f"INSERT INTO floor_rows SELECT {self.names}, {key} AS key FROM floor_staging "
                f"ON CONFLICT (key) DO UPDATE SET {self.updates}"
            )

    def seconds(self) -> float:
        """How long the new rows take; they are gone again afterwards."""
        took = seconds(lambda: self._write(self.data))
        self.clear()
        return took

    def around(self, work: Callable[[], float]) -> tuple[float, float]:
        """How long the floor takes, on average before and after some work, and what the work gives."""
        before = self.seconds()
        given = work()
        return (before + self.seconds()) / 2, given

    def clear(self) -> None:
        """Take out what is not of the PEOPLE rows that were there first."""
        from django.db import connection

        first = copies(PEOPLE)
        with connection.cursor() as cursor:
            cursor.execute('DELETE FROM floor_rows WHERE "ID_KELUARGA" >= %s', [f"B{first:04d}"])
            cursor.execute("VACUUM floor_rows")


def workbook(data: bytes, rows: int, inline: bool = True) -> bytes:
    """The first rows of a CSV as a workbook; its texts stand in their cells, or in a list of their own, as spreadsheets keep them."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": inline, "strings_to_numbers": False})
    sheet = book.add_worksheet()
    for number, row in enumerate(csv.reader(io.StringIO(data.decode()))):
        if number > rows:
            break
        sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def reading_of_workbooks(data: bytes, inline: bool) -> float:
    """How many times as fast as the stock resource's format a workbook becomes a table."""
    from import_export.formats.base_formats import XLSX

    from households.importing.reading import read

    book = workbook(data, WORKBOOK_ROWS, inline)
    mine, stock = medians(
        lambda: sum(part.height for part in read([book]).parts), lambda: XLSX().create_dataset(book), times=3, warm=1
    )
    print(
        f"workbook of {WORKBOOK_ROWS:,} rows, {'texts in their cells' if inline else 'shared texts'}: "
        f"{WORKBOOK_ROWS / mine:,.0f} rows/s, stock {WORKBOOK_ROWS / stock:,.0f} rows/s, {stock / mine:.1f} times"
    )
    return stock / mine


def _prepare() -> None:
    from tests import people

    people.make_places()
    people.make_user("lestari")


def _come_to_rest() -> None:
    """Leave the registry as one that has held its people for a day: what the database does after a million new rows is done."""
    from django.db import connection

    from households.importing.writing import tidy_name_index

    tidy_name_index()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")


def one_point(rows: int) -> tuple[float, float]:
    """Import rows into an empty registry by a process of its own, as a worker does; return seconds and the most MB it held.

    The registry and the file are made by others: what that takes is not the import's.
    """
    from urllib.parse import quote

    from django.db import connection

    with TemporaryDirectory() as folder, database(f"import_{rows}"):
        _prepare()
        path = Path(folder) / "berkas.csv"
        subprocess.run([sys.executable, __file__, "file", str(rows), str(path)], check=True)
        place = {name: quote(str(value), safe="") for name, value in connection.settings_dict.items()}
        url = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**place)
        said = subprocess.run(
            [sys.executable, __file__, "import", str(path)],
            env={**os.environ, "DATABASE_URL": url},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        took, kilobytes = said.rsplit("POINT ", 1)[1].split()
        return float(took), int(kilobytes) / 1024


def one_import(path: Path) -> None:
    """Import a file and print seconds and the most memory held (kB)."""
    import django

    django.setup()
    took = ours(path)
    print(f"POINT {took} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}")


def make_file(rows: int, path: Path) -> None:
    """Write an extract of any size."""
    with path.open("wb") as file:
        for first in range(0, rows, 100_500):
            part = extract(min(100_500, rows - first), copies(first))
            file.write(part if first == 0 else part.split(b"\n", 1)[1])


def curve() -> list[bool]:
    """Rows a second and memory at three sizes."""
    speeds, memory = [], 0.0
    for rows in (10_000, 100_000, PEOPLE):
        took = []
        for _time in range(5 if rows == 10_000 else 1):
            spent, memory = one_point(rows)
            took.append(spent)
        speeds.append(rows / statistics.median(took))
        print(f"{rows:,} rows: {speeds[-1]:,.0f} rows/s, at most {memory:,.0f} MB")
    return [
        verdict("rate at the largest size beside the smallest", speeds[-1] / speeds[0], least=0.8),
        verdict("memory at the largest size, MB", memory, most=500),
    ]


def rate() -> list[bool]:
    """New and unchanged rows on a registry that holds PEOPLE already.

    Each import stands between two runs of the floor and is compared with these alone, since machines change their mind within a
    minute; what counts is the median of what was compared.
    """
    with TemporaryDirectory() as folder, database("import"):
        _prepare()
        path = Path(folder) / "berkas.csv"
        for first in range(0, PEOPLE, 250_500):
            path.write_bytes(extract(min(250_500, PEOPLE - first), copies(first)))
            ours(path)
        _come_to_rest()
        data = extract(ROWS, copies(PEOPLE))
        floor = Floor(data, PEOPLE)
        new, stock, stock_whole, same, same_as_new = [], [], [], [], []
        for turn in range(2):
            path.write_bytes(extract(ROWS, copies(PEOPLE) + turn * copies(ROWS)))
            alone, whole = stock_speed(data)
            floor.clear()
            bare, took = floor.around(lambda: ours(path))
            new.append(bare / took)
            stock.append(ROWS / took / alone)
            stock_whole.append(ROWS / took / whole)
            print(
                f"new {ROWS / took:,.0f} rows/s, floor {ROWS / bare:,.0f} rows/s (its COPY alone {ROWS / floor.copying:,.0f}), "
                f"stock {alone:,.0f} rows/s, with its preview {whole:,.0f} rows/s"
            )
            # The same file comes again weeks later, not while the database still tidies up after the new rows.
            _come_to_rest()
            for _time in range(3):
                bare, again = floor.around(lambda: ours(path))
                same.append(3 * bare / again)
                same_as_new.append(took / again)
                print(f"unchanged {ROWS / again:,.0f} rows/s, floor {ROWS / bare:,.0f} rows/s")
        reading_of_workbooks(data, inline=False)
        median = statistics.median
        return [
            verdict("share of the floor", median(new), least=1 / 3),
            verdict("times the stock resource's real run alone", median(stock), least=40),
            verdict("times the stock resource with its preview, as ours has one", median(stock_whole), least=40),
            verdict("an unchanged file, times the third of the floor", median(same), least=2),
            verdict("an unchanged file, times new rows", median(same_as_new), least=2),
            verdict("reading a workbook, times the stock resource", reading_of_workbooks(data, inline=True), least=10),
        ]


def main() -> int:
    if sys.argv[1:2] == ["file"]:
        make_file(int(sys.argv[2]), Path(sys.argv[3]))
        return 0
    if sys.argv[1:2] == ["import"]:
        one_import(Path(sys.argv[2]))
        return 0
    met = [*(curve() if "curve" in STAGES else []), *(rate() if "rate" in STAGES else [])]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
