"""The doors of the import: upload, preview, apply, cancel. One run is one row; its page shows the truth at any time."""

import hashlib
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from households.choices import ImportState
from households.importing import staging
from households.importing.applying import write
from households.importing.checking import Checked, check, villages_in
from households.importing.comparing import compare, sample
from households.importing.reading import Extract, Unreadable, read
from households.models import Family, ImportRun
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.core import clock, crypto, outbox
from slrt.core.errors import NotPermitted, TransitionNotAllowed
from slrt.regions.models import Region

IMPORT_LOCK = 0x534C5254  # one import writes at a time


def upload(data: bytes, file_name: str, *, by: User) -> ImportRun:
    """Keep an uploaded file encrypted and promise its preview. Raises NotPermitted, or Unreadable for a file that is none."""
    decision = may(by, Permission.IMPORT_RUN)
    if not decision:
        raise NotPermitted(decision.reason)
    if not data:
        raise Unreadable(_("Berkas ini kosong. Unduh lagi dari SIKS-NG, lalu unggah."))
    area = by.areas_for(Permission.IMPORT_RUN)[0]
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{uuid4().hex}.bin"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(crypto.encrypt_bytes(data))
    with transaction.atomic():
        run = ImportRun.objects.create(
            area_id=area,
            started_by=by,
            file_name=os.path.basename(file_name)[:200],
            file_hash=hashlib.sha256(data).hexdigest(),
            stored_path=path.name,
            state_since=clock.now(),
        )
        trail.write("upload", run, by=by, to_state=run.state)
        outbox.promise("households.preview_import", run_id=run.pk)
    return run


def stored(run: ImportRun) -> bytes:
    """Return the uploaded file as it came."""
    return crypto.decrypt_bytes((Path(settings.MEDIA_ROOT) / "imports" / run.stored_path).read_bytes())


def checked_rows(run: ImportRun) -> tuple[Extract, Checked]:
    """Read and check a run's file against the area of whoever uploaded it."""
    extract = read(stored(run))
    villages = Region.objects.villages().filter(code__in=villages_in(extract.frame)).values_list("code", flat=True)
    return extract, check(extract.frame, villages, run.started_by.areas_for(Permission.IMPORT_RUN), clock.today())


def _checked_for(run: ImportRun) -> list[str]:
    """What a check depends on besides the file; rows checked for another area or day are checked again."""
    return [clock.today().isoformat(), *run.started_by.areas_for(Permission.IMPORT_RUN)]


def preview(run_id: int) -> None:
    """Read, check and compare a file without changing the registry; leave the counts on the run."""
    if not _move(run_id, (ImportState.UPLOADED, ImportState.READING), ImportState.READING):
        return
    run = ImportRun.objects.select_related("started_by").get(pk=run_id)
    try:
        extract, checked = checked_rows(run)
        with transaction.atomic():
            _plan_for_sets()
            counts = _checked_counts(checked)
            has_families = Family.objects.exists()
            staging.stage(run_id, checked.accepted, all_new=not has_families)
            counts |= compare(has_families)
            counts |= {"sample": sample(), "kind": extract.kind, "checked_for": _checked_for(run)}
            ImportRun.objects.filter(pk=run_id, state=ImportState.READING).update(
                state=ImportState.PREVIEWED, state_since=clock.now(), counts=counts, total=checked.rows, done=0
            )
            trail.write(
                "preview", run, by=run.started_by, from_state=ImportState.READING, to_state=run.STATES.PREVIEWED
            )
    except Unreadable as fault:
        _fail(run_id, str(fault))


def _checked_counts(checked: Checked) -> dict[str, Any]:
    reasons = dict(checked.refused.group_by("reason").len().sort("len", descending=True).iter_rows())
    return {
        "rows": checked.rows,
        "accepted": checked.accepted.height,
        "refused": checked.refused.height,
        "repeated": checked.repeated,
        "reasons": reasons,
        "warnings": checked.warnings,
    }


def _plan_for_sets() -> None:
    """Whole tables are joined here: room for the hashes, and no time spent on compiling what runs once."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")


def request_apply(run: ImportRun, *, by: User, version: int) -> ImportRun:
    """A person decides to apply a preview; the work is promised. Raises NotPermitted or TransitionNotAllowed."""
    decision = may(by, Permission.IMPORT_RUN, run)
    if not decision:
        raise NotPermitted(decision.reason)
    with transaction.atomic():
        row = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if row.state != ImportState.PREVIEWED or row.version != version:
            raise TransitionNotAllowed(_("Berkas ini sudah diterapkan, dibatalkan, atau sedang diterapkan."))
        row.state, row.state_since, row.version = ImportState.APPLYING, clock.now(), row.version + 1
        row.save()
        trail.write("apply", row, by=by, from_state=ImportState.PREVIEWED, to_state=ImportState.APPLYING)
        outbox.promise("households.apply_import", run_id=row.pk)
    return row


def apply(run_id: int) -> None:
    """Write a run's rows into the registry, all or nothing, exactly once however often it is called."""
    run = ImportRun.objects.select_related("started_by").get(pk=run_id)
    if run.state != ImportState.APPLYING:
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
        row = ImportRun.objects.select_for_update(of=("self",)).get(pk=run_id)
        if row.state != ImportState.APPLYING:
            return
        _plan_for_sets()
        counts = row.counts
        kept = counts["checked_for"] == _checked_for(run) and staging.reopen(run_id, counts["accepted"])
        if not kept:
            counts = counts | _staged_again(run)
        has_families = Family.objects.exists()
        if has_families or not kept:
            # Others may have written since the preview; in a registry that is still empty nobody has.
            counts = counts | compare(has_families)
        at = clock.now()
        write(run_id, at, clock.today(), has_families)
        staging.put_aside(run_id)
        row.state, row.state_since, row.counts = ImportState.APPLIED, at, counts
        row.done = row.total = counts["rows"]
        row.version += 1
        row.save()
        trail.write(
            "applied",
            row,
            by=run.started_by,
            from_state=ImportState.APPLYING,
            to_state=ImportState.APPLIED,
            rows=counts["rows"],
            people=counts["people"],
        )
        outbox.promise("households.search_duplicates")


def _staged_again(run: ImportRun) -> dict[str, Any]:
    _extract, checked = checked_rows(run)
    staging.stage(run.pk, checked.accepted, all_new=False)
    return _checked_counts(checked)


def cancel(run: ImportRun, *, by: User) -> ImportRun:
    """Put a preview aside; nothing was written. Raises NotPermitted or TransitionNotAllowed."""
    decision = may(by, Permission.IMPORT_RUN, run)
    if not decision:
        raise NotPermitted(decision.reason)
    with transaction.atomic():
        if not _move(run.pk, (ImportState.PREVIEWED, ImportState.UPLOADED), ImportState.CANCELLED):
            raise TransitionNotAllowed(_("Berkas ini tidak bisa dibatalkan lagi."))
        staging.put_aside(run.pk)
        trail.write("cancel", run, by=by, from_state=run.state, to_state=ImportState.CANCELLED)
    run.refresh_from_db()
    return run


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


def _move(run_id: int, sources: tuple[str, ...], target: str) -> bool:
    return bool(ImportRun.objects.filter(pk=run_id, state__in=sources).update(state=target, state_since=clock.now()))


def _fail(run_id: int, sentence: str) -> None:
    ImportRun.objects.filter(pk=run_id).update(
        state=ImportState.FAILED, state_since=clock.now(), problem=sentence[:300]
    )
