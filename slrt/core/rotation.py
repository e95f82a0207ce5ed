"""Renewing what lies encrypted under an older key, so that this key can leave SLRT_FIELD_KEYS (docs/operations.md).

Rows are renewed a stretch of a table at a time, files one by one, each in a step that either happened or did not: stopped at any
moment, the next run goes on with what is left. Nothing about a row changes but how it is written, so no history is kept of it.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from psycopg2 import sql

from slrt.core import crypto
from slrt.core.fields import EncryptedText
from slrt.core.sealed import MAGIC

DRAFT = ".renewed"
WHOLE = ".bin"  # scanned papers: encrypted as one value, without a key of their own (and sealed uploads, which tell by their head)
PAGES = 64  # of 8 kB, at a time
LOCK = 0x4B455953
# Tables of the program, of its history, and of imports that wait for a decision, which lie in schemas of their own.
COLUMNS = r"""
SELECT c.table_schema, c.table_name, array_agg(c.column_name::text ORDER BY c.ordinal_position)
FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.data_type = 'bytea' AND c.column_name = ANY(%s) AND t.table_type = 'BASE TABLE'
  AND (c.table_schema = 'public' OR c.table_schema LIKE 'import\_%%')
GROUP BY 1, 2 ORDER BY 1, 2
"""

Tell = Callable[[str], None]
Stretch = tuple[str, str]  # where it begins and where the next one does


class Busy(Exception):
    """Another process is renewing."""


@dataclass
class Renewed:
    """How much was renewed (or, when only looking, is to be renewed), and what no key of the list opens."""

    rows: int = 0
    files: int = 0
    unreadable_rows: dict[str, int] = field(default_factory=dict)
    unreadable_files: list[str] = field(default_factory=list)

    @property
    def readable(self) -> bool:
        """Whether every value and file could be opened."""
        return not self.unreadable_rows and not self.unreadable_files


def renew(*, look: bool = False, tell: Tell = lambda what: None) -> Renewed:
    """Renew every encrypted value and sealed file that the first key does not open; with `look` only count them.

    `tell` hears the name of each table and folder before it is read. Raises Busy while another process is at it.
    """
    found = Renewed()
    with _lock():
        for schema, table, columns in _tables():
            tell(f"{schema}.{table}")
            _renew_table(sql.Identifier(schema, table), table, columns, found, look)
        tell(str(settings.MEDIA_ROOT))
        for path in _files(Path(settings.MEDIA_ROOT)):
            _renew_file(path, found, look)
    return found


@contextmanager
def _lock() -> Iterator[None]:
    if not _alone():
        raise Busy
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _tables() -> list[tuple[str, str, list[str]]]:
    fields: list[Any] = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    names: list[str] = sorted({str(field.column) for field in fields if isinstance(field, EncryptedText)})
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [names])
        return list(cursor.fetchall())


def _renew_table(name: sql.Identifier, table: str, columns: list[str], found: Renewed, look: bool) -> None:
    """Walk along the table as it lies on the disk; rows that are written anew come to its end and are passed over there."""
    page = 0
    while page < _pages(name):
        with transaction.atomic(), pgtrigger.ignore():
            stretch = (f"({page},0)", f"({page + PAGES},0)")
            rows = _old_rows(name, columns, stretch, look)
            fresh = [(row[0], *_renewed(row[1:], table, found)) for row in rows]
            fresh = [row for row in fresh if any(row[1:])]
            found.rows += len(fresh)
            if fresh and not look:
                _write(name, columns, stretch, fresh)
        page += PAGES


def _pages(name: sql.Identifier) -> int:
    size = sql.SQL("SELECT pg_relation_size({}::regclass) / current_setting('block_size')::int")
    with connection.cursor() as cursor:
        cursor.execute(size.format(sql.Literal(name.as_string(cursor.cursor))))
        return int(cursor.fetchone()[0])


def _old_rows(name: sql.Identifier, columns: list[str], stretch: Stretch, look: bool) -> list[tuple[Any, ...]]:
    """Rows of a stretch with their values under older keys; those under the current key come as None."""
    head = crypto.keyring().current + b":"
    is_old = [
        sql.SQL("substring({} FOR {}) <> {}").format(sql.Identifier(column), sql.Literal(len(head)), sql.Literal(head))
        for column in columns
    ]
    values = (
        sql.SQL("CASE WHEN {} THEN {} END").format(old, sql.Identifier(c))
        for old, c in zip(is_old, columns, strict=True)
    )
    statement = sql.SQL(
        "SELECT ctid::text, {values} FROM {name} WHERE ctid >= %s::tid AND ctid < %s::tid AND ({old}) {lock}"
    )
    lock = sql.SQL("" if look else "FOR UPDATE")
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format(values=sql.SQL(", ").join(values), name=name, old=sql.SQL(" OR ").join(is_old), lock=lock),
            stretch,
        )
        return list(cursor.fetchall())


def _renewed(values: tuple[Any, ...], table: str, found: Renewed) -> Iterator[bytes | None]:
    for value in values:
        try:
            yield None if value is None else crypto.encrypt_bytes(crypto.decrypt_bytes(value))
        except ValueError:
            found.unreadable_rows[table] = found.unreadable_rows.get(table, 0) + 1
            yield None


def _write(name: sql.Identifier, columns: list[str], stretch: Stretch, fresh: list[tuple[Any, ...]]) -> None:
    """Write the values of rows where they lie; through Django's cursor, which passes on that triggers stand aside."""
    names = list(map(sql.Identifier, columns))
    row = sql.SQL("(%s::tid" + ", %s::bytea" * len(columns) + ")")
    statement = sql.SQL(
        "UPDATE {name} t SET {sets} FROM (VALUES {rows}) v (place, {columns})"
        " WHERE t.ctid = v.place AND t.ctid >= %s::tid AND t.ctid < %s::tid"
    ).format(
        name=name,
        sets=sql.SQL(", ").join(sql.SQL("{0} = coalesce(v.{0}, t.{0})").format(column) for column in names),
        rows=sql.SQL(", ").join([row] * len(fresh)),
        columns=sql.SQL(", ").join(names),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*(value for line in fresh for value in line), *stretch])


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        if path.name.endswith(DRAFT):
            path.unlink(missing_ok=True)  # of a run that was killed
        elif path.is_file():
            yield path


def _renew_file(path: Path, found: Renewed, look: bool) -> None:
    try:
        with path.open("rb") as file:
            fresh = _fresh_head(file, whole=path.suffix == WHOLE)
            if fresh is None:
                return
            found.files += 1
            if not look:
                _replace(path, fresh, file)
    except FileNotFoundError:
        return  # its time was over meanwhile
    except ValueError:
        found.unreadable_files.append(str(path.relative_to(settings.MEDIA_ROOT)))


def _fresh_head(file: BinaryIO, *, whole: bool) -> bytes | None:
    """Return what stands before the rest of the file once it is renewed; None for a file that needs nothing or is not sealed.

    A sealed file keeps its own key, only the lid over that key is new. A paper is encrypted as one value and has no rest.
    Raises ValueError when no key opens it.
    """
    current = crypto.keyring().current + b":"
    begin = file.read(len(MAGIC))
    if begin != MAGIC:
        data = begin + file.read() if whole else b""
        return None if not whole or data.startswith(current) else crypto.encrypt_bytes(crypto.decrypt_bytes(data))
    wrapped = file.read(int.from_bytes(file.read(2), "big"))
    if wrapped.startswith(current):
        return None
    fresh = crypto.encrypt_bytes(crypto.decrypt_bytes(wrapped))
    return MAGIC + len(fresh).to_bytes(2, "big") + fresh


def _replace(path: Path, head: bytes, rest: BinaryIO) -> None:
    """Write the file anew beside itself and put it in its place, with its times, by which old files are cleared away."""
    draft = path.with_name(path.name + DRAFT)
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(head)
            shutil.copyfileobj(rest, out)
            out.flush()
            os.fsync(out.fileno())
        shutil.copystat(path, draft)  # fails when the file's time was over meanwhile
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
