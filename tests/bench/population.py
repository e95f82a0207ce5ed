"""Extracts of any size: the sample again and again, each copy with numbers, ids and a household of its own."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "dtks_sago_salido.csv"
# Copies are told apart by region and serial of their numbers, so that those of a new file fall between those that are there,
# as people's numbers do; their villages are all real.
SUBDISTRICTS = 90
SERIALS = {"NIK": 4, "NO_KK": 400}  # more than the sample's last serial of a day


def _sample() -> tuple[list[dict[str, str]], list[str]]:
    with SAMPLE.open(newline="") as file:
        reader = csv.DictReader(file)
        return list(reader), list(reader.fieldnames or [])


def rows(count: int, first_copy: int = 0) -> Iterator[dict[str, str]]:
    """Yield `count` rows that no other `first_copy` range shares (a copy holds 1,500 rows)."""
    sample, _names = _sample()
    made, copy = 0, first_copy
    while made < count:
        for row in sample[: count - made]:
            numbers = {key: _number(row[key], copy, step) for key, step in SERIALS.items()}
            yield {**row, **numbers, "ID_KELUARGA": f"B{copy:04d}{row['ID_KELUARGA']}"}
            made += 1
        copy += 1


def _number(number: str, copy: int, step: int) -> str:
    turn, subdistrict = divmod(copy, SUBDISTRICTS)
    return f"1301{10 + subdistrict}{number[6:12]}{int(number[12:]) + step * turn:04d}" if number else ""


def copies(count: int) -> int:
    """How many copies of the sample `count` rows take up."""
    return -(-count // len(_sample()[0]))


def extract(count: int, first_copy: int = 0) -> bytes:
    """A CSV extract of `count` rows."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=_sample()[1])
    writer.writeheader()
    writer.writerows(rows(count, first_copy))
    return out.getvalue().encode()
