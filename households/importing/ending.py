"""A run that is not applied: cancelled, read once more after a failure, or left lying until its tables are dropped."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from households.choices.imports import ImportState
from households.importing import staging
from households.importing.claiming import claim_area, demand, move, was_given_up
from households.importing.kinds import KINDS
from households.models import ImportRun
from slrt.accounts.models import User
from slrt.audit import trail
from slrt.core import clock, outbox
from slrt.core.errors import TransitionNotAllowed


def cancel(run: ImportRun, *, by: User) -> ImportRun:
    """Put a file aside, also while it is being read; nothing was written. Raises NotPermitted or TransitionNotAllowed."""
    demand(by, run)
    sources = (ImportState.PREVIEWED, ImportState.UPLOADED, ImportState.READING, ImportState.COLUMNS)
    with transaction.atomic():
        row = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if not move(run.pk, sources, ImportState.CANCELLED):
            raise TransitionNotAllowed(_("Berkas ini tidak bisa dibatalkan lagi."))
        if row.state != ImportState.READING:  # else whoever reads it sees the new state and clears up
            staging.put_aside(run.pk)
        if run.kind in KINDS and (told := KINDS[run.kind].cancelled):
            told(row, by)
        trail.write("cancel", run, by=by, from_state=row.state, to_state=ImportState.CANCELLED)
    run.refresh_from_db()
    return run


def retry(run: ImportRun, *, by: User) -> ImportRun:
    """Read the file of a run that was given up once more. Raises NotPermitted or TransitionNotAllowed.

    A file that cannot be read stays so, however often it is read: a mended one is uploaded.
    """
    demand(by, run)
    with transaction.atomic():
        # The file first, as whoever applies or matches it does: each of two would wait for the other.
        row = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        claim_area(row.area_id, row.kind, besides=row.pk)
        if row.state == ImportState.FAILED and not was_given_up(row):
            raise TransitionNotAllowed(_("Berkasnya sendiri yang bermasalah. Perbaiki isinya, lalu unggah lagi."))
        if not move(run.pk, (ImportState.FAILED,), ImportState.UPLOADED):
            raise TransitionNotAllowed(_("Hanya berkas yang gagal bisa dicoba lagi."))
        ImportRun.objects.filter(pk=run.pk).update(problem="", done=0)
        trail.write("retry", run, by=by, from_state=ImportState.FAILED, to_state=ImportState.UPLOADED)
        outbox.promise("households.preview_import", run_id=run.pk)
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
