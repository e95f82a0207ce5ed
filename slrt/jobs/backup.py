"""A dump of the database that is known to be good: made from one snapshot, restored elsewhere, every table compared by checksum.

Beside it lies an archive of the uploaded files (`slrt/jobs/archive.py`), made after the snapshot: a row in the dump had its file then.
"""

import os
import re
import shutil
import subprocess  # nosec B404  PostgreSQL's own programs, by full path, without a shell
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_noop
from psycopg2 import errors, sql

from slrt.core import checksums, clock
from slrt.jobs import archive
from slrt.jobs.running import Failed
from slrt.local.postgres import client_folders

Step = Callable[[int, int, str], None]
STEPS = 5
STEP_UNIT = gettext_noop("langkah")
UNTESTED = ".untested.dump"
NAME = re.compile(r"slrt-\d{8}-\d{6}(\.untested)?\.dump")
SCRATCH = "_restored"
NAMED = 12  # tables that differ, in a sentence
Sums = dict[str, checksums.TableSum]


@dataclass(frozen=True)
class Backup:
    """A dump that was restored: its file's name, bytes, the tables and rows that were the same in it, uploaded files archived
    beside it (None when that is switched off), old dumps taken away."""

    name: str
    size: int
    tables: int
    rows: int
    files: int | None
    removed: int


def make(step: Step) -> Backup:
    """Dump, restore into a database of its own, compare, archive the uploaded files, keep the newest BACKUPS_KEPT.

    Raises Failed in one sentence. A dump that could not be tested stays in the folder and says so in its name; one that came out wrong
    is taken away.
    """
    folder = _folder()
    programs = _programs()
    name = f"slrt-{timezone.localtime(clock.now()):%Y%m%d-%H%M%S}"
    # Before the disk is needed: what nights left that ended in a failure is never counted among the whole ones.
    removed = _remove_old(folder, f"{name}.dump", whole=False)
    step(0, STEPS, STEP_UNIT)
    with _snapshot(step) as (snapshot, sums):
        step(1, STEPS, STEP_UNIT)
        dump = folder / f"{name}{UNTESTED}"
        _dump(programs, dump, snapshot, step)
    step(2, STEPS, STEP_UNIT)
    _compare(programs, dump, sums, step)
    dump = dump.rename(folder / f"{name}.dump")
    step(4, STEPS, STEP_UNIT)
    files = None
    if settings.BACKUP_FILES:
        files = archive.make(dump.with_suffix(archive.ENDING), lambda: step(4, STEPS, STEP_UNIT)).files
    removed += _remove_old(folder, dump.name, whole=True)
    step(STEPS, STEPS, STEP_UNIT)
    return Backup(dump.name, dump.stat().st_size, len(sums), sum(table.rows for table in sums.values()), files, removed)


def _folder() -> Path:
    folder = Path(settings.BACKUP_FOLDER)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in folder.glob("*.part"):
            left.unlink()
    except OSError:
        raise Failed(gettext_noop("Folder cadangan tidak bisa ditulisi. Periksa SLRT_BACKUP_FOLDER.")) from None
    return folder


def _programs() -> Path:
    """Return the folder of a pg_dump that knows this server: the oldest that is not older than it."""
    with connection.cursor():
        server: int = getattr(connection, "pg_version", 0) // 10000
    known = {}
    for folder in [*client_folders(), *_installed()]:
        said = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, check=False)  # noqa: S603  # nosec B603
        found = re.search(r"(\d+)", said.stdout)
        if found and int(found[1]) >= server:
            known.setdefault(int(found[1]), folder)
    if not known:
        raise Failed(
            gettext_noop("pg_dump versi %(server)d atau lebih baru tidak ditemukan. Pasang postgresql-client."),
            server=server,
        )
    return known[min(known)]


def _installed() -> list[Path]:
    found = shutil.which("pg_dump")
    return [*([Path(found).parent] if found else []), *sorted(Path("/usr/lib/postgresql").glob("*/bin"))]


def _connect(database: str = "") -> Any:
    return psycopg2.connect(**_place(database))


def _place(database: str = "") -> dict[str, Any]:
    held = connection.settings_dict
    names = ("user", "password", "host", "port")
    return {"dbname": database or held["NAME"], **{name: held[name.upper()] for name in names if held[name.upper()]}}


@contextmanager
def _snapshot(step: Step) -> Iterator[tuple[str, Sums]]:
    """Hold one view of the database open; yield its name, and rows and checksum of every table in it."""
    own = _connect()
    try:
        own.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            name = cursor.fetchone()[0]
            yield name, _sums(cursor, lambda: step(0, STEPS, STEP_UNIT))
    finally:
        own.close()


def _sums(cursor: Any, each: Callable[[], None]) -> Sums:
    return checksums.of_tables(cursor, each)


def _run(program: Path, arguments: list[str], step: Step, done: int) -> int:
    """Run one of PostgreSQL's programs to its end, ended early when the run is cancelled; return its code."""
    place = _place()
    told = {f"PG{name.upper()}": str(value) for name, value in place.items() if name != "dbname"}
    environment = {**os.environ, **told}
    with subprocess.Popen(  # noqa: S603  # nosec B603
        [program, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as child:
        try:
            while True:
                with suppress(subprocess.TimeoutExpired):
                    return child.wait(1)
                step(done, STEPS, STEP_UNIT)
        except BaseException:
            child.kill()
            raise


def _dump(programs: Path, dump: Path, snapshot: str, step: Step) -> None:
    part = dump.with_suffix(".part")
    part.touch(mode=0o600)
    options = ["--format=custom", "--no-owner", "--no-privileges", "--no-unlogged-table-data", f"--snapshot={snapshot}"]
    try:
        code = _run(programs / "pg_dump", [*options, f"--file={part}", _place()["dbname"]], step, 1)
        if code:
            raise Failed(
                gettext_noop("pg_dump berhenti dengan kode %(code)d. Periksa tempat di disk dan hak peran basis data."),
                code=code,
            )
        part.rename(dump)
    finally:
        part.unlink(missing_ok=True)


def _compare(programs: Path, dump: Path, sums: Sums, step: Step) -> None:
    name = f"{_place()['dbname'][:40]}{SCRATCH}"
    with _scratch(name, dump.name):
        options = ["--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={name}"]
        code = _run(programs / "pg_restore", [*options, str(dump)], step, 2)
        if code:
            dump.unlink()
            raise Failed(
                gettext_noop("Cadangan tidak bisa dipulihkan (kode %(code)d), jadi dibuang. Jalankan lagi."), code=code
            )
        step(3, STEPS, STEP_UNIT)
        with _connect(name) as restored, restored.cursor() as cursor:
            found = _sums(cursor, lambda: step(3, STEPS, STEP_UNIT))
        restored.close()
    differing = checksums.differences(sums, found)
    if differing:
        dump.unlink()
        raise Failed(DIFFERENT, n=len(differing), tables=_named(differing, sums, found))


DIFFERENT = gettext_noop(
    "%(n)d tabel berbeda sesudah dipulihkan: %(tables)s. Dalam kurung: baris sebelum dan sesudah; tanpa kurung: "
    "barisnya sama banyak, isinya berbeda. Cadangan ini dibuang. Jalankan lagi."
)


def _named(differing: list[str], before: Sums, after: Sums) -> str:
    """Return the first tables that differ by name, with their rows where those differ too; no word of a language in it."""
    nothing = checksums.TableSum(0, "")
    said = []
    for table in differing[:NAMED]:
        was, now = before.get(table, nothing).rows, after.get(table, nothing).rows
        said.append(table if was == now else f"{table} ({was} → {now})")
    return ", ".join(said) + (", …" if len(differing) > NAMED else "")


@contextmanager
def _scratch(name: str, dump_name: str) -> Iterator[None]:
    """An empty database for the length of the test; one left over by a crash is dropped first."""
    own = _connect()
    own.autocommit = True
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    try:
        with own.cursor() as cursor:
            cursor.execute(drop)
            cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield
        finally:
            with own.cursor() as cursor:
                cursor.execute(drop)
    except errors.InsufficientPrivilege:
        raise Failed(
            gettext_noop(
                "Cadangan %(file)s tersimpan tetapi belum diuji: peran basis data tidak boleh membuat basis data. "
                "Beri hak CREATEDB."
            ),
            file=dump_name,
        ) from None
    finally:
        own.close()


def _remove_old(folder: Path, made: str, *, whole: bool) -> int:
    """Keep the newest BACKUPS_KEPT dumps of ours that are whole, or that are not, with their archives; leave other files alone.

    One that says it is newer than the one that is made now comes of a clock that stood ahead: nobody knows how old it is, so it goes
    first.
    """
    dumps = [path for path in folder.iterdir() if NAME.fullmatch(path.name) and _is_whole(path) == whole]
    dumps.sort(key=lambda path: (path.name <= made, path.name), reverse=True)
    old = dumps[max(settings.BACKUPS_KEPT, 1) :]
    for path in old:
        path.unlink()
        path.with_suffix(archive.ENDING).unlink(missing_ok=True)
    return len(old)


def _is_whole(dump: Path) -> bool:
    """Whether a dump was tested and, where the uploaded files are archived, has them beside it."""
    return not dump.name.endswith(UNTESTED) and (
        not settings.BACKUP_FILES or dump.with_suffix(archive.ENDING).is_file()
    )
