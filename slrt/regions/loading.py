"""Loads the region list: the one that comes with SLRT, or a newer CSV (code, parent code, name)."""

import csv
import gzip
import io
import re
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

SHIPPED = Path(__file__).resolve().parent / "data" / "regions.csv.gz"
CODE = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")
CODE_HEADERS = ("code", "kode")
PARENT_HEADERS = ("parent", "parent_code", "district_code", "kode_induk", "induk")
NAME_HEADERS = ("name", "nama")


class UnreadableRegions(ValueError):
    """The file is not a region list; the message names line and reason."""


@dataclass(frozen=True)
class Report:
    """What a load did. `gone` are regions below the file's parents that it no longer lists; they are set inactive."""

    new: int
    changed: int
    unchanged: int
    gone: int


def dotted(code: str) -> str:
    """Return a code with dots: 1301052006 and 13.01.05.2006 are one."""
    digits = code.replace(".", "").strip()
    cuts = [digits[0:2], digits[2:4], digits[4:6], digits[6:10]]
    return ".".join(part for part in cuts if part)


def read(path: Path) -> list[tuple[str, str | None, str]]:
    """Return (code, parent, name) rows; raise UnreadableRegions."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    reader = csv.DictReader(io.StringIO(text))
    names = {(h or "").strip().lower(): h for h in reader.fieldnames or []}
    try:
        code_column = next(names[h] for h in CODE_HEADERS if h in names)
        name_column = next(names[h] for h in NAME_HEADERS if h in names)
    except StopIteration:
        raise UnreadableRegions("The file needs the columns code and name (and parent).") from None
    parent_column = next((names[h] for h in PARENT_HEADERS if h in names), None)
    rows = []
    for line, row in enumerate(reader, start=2):
        code, name = dotted(row[code_column] or ""), (row[name_column] or "").strip()
        if not CODE.fullmatch(code) or not name:
            raise UnreadableRegions(f"Line {line}: not a region code and name.")
        parent = dotted(row[parent_column] or "") if parent_column else ""
        rows.append((code, parent or code.rpartition(".")[0] or None, name))
    if not rows:
        raise UnreadableRegions("The file holds no region.")
    return rows


def load(path: Path | None = None) -> Report:
    """Bring the table up to a list, in one transaction. Nothing is deleted: what a list no longer holds becomes inactive."""
    rows = read(path or SHIPPED)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for code, parent, name in rows:
        writer.writerow([code, name, code.count(".") + 1, parent or ""])
    buffer.seek(0)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE IF EXISTS region_staging; CREATE TEMP TABLE region_staging "
            "(code varchar(13) PRIMARY KEY, name varchar(100), level smallint, "
            "parent_id varchar(13)) ON COMMIT DROP"
        )
        cursor.copy_expert("COPY region_staging FROM STDIN WITH (FORMAT csv, FORCE_NULL (parent_id))", buffer)
        cursor.execute(
            "UPDATE regions_region r SET name = s.name, level = s.level, parent_id = s.parent_id, active = true "
            "FROM region_staging s WHERE s.code = r.code AND (r.name, r.parent_id, r.active) IS DISTINCT FROM "
            "(s.name, s.parent_id, true)"
        )
        changed = cursor.rowcount
        cursor.execute(
            "INSERT INTO regions_region (code, name, level, parent_id, active) SELECT code, name, level, parent_id, true "
            "FROM region_staging s WHERE NOT EXISTS (SELECT 1 FROM regions_region r WHERE r.code = s.code) ORDER BY code"
        )
        new = cursor.rowcount
        cursor.execute(
            "UPDATE regions_region r SET active = false WHERE r.active AND r.level IN (SELECT DISTINCT level FROM "
            "region_staging) AND (r.parent_id IS NULL OR r.parent_id IN (SELECT parent_id FROM region_staging)) "
            "AND NOT EXISTS (SELECT 1 FROM region_staging s WHERE s.code = r.code)"
        )
        gone = cursor.rowcount
    return Report(new, changed, len(rows) - new - changed, gone)
