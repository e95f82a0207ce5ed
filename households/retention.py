"""What the registry no longer needs: drafts of visits nobody goes on with, and the files of imports that have ended."""

from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from households.choices.imports import ImportState
from households.choices.visit import VisitOrigin, VisitStatus
from households.models import ImportRun, Visit
from households.registry.photos import give_up
from slrt.audit import trail
from slrt.core import clock
from slrt.core.sentence import Sentence
from slrt.jobs.models import Reminder
from slrt.jobs.reminding import Wanted, keep

ENDED = (ImportState.APPLIED, ImportState.FAILED, ImportState.CANCELLED, ImportState.TAKEN_BACK)
DRAFT_OLD = "draft.old"
SUBJECT = "households.visit"


def warn_of_old_drafts() -> int:
    """Tell the owner of every draft untouched for long that it will be deleted; return how many were told anew.

    Renewals that nobody has begun are not drafts of anyone and stay.
    """
    told = clock.now() - timedelta(days=settings.DRAFT_KEEP_DAYS - settings.DRAFT_NOTICE_DAYS)
    untouched = Visit.objects.filter(state=VisitStatus.DRAFT, updated_at__lt=told).exclude(
        Q(origin=VisitOrigin.RENEWAL, version=1)
    )
    message = gettext_noop("Kunjungan ini lama tidak dilanjutkan dan akan dihapus dalam %(days)d hari.")
    said = Sentence(message, {"days": settings.DRAFT_NOTICE_DAYS})
    return keep(
        DRAFT_OLD,
        SUBJECT,
        (
            Wanted(pk, _told_on(changed), said, place, owner=owner)
            for pk, changed, place, owner in untouched.values_list("pk", "updated_at", "village_id", "facilitator_id")
        ),
    )


def _told_on(changed: datetime) -> date:
    return timezone.localdate(changed) + timedelta(days=settings.DRAFT_KEEP_DAYS - settings.DRAFT_NOTICE_DAYS)


def delete_old_drafts() -> int:
    """Delete drafts past DRAFT_KEEP_DAYS whose owner was told DRAFT_NOTICE_DAYS ago and left them; return how many.

    An owner who closed the notice was told too; one who went on since is told again first. The photos of a draft go with it.
    """
    now, deleted = clock.now(), 0
    told = Reminder.objects.filter(
        code=DRAFT_OLD, subject=SUBJECT, created_at__lte=now - timedelta(days=settings.DRAFT_NOTICE_DAYS)
    )
    # Also one that was closed, as long as its draft is there.
    left = told.filter(subject_id__in=Visit.objects.filter(state=VisitStatus.DRAFT).values("pk"))
    for reminder in left.order_by("pk"):
        with transaction.atomic():
            row = (
                Visit.objects.select_for_update(of=("self",))
                .filter(
                    pk=reminder.subject_id,
                    state=VisitStatus.DRAFT,
                    updated_at__lt=now - timedelta(days=settings.DRAFT_KEEP_DAYS),
                )
                .first()
            )
            if row is None or _told_on(row.updated_at) != reminder.since:
                continue
            photos = give_up(row)
            trail.write(
                "purge",
                row,
                by=None,
                from_state=row.state,
                family=row.family_id,
                owner=row.facilitator_id,
                photos=photos,
            )
            row.delete()
            Reminder.objects.filter(pk=reminder.pk).settle(now)
            deleted += 1
    return deleted


def delete_import_files() -> int:
    """Delete the stored files of imports that ended IMPORT_FILE_KEEP_DAYS ago, and files without a run; return how many.

    The run stays with its counts; its refused rows can then no longer be downloaded.
    """
    folder = Path(settings.MEDIA_ROOT) / "imports"
    oldest = clock.now() - timedelta(days=settings.IMPORT_FILE_KEEP_DAYS)
    deleted = 0
    for run in ImportRun.objects.filter(state__in=ENDED, state_since__lt=oldest).exclude(stored_path=""):
        name = run.stored_path
        with transaction.atomic():
            ImportRun.objects.filter(pk=run.pk).update(stored_path="")
            trail.write("purge_file", run, by=None)
        (folder / name).unlink(missing_ok=True)
        deleted += 1
    return deleted + _delete_strays(folder)


def _delete_strays(folder: Path) -> int:
    """A crash between file and row leaves a file nobody names; a day later it is certainly none being uploaded."""
    known = set(ImportRun.objects.exclude(stored_path="").values_list("stored_path", flat=True))
    yesterday = (clock.now() - timedelta(days=1)).timestamp()
    strays = [path for path in folder.glob("*.bin*") if path.name not in known and path.stat().st_mtime < yesterday]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)
