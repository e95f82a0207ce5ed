"""Keeping reminders in step with what is so: missing ones are raised, settled ones closed, handled ones left alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from slrt.accounts.models import User
from slrt.audit import trail
from slrt.core import clock
from slrt.core.errors import NotPermitted
from slrt.core.sentence import Sentence
from slrt.jobs.models import Reminder

BATCH = 500


@dataclass(frozen=True)
class Wanted:
    """A reminder that should stand: about which row, since when, for whom, and what it says.

    Exactly one of `owner` and `permission` says who has to act; `organisation` narrows the permission to a receiver.
    """

    subject_id: int
    since: date
    sentence: Sentence
    place: str = ""
    permission: str = ""
    owner: int | None = None
    organisation: int | None = None


FOR_WHOM = ("place", "permission", "owner_id", "organisation_id", "message", "counts")


def keep(code: str, subject: str, wanted: Iterable[Wanted], *, settle: bool = True) -> int:
    """Raise the wanted reminders that are missing and return how many; with `settle`, close open ones no longer wanted.

    One that a person has handled is not raised again for the same row and day; one that settled itself and is wanted again
    opens again; one that is for somebody else now is passed on.
    """
    at, rows = clock.now(), {(row.subject_id, row.since): row for row in wanted}
    with transaction.atomic():
        asked = Q(subject_id__in={subject_id for subject_id, _since in rows})
        if settle:
            asked |= Q(closed_at=None)  # what is closed and wanted no more stays closed: years of it are not read
        standing = Reminder.objects.select_for_update(of=("self",)).filter(asked, code=code, subject=subject)
        known = {(row.subject_id, row.since): row for row in standing}
        fresh = [_made(code, subject, row, at) for key, row in rows.items() if key not in known]
        Reminder.objects.bulk_create(fresh, batch_size=BATCH, ignore_conflicts=True)
        again = [row for key, row in known.items() if key in rows and _renewed(row, rows[key])]
        Reminder.objects.bulk_update(again, ["closed_at", *FOR_WHOM], batch_size=BATCH)
        if settle:
            over = [row.pk for key, row in known.items() if key not in rows and row.closed_at is None]
            Reminder.objects.filter(pk__in=over).settle(at)
    return len(fresh)


def _made(code: str, subject: str, row: Wanted, at: datetime) -> Reminder:
    made = Reminder(code=code, subject=subject, subject_id=row.subject_id, since=row.since, created_at=at)
    _renewed(made, row)
    return made


def _renewed(reminder: Reminder, row: Wanted) -> bool:
    """Bring a reminder in line with what is wanted; False when it is already, or a person has handled it."""
    if reminder.closed_by_id is not None:
        return False
    values = (row.place, row.permission, row.owner, row.organisation, row.sentence.message, row.sentence.values)
    before = (reminder.closed_at, *(getattr(reminder, name) for name in FOR_WHOM))
    if before == (None, *values):
        return False
    reminder.closed_at = None
    for name, value in zip(FOR_WHOM, values, strict=True):
        setattr(reminder, name, value)
    return True


def handle(reminder: Reminder, by: User) -> Reminder:
    """Close a reminder because a person has dealt with it; closed twice it stays as it was. Raises NotPermitted."""
    if not Reminder.objects.visible_to(by).filter(pk=reminder.pk).exists():
        raise NotPermitted(_("Pengingat ini untuk orang lain."))
    with transaction.atomic():
        row = Reminder.objects.select_for_update(of=("self",)).get(pk=reminder.pk)
        if row.closed_at is None:
            row.closed_at, row.closed_by = clock.now(), by
            row.save(update_fields=["closed_at", "closed_by"])
            trail.write("handle", row, by=by, place=row.place, code=row.code, subject_id=row.subject_id)
    return row
