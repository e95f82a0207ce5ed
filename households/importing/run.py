"""The doors of the import: upload, preview, apply, cancel, retry. One run is one row; its page shows the truth at any time."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from households.choices.imports import ImportKind, ImportState
from households.importing import keeping, listing, staging
from households.importing.applying import write
from households.importing.comparing import compare, examples, sample
from households.importing.examining import Examined, Tell, examine
from households.importing.kinds import KINDS, Rows
from households.importing.reading import ColumnsMissing, Unreadable, check_size
from households.importing.staging import Stager, looking_into
from households.importing.telling import telling
from households.models import Family, ImportRun, ImportSource
from households.models.household import REGISTRY_WRITES
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission, roles_with
from slrt.audit import trail
from slrt.core import clock, marks, outbox
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from slrt.core.models import OutboxJob

READ_BYTES = 1 << 20
IMPORT_LOCK = 0x534C5254  # one import writes at a time
REGISTRY = tuple(f"households_{name}" for name in ("household", "family", "person", "membership", "surveyround"))
JOBS = ("households.preview_import", "households.apply_import", "households.take_import_back")


class StillWritten(Unreadable):
    """The file on disk changed while it was read."""


class Stopped(Exception):
    """Somebody cancelled the run while its file was being read."""


def chunks_of(path: Path) -> Iterator[bytes]:
    """Read a file on disk. Raises StillWritten when it changes at the same time."""
    with path.open("rb") as file:
        before = os.fstat(file.fileno())
        while chunk := file.read(READ_BYTES):
            yield chunk
        after = path.stat()
    if (before.st_size, before.st_mtime_ns, before.st_ino) != (after.st_size, after.st_mtime_ns, after.st_ino):
        raise StillWritten(_("Berkas ini berubah selagi dibaca. Tunggu sampai selesai ditulis, lalu unggah lagi."))


def upload(
    data: bytes | Iterable[bytes], file_name: str, *, by: User, source: str = "", kind: str = ImportKind.EXTRACT
) -> ImportRun:
    """Keep an uploaded file encrypted and promise its preview.

    `source`: where such files come from; headings that a person matched for it once are matched alike.
    Raises NotPermitted, Unreadable for a file that is none, or TransitionNotAllowed while another file of the area is worked on.
    """
    decision = may(by, Permission.IMPORT_RUN)
    if not decision:
        raise NotPermitted(decision.reason)
    if data == b"":
        raise Unreadable(_("Berkas ini kosong. Unduh lagi dari SIKS-NG, lalu unggah."))
    area = by.areas_for(Permission.IMPORT_RUN)[0]
    _demand_alone(area, kind)
    lines = _LineCount([data] if isinstance(data, bytes) else data)
    name, kept = keeping.keep(lines)
    if not kept.size:
        keeping.forget(name)
        raise Unreadable(_("Berkas ini kosong. Unduh lagi dari SIKS-NG, lalu unggah."))
    known = ImportSource.objects.filter(kind=kind, name=source).first() if source else None
    try:
        with transaction.atomic():
            run = ImportRun.objects.create(
                area_id=area,
                started_by=by,
                file_name=os.path.basename(file_name)[:200],
                file_hash=kept.digest,
                file_size=kept.size,
                stored_path=name,
                kind=kind,
                source=source[:60],
                mapping=known.columns if known else {},
                total=lines.rows,
                state_since=clock.now(),
            )
            trail.write("upload", run, by=by, to_state=run.state, bytes=kept.size)
            outbox.promise("households.preview_import", run_id=run.pk)
    except BaseException:
        keeping.forget(name)
        raise
    return run


class _LineCount:
    """Passes a file through and counts its lines, which for a CSV tells nearly how many rows are to come."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self.rows = chunks, 0

    def __iter__(self) -> Iterator[bytes]:
        text, size = None, 0
        for chunk in self._chunks:
            text = chunk[:2] != b"PK" if text is None else text
            self.rows += chunk.count(b"\n") if text else 0
            size += len(chunk)
            check_size(size)
            yield chunk


def _demand_alone(area: str, kind: str, besides: int = 0) -> None:
    """Two runs of one kind whose areas overlap exclude each other."""
    other = (
        ImportRun.objects.busy().filter(kind=kind).overlapping(area).exclude(pk=besides).select_related("started_by")
    )
    for found in other.order_by("state_since"):
        if settle(found) is None:
            raise TransitionNotAllowed(
                _("Berkas %(file)s dari %(person)s untuk wilayah yang sama sedang dikerjakan. Tunggu sampai selesai.")
                % {"file": found.file_name, "person": found.started_by}
            )


def preview(run_id: int) -> None:
    """Read, check and compare a file without changing the registry; leave the counts on the run."""
    if not _move(run_id, (ImportState.UPLOADED, ImportState.READING), ImportState.READING):
        return
    run = ImportRun.objects.select_related("started_by").get(pk=run_id)

    def tell(rows: int) -> None:
        reading = ImportRun.objects.filter(pk=run_id, state=ImportState.READING)
        if not reading.update(done=rows, total=max(rows, run.total)):
            raise Stopped

    try:
        with _examined(run, tell) as (examined, counts):
            counts |= {"kind": examined.kind, "checked_for": _checked_for(run)}
            reading = ImportRun.objects.filter(pk=run_id, state=ImportState.READING)
            if not reading.update(
                state=ImportState.PREVIEWED, state_since=clock.now(), counts=counts, total=examined.rows, done=0
            ):
                raise Stopped
            trail.write(
                "preview",
                run,
                by=run.started_by,
                from_state=ImportState.READING,
                to_state=ImportState.PREVIEWED,
                rows=examined.rows,
                refused=counts["refused"],
            )
    except Stopped:
        with transaction.atomic():
            staging.put_aside(run_id)
    except ColumnsMissing as fault:
        _ask_for_columns(run, fault)
    except Unreadable as fault:
        fail(run, str(fault))


@contextmanager
def _examined(run: ImportRun, tell: Tell) -> Iterator[tuple[Examined, dict[str, Any]]]:
    """Read and check the file, then yield in a transaction what it means beside the registry."""
    if run.kind != ImportKind.EXTRACT:
        examined, counts = listing.examine(run, tell)
        with looking_into(run.pk):
            yield examined, counts
        return
    examined = examine(run, tell, Stager(run.pk))
    with looking_into(run.pk):
        counts = examined.counts() | _compared()
        yield examined, counts | {"sample": sample(counts), "examples": examples(counts)}


def _compared() -> dict[str, Any]:
    """Compare, and note where the registry stood meanwhile; None when somebody was writing."""
    stood, writing = marks.mark(REGISTRY_WRITES), marks.writers(REGISTRY)
    counts = compare(Family.objects.exists())
    return counts | {"compared_at_mark": None if writing else stood}


def _checked_for(run: ImportRun) -> list[str]:
    """What a check depends on besides the file; rows checked for another area or day are checked again."""
    return [clock.today().isoformat(), *run.started_by.areas_for(Permission.IMPORT_RUN)]


def _ask_for_columns(run: ImportRun, fault: ColumnsMissing) -> None:
    """A person may say which headings are the missing columns, when there are any that could be."""
    with transaction.atomic():
        staging.put_aside(run.pk)
        counts = {"headers": fault.headers[:200], "missing_columns": fault.missing}
        ImportRun.objects.filter(pk=run.pk, state=ImportState.READING).update(
            state=ImportState.COLUMNS, state_since=clock.now(), problem=str(fault)[:300], counts=counts
        )
        trail.write("columns", run, by=run.started_by, from_state=ImportState.READING, to_state=ImportState.COLUMNS)


def match_columns(run: ImportRun, columns: dict[str, str], *, by: User, source: str) -> ImportRun:
    """A person says which heading is which column (`{heading: column}`); remembered for the source when it has a name.

    Raises NotPermitted, TransitionNotAllowed, or GuardFailed when a required column is still without a heading.
    """
    _demand(by, run)
    headers = set(run.counts.get("headers", []))
    chosen = {heading: column for heading, column in columns.items() if heading in headers and column}
    left = [column for column in run.counts.get("missing_columns", []) if column not in chosen.values()]
    if left:
        raise GuardFailed("columns", _("Pilih judul untuk kolom: %(columns)s.") % {"columns": ", ".join(left)})
    if len(set(chosen.values())) < len(chosen):
        raise GuardFailed("columns", _("Satu kolom hanya boleh dipilih untuk satu judul."))
    with transaction.atomic():
        if not _move(run.pk, (ImportState.COLUMNS,), ImportState.UPLOADED):
            raise TransitionNotAllowed(_("Kolom berkas ini sudah dicocokkan."))
        ImportRun.objects.filter(pk=run.pk).update(
            mapping={**run.mapping, **chosen}, source=source[:60], problem="", counts={}, done=0
        )
        if source:
            known, _created = ImportSource.objects.get_or_create(
                kind=run.kind, name=source[:60], defaults={"updated_by": by}
            )
            known.columns, known.updated_by = {**known.columns, **chosen}, by
            known.save()
        trail.write("match_columns", run, by=by, from_state=ImportState.COLUMNS, to_state=ImportState.UPLOADED)
        outbox.promise("households.preview_import", run_id=run.pk)
    run.refresh_from_db()
    return run


def who_applies(run: ImportRun, by: User) -> str:
    """Why this person may not apply a preview, or an empty text. A large file is applied by somebody else than its uploader."""
    rows, limit = run.counts.get("accepted", 0), settings.IMPORT_SECOND_PERSON_ROWS
    if limit and rows > limit and by.pk == run.started_by_id:
        roles = ", ".join(str(role.label) for role in roles_with(Permission.IMPORT_APPROVE))
        return _(
            "Berkas lebih dari %(limit)s baris diterapkan oleh orang kedua, bukan oleh pengunggahnya. "
            "Mintalah: %(roles)s wilayah ini."
        ) % {"limit": limit, "roles": roles}
    decision = may(by, Permission.IMPORT_APPROVE, run)
    if not decision and not may(by, Permission.IMPORT_RUN, run):
        return decision.reason
    return ""


def request_apply(run: ImportRun, *, by: User, version: int, at_console: bool = False) -> ImportRun:
    """A person decides to apply a preview; the work is promised. Raises NotPermitted or TransitionNotAllowed.

    Whoever works `at_console` of the server has a second person's trust already.
    """
    if at_console:
        _demand(by, run)
    elif reason := who_applies(run, by):
        raise NotPermitted(reason)
    with transaction.atomic():
        row = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if row.state != ImportState.PREVIEWED or row.version != version:
            raise TransitionNotAllowed(_("Berkas ini sudah diterapkan, dibatalkan, atau sedang diterapkan."))
        _demand_alone(row.area_id, row.kind, besides=row.pk)
        row.state, row.state_since, row.version = ImportState.APPLYING, clock.now(), row.version + 1
        row.applied_by = by
        row.save()
        trail.write("apply", row, by=by, from_state=ImportState.PREVIEWED, to_state=ImportState.APPLYING)
        outbox.promise("households.apply_import", run_id=row.pk)
    return row


def apply(run_id: int) -> None:
    """Write a run's rows into the registry, all or nothing, exactly once however often it is called."""
    run = ImportRun.objects.select_related("started_by").get(pk=run_id)
    if run.state != ImportState.APPLYING:
        return
    if run.kind != ImportKind.EXTRACT:
        _apply_list(run)
        return
    try:
        examined = _staged_again(run)
        with telling(run_id) as tell, looking_into(run_id):
            take_import_lock()
            row = ImportRun.objects.select_for_update(of=("self",)).select_related("applied_by").get(pk=run_id)
            if row.state != ImportState.APPLYING:
                return
            counts = row.counts
            if examined or counts.get("compared_at_mark") != marks.mark(REGISTRY_WRITES):
                # Others may have written since the preview.
                counts = counts | (examined.counts() if examined else {}) | _compared()
            at = clock.now()
            counts["memberships_made"] = write(run_id, at, clock.today(), counts, tell)
            outbox.promise("households.tidy_name_index")
            outbox.promise("households.search_duplicates")
            _applied(row, counts, at)
    except Unreadable as fault:
        fail(run, str(fault))


def _apply_list(run: ImportRun) -> None:
    """Write a list's facts. It is small beside an extract: it is always compared anew, and read anew when its rows are gone."""
    try:
        rows = Rows(KINDS[run.kind], run.pk)
        if run.counts["checked_for"] != _checked_for(run) or not staging.has_table(run.pk, "import_row"):
            listing.examine(run)
        with looking_into(run.pk):
            take_import_lock()
            row = ImportRun.objects.select_for_update(of=("self",)).select_related("applied_by").get(pk=run.pk)
            if row.state != ImportState.APPLYING:
                return
            statuses = rows.compare(run.started_by.areas_for(Permission.IMPORT_RUN))
            people = {name: statuses.get(name, 0) for name in ("new", "changed", "unchanged")}
            at = clock.now()
            rows.write(at, clock.today(), row.applied_by_id or run.started_by_id)
            _applied(row, row.counts | {"people": people}, at)
    except Unreadable as fault:
        fail(run, str(fault))


def _applied(row: ImportRun, counts: dict[str, Any], at: datetime) -> None:
    """What belongs to the end of every run, in its transaction."""
    counts["written_in"] = _transaction_time()
    row.state, row.state_since, row.applied_at, row.counts = ImportState.APPLIED, at, at, counts
    row.done = row.total = counts["rows"]
    row.version += 1
    row.save()
    staging.put_aside(row.pk)
    trail.write(
        "applied",
        row,
        by=row.applied_by,
        from_state=ImportState.APPLYING,
        to_state=ImportState.APPLIED,
        rows=counts["rows"],
        people=counts["people"],
    )


def _staged_again(run: ImportRun) -> Examined | None:
    """Read the file once more when its rows are gone, or were checked for another day or area."""
    counts = run.counts
    if counts["checked_for"] == _checked_for(run) and staging.is_kept(run.pk, counts["accepted"]):
        return None
    return examine(run, stager=Stager(run.pk))


def _transaction_time() -> str:
    """The time the row history writes beside everything this transaction changes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()::text")
        return str(cursor.fetchone()[0])


def take_import_lock() -> None:
    """Wait until no other import writes; until this transaction ends none will."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])


def cancel(run: ImportRun, *, by: User) -> ImportRun:
    """Put a file aside, also while it is being read; nothing was written. Raises NotPermitted or TransitionNotAllowed."""
    _demand(by, run)
    sources = (ImportState.PREVIEWED, ImportState.UPLOADED, ImportState.READING, ImportState.COLUMNS)
    with transaction.atomic():
        row = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if not _move(run.pk, sources, ImportState.CANCELLED):
            raise TransitionNotAllowed(_("Berkas ini tidak bisa dibatalkan lagi."))
        if row.state != ImportState.READING:  # else whoever reads it sees the new state and clears up
            staging.put_aside(run.pk)
        trail.write("cancel", run, by=by, from_state=row.state, to_state=ImportState.CANCELLED)
    run.refresh_from_db()
    return run


def retry(run: ImportRun, *, by: User) -> ImportRun:
    """Read a failed run's file once more. Raises NotPermitted or TransitionNotAllowed."""
    _demand(by, run)
    _demand_alone(run.area_id, run.kind, besides=run.pk)
    with transaction.atomic():
        if not _move(run.pk, (ImportState.FAILED,), ImportState.UPLOADED):
            raise TransitionNotAllowed(_("Hanya berkas yang gagal bisa dicoba lagi."))
        ImportRun.objects.filter(pk=run.pk).update(problem="", done=0)
        trail.write("retry", run, by=by, from_state=ImportState.FAILED, to_state=ImportState.UPLOADED)
        outbox.promise("households.preview_import", run_id=run.pk)
    run.refresh_from_db()
    return run


def settle(run: ImportRun) -> ImportRun | None:
    """Fail a run that looks busy although its job was given up; return it, or None when it is truly being worked on."""
    if run.state not in ("uploaded", "reading", "applying", "taking_back"):
        return run
    jobs = OutboxJob.objects.filter(name__in=JOBS, args__run_id=run.pk).order_by("-pk")
    last = jobs.first()
    if last is not None and last.state != OutboxJob.State.FAILED:
        return None
    fail(run, _("Pekerjaan ini berhenti berkali-kali dan tidak diteruskan. Coba lagi, atau hubungi pengelola server."))
    run.refresh_from_db()
    return run


def settle_all() -> int:
    """Look after every run that seems busy; return how many were failed."""
    return sum(settle(run) is not None for run in ImportRun.objects.busy().select_related("started_by"))


def put_old_previews_aside() -> int:
    """Drop the tables of previews that nobody decided on for IMPORT_KEEP_DAYS; return how many.

    The file stays and the preview too: whoever applies it later waits until the file is read again.
    """
    oldest = clock.now() - timedelta(days=settings.IMPORT_KEEP_DAYS)
    waiting = ImportRun.objects.filter(state__in=(ImportState.PREVIEWED, ImportState.FAILED), state_since__lt=oldest)
    dropped = 0
    for pk in waiting.values_list("pk", flat=True):
        with transaction.atomic():
            dropped += staging.put_aside(pk)
    return dropped


def fail(run: ImportRun, sentence: str) -> None:
    """End a busy run with a sentence. What it was to write was not written; a run that was taking back stays applied."""
    with transaction.atomic():
        row = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if row.state not in ("uploaded", "reading", "applying", "taking_back"):
            return
        target = ImportState.APPLIED if row.state == ImportState.TAKING_BACK else ImportState.FAILED
        ImportRun.objects.filter(pk=run.pk).update(state=target, state_since=clock.now(), problem=sentence[:300])
        trail.write("fail", run, by=run.started_by, from_state=row.state, to_state=target)


def _demand(by: User, run: ImportRun) -> None:
    decision = may(by, Permission.IMPORT_RUN, run)
    if not decision:
        raise NotPermitted(decision.reason)


def _move(run_id: int, sources: tuple[str, ...], target: str) -> bool:
    return bool(ImportRun.objects.filter(pk=run_id, state__in=sources).update(state=target, state_since=clock.now()))
