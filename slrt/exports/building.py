"""Making the file of an export: at once inside the request, or as a job that tells how far it is and can die at any moment."""

import errno
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import Error, connection, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, Refusal
from slrt.core.sealed import Sealed, Sealer
from slrt.exports.choices import OPEN_STATES, ExportFormat, ExportState
from slrt.exports.entitlement import asked_again, note, reach, rows_for
from slrt.exports.models import UNCOUNTED, Export
from slrt.exports.registry import Asked, Listing
from slrt.exports.writing import XLSX_MOST_ROWS, write_csv, write_xlsx

log = logging.getLogger(__name__)

LOCK = 0x45585054  # first half of the advisory lock that one export is made under
MOST_ATTEMPTS = 3


class Busy(Exception):
    """Another worker is making this export; the promise is kept until that one is done or dead."""


class Stopped(Exception):
    """The person cancelled while the file was being written."""


def folder() -> Path:
    """Return the folder of the sealed files."""
    return Path(settings.MEDIA_ROOT) / "exports"


def path_of(export: Export) -> Path:
    """Return where an export's sealed file stands, or would."""
    return folder() / f"{export.pk}.sealed"


def remove_file(export: Export) -> None:
    """Remove an export's file, if there is one."""
    path_of(export).unlink(missing_ok=True)


def build_at_once(export: Export) -> None:
    """Make the file inside the caller's transaction; a fault leaves no file and is the caller's to roll back.

    Raises GuardFailed with a sentence when the disk is full.
    """
    export.state, export.started_at, export.attempts = ExportState.RUNNING, clock.now(), 1
    listing, asked = asked_again(export)
    try:
        done, sealed = _write(export, listing, asked, lambda rows: None)
        _finish(export, done, sealed)
    except BaseException as fault:
        remove_file(export)
        if isinstance(fault, OSError) and fault.errno == errno.ENOSPC:
            raise GuardFailed("", _full_disk()) from None
        raise


def build(export_id: int) -> None:
    """Make a promised export. Killed at any moment it starts anew when the promise is taken up again, at most MOST_ATTEMPTS times.

    Ends as ready, cancelled or failed with a sentence. Raises Busy while another worker is at it.
    """
    with _watch(export_id) as watch:
        export = _claim(export_id)
        if export is None:
            return
        try:
            with translation.override(export.language):
                listing, asked = asked_again(export)
                if export.total == UNCOUNTED:
                    _count(export, listing, asked)
                with transaction.atomic():
                    done, sealed = _written(export, listing, asked, watch.moved)
                with transaction.atomic():
                    _finish(export, done, sealed)
        except Stopped:
            remove_file(export)
        except Refusal as fault:
            _fail(export, str(fault))
        except OSError as fault:
            if fault.errno != errno.ENOSPC:
                _wait_again(export)
                raise
            with translation.override(export.language):
                _fail(export, _full_disk())
        except Exception:
            _wait_again(export)
            raise


def demand_room(format: str, rows: int) -> None:
    """Raise GuardFailed when a kind of file has no room for so many rows."""
    if format == ExportFormat.XLSX and rows > XLSX_MOST_ROWS:
        raise GuardFailed("format", _("Terlalu banyak baris untuk Excel. Pilih CSV."))


def _count(export: Export, listing: Listing, asked: Asked) -> None:
    """Count the rows of a list that was counted up to a bound only when it was asked for; from now on its page says of how many.

    Raises GuardFailed when they are more than the kind of file has room for.
    """
    export.total = rows_for(listing, asked).count()
    demand_room(export.format, export.total)
    Export.objects.filter(pk=export.pk, state=ExportState.RUNNING).update(total=export.total, moved_at=clock.now())


def _full_disk() -> str:
    return _("Tempat penyimpanan berkas penuh. Beri tahu administrator, lalu unduh lagi.")


def _wait_again(export: Export) -> None:
    """The promise comes back after a pause; until then the row says that it waits."""
    Export.objects.filter(pk=export.pk, state=ExportState.RUNNING).update(state=ExportState.WAITING, done=0)


def _claim(export_id: int) -> Export | None:
    """Take an open export up; None when there is nothing to do any more."""
    with transaction.atomic():
        export = Export.objects.select_for_update(of=("self",)).select_related("asked_by").filter(pk=export_id).first()
        if export is None or export.state not in OPEN_STATES:
            return None
        if export.attempts >= MOST_ATTEMPTS:
            with translation.override(export.language):
                _fail(
                    export, _("Penyusunan berkas terhenti berulang kali. Saring daftarnya lebih sempit, lalu ulangi.")
                )
            return None
        export.state, export.attempts, export.done = ExportState.RUNNING, export.attempts + 1, 0
        export.started_at = export.moved_at = clock.now()
        export.save(update_fields=["state", "attempts", "done", "started_at", "moved_at"])
    return export


@dataclass
class Watch:
    """A second connection, beside the one that reads: what it writes is seen while the file is still being made."""

    export_id: int
    cursor: Any

    def moved(self, done: int) -> None:
        """Tell how many rows are written; raise Stopped when the person cancelled."""
        self.cursor.execute(
            "UPDATE exports_export SET done = %s, moved_at = %s WHERE id = %s AND state = 'running'",
            [done, clock.now(), self.export_id],
        )
        if self.cursor.rowcount == 0:
            self.cursor.execute("SELECT state FROM exports_export WHERE id = %s", [self.export_id])
            if self.cursor.fetchone() is not None:
                raise Stopped


@contextmanager
def _watch(export_id: int) -> Iterator[Watch]:
    """Hold the export's lock on a connection of its own; the lock goes with the process, however that ends."""
    beside = connection.copy()
    try:
        with beside.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, export_id % 2**31])
            if not cursor.fetchone()[0]:
                raise Busy
            # How far it is need not outlive a crash of the database: no chunk waits for the disk.
            cursor.execute("SET synchronous_commit = off")
            try:
                yield Watch(export_id, cursor)
            finally:
                # The server notices a closed connection a moment later; whoever comes next need not wait for that.
                with suppress(Error):
                    cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, export_id % 2**31])
    finally:
        beside.close()


def _written(export: Export, listing: Listing, asked: Asked, moved: Callable[[int], None]) -> tuple[int, Sealed]:
    """Write a promised file. Raises GuardFailed when what was asked for is gone by now: an empty file would say there never was any."""
    with suppress(EmptyResultSet):  # the rows are known to be none without asking
        done, sealed = _write(export, listing, asked, moved)
        if done or export.failed:
            return done, sealed
    raise GuardFailed("", _("Daftar ini kosong, tidak ada yang bisa diunduh."))


def _write(export: Export, listing: Listing, asked: Asked, moved: Callable[[int], None]) -> tuple[int, Sealed]:
    rows = rows_for(listing, asked)
    full = export.full_numbers
    with Sealer(path_of(export), export.label) as out:
        if listing.letters is not None:
            there = rows.count()
            done, pages = listing.letters(rows, asked.user, moved)
            export.skipped, export.failed = max(export.total - there, 0), there - done
            out.write(pages)
        elif export.format == ExportFormat.CSV:
            done = write_csv(out, rows, listing.columns, full=full, moved=moved)
        else:
            words = listing.shown(asked).words
            done = write_xlsx(
                out,
                rows,
                listing.columns,
                full=full,
                moved=moved,
                about=lambda count: about(export, listing, words, count),
                titles=(str(listing.title)[:31], _("Keterangan")),
            )
    return done, out.sealed


def about(export: Export, listing: Listing, words: list[str], count: int) -> list[tuple[str, str]]:
    """Return the lines that tell, on a second sheet, what a file is and who answers for it."""
    when = date_format(timezone.localtime(export.asked_at), "j F Y, H.i")
    return [
        (_("Nomor unduhan"), export.number),
        (_("Daftar"), str(listing.title)),
        (_("Saringan"), "; ".join(words) or _("tanpa saringan")),
        (_("Baris"), str(count)),
        (_("Diminta oleh"), str(export.asked_by)),
        (_("Waktu"), when),
        (_("Keperluan"), export.purpose),
        (_("Dasar hukum"), str(export.get_basis_display())),
        (_("Nomor orang"), _("lengkap") if export.full_numbers else _("disamarkan")),
        *([(_("Catatan"), str(listing.note))] if listing.note else []),
    ]


def _finish(export: Export, done: int, sealed: Sealed) -> None:
    """Set an export ready and note it; one that was cancelled at the last moment stays cancelled and loses its file."""
    now = clock.now()
    values = {
        "state": ExportState.READY,
        "done": done,
        "skipped": export.skipped,
        "failed": export.failed,
        "size": sealed.size,
        "file_hash": sealed.digest,
        "stored_path": path_of(export).name,
        "moved_at": now,
        "expires_at": now + timedelta(hours=settings.EXPORT_KEEP_HOURS),
        "started_at": export.started_at,
        "attempts": export.attempts,
        "problem": "",
    }
    if not Export.objects.filter(pk=export.pk, state__in=OPEN_STATES).update(**values):
        raise Stopped
    for name, value in values.items():
        setattr(export, name, value)
    note(
        "export",
        export,
        from_state=ExportState.RUNNING,
        to_state=export.state,
        note=export.purpose,
        rows=done,
        skipped=export.skipped,
        failed=export.failed,
        sha256=sealed.digest,
        full_numbers=export.full_numbers,
        reach=reach(export),
    )
    if export.full_numbers:
        note("reveal_list", export, entry_kind=AuditEntry.Kind.READ, note=export.numbers_reason, rows=done)


def _fail(export: Export, problem: str) -> None:
    """End an export with the sentence its owner reads."""
    with transaction.atomic():
        if Export.objects.filter(pk=export.pk, state__in=OPEN_STATES).update(
            state=ExportState.FAILED, problem=problem[:300], moved_at=clock.now()
        ):
            note("export_failed", export, from_state=export.state, to_state=ExportState.FAILED, rows=export.done)
    remove_file(export)
