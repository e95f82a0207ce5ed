"""Import of 100,000 rows end to end, beside the stock ModelResource and the bare database, all in one run.

Ours reads, checks, compares, writes persons, families, households, memberships, deciles, registrations, answers and the
trail. Stock django-import-export writes persons only. The floor copies the same rows into a staging table and inserts
them into one wide table with ON CONFLICT, without any check. ROWS= changes the size.
"""

import csv
import io
import os
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.harness import database, seconds, verdict

ROWS = int(os.environ.get("ROWS", "100000"))
STOCK_ROWS = 1500
SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "dtks_sago_salido.csv"


def extract(rows: int) -> bytes:
    """The sample again and again, each copy with numbers of its own."""
    with SAMPLE.open(newline="") as file:
        reader = csv.DictReader(file)
        sample, names = list(reader), reader.fieldnames
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=names or [])
    writer.writeheader()
    made, copy = 0, 0
    while made < rows:
        for row in sample[: rows - made]:
            numbers = {key: f"13{copy // 90 + 10:02d}{copy % 90 + 10:02d}{row[key][6:]}" for key in ("NO_KK", "NIK")}
            writer.writerow({**row, **numbers, "ID_KELUARGA": f"B{copy:04d}{row['ID_KELUARGA']}"})
            made += 1
        copy += 1
    return out.getvalue().encode()


def ours(data: bytes) -> None:
    from households.importing import run as importing
    from slrt.accounts.models import User

    manager = User.objects.get(username="lestari")
    uploaded = importing.upload(data, "bench.csv", by=manager)
    importing.preview(uploaded.pk)
    uploaded.refresh_from_db()
    assert uploaded.state == "previewed", uploaded.problem
    importing.request_apply(uploaded, by=manager, version=uploaded.version)
    importing.apply(uploaded.pk)
    uploaded.refresh_from_db()
    assert uploaded.state == "applied", uploaded.problem
    print({k: uploaded.counts[k] for k in ("rows", "accepted", "refused", "households", "people")})


def stock(data: bytes) -> float:
    """Rows a second of the stock ModelResource on a sample, persons only."""
    import tablib
    from import_export.resources import ModelResource

    from households.models import Person

    class PersonResource(ModelResource):
        class Meta:
            model = Person
            fields = ("id", "name", "name_folded", "birth_date", "sex", "birth_place", "occupation", "mother_name")
            import_id_fields = ("id",)

    table = tablib.Dataset(headers=["id", *PersonResource.Meta.fields[1:]])
    for row in list(csv.DictReader(io.StringIO(data.decode())))[:STOCK_ROWS]:
        name = row["NAMA"][:100]
        table.append(["", name, name.lower(), "1980-01-01", "1", row["TMP_LAHIR"], row["PEKERJAAN"], row["NAMA_IBU"]])
    took = seconds(lambda: PersonResource().import_data(table, dry_run=False, raise_errors=True))
    return STOCK_ROWS / took


def floor(data: bytes) -> None:
    from django.db import connection, transaction

    names = next(csv.reader(io.StringIO(data.decode())))
    columns = ", ".join(f'"{name}" text' for name in names)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE floor_staging ({columns}); CREATE TABLE floor_rows ({columns}, n serial)")
        cursor.execute('CREATE UNIQUE INDEX ON floor_rows ("NIK", n)')
        cursor.copy_expert("COPY floor_staging FROM STDIN WITH (FORMAT csv, HEADER)", io.BytesIO(data))
        cursor.execute("INSERT INTO floor_rows SELECT * FROM floor_staging ON CONFLICT DO NOTHING")
        cursor.execute("DROP TABLE floor_rows, floor_staging")


def main() -> int:
    with database("import"):
        from tests import people

        people.make_places()
        people.make_user("lestari")
        data = extract(ROWS)
        stock_speed = stock(data)
        # The floor before and after, since machines change their mind within a minute.
        floors = [seconds(lambda: floor(data)) for _n in range(2)]
        took = seconds(lambda: ours(data))
        floors += [seconds(lambda: floor(data)) for _n in range(2)]
        floor_speed = ROWS / statistics.median(floors)
        speed = ROWS / took
        print(
            f"ours {speed:,.0f} rows/s ({took:.1f} s), stock {stock_speed:,.0f} rows/s, floor {floor_speed:,.0f} rows/s"
        )
        again = seconds(lambda: ours(data))
        print(f"the same file once more: {ROWS / again:,.0f} rows/s ({again:.1f} s), nothing changed")
        met = [
            verdict("times the stock resource", speed / stock_speed, least=15),
            verdict("share of the floor", speed / floor_speed, least=0.2),
        ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
