"""Keeping reminders in step with what is so: missing ones are raised, settled ones closed, handled ones left alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from slrt.accounts.models import User
from slrt.audit import trail
from slrt.core import clock
from slrt.core.errors import NotPermitted
from slrt.jobs.models import Reminder

BATCH = 500


@dataclass(frozen=True)
class Wanted:
    """A reminder that should stand: about which row, since when, for whom; `message` is marked with gettext_noop.

    Exactly one of `owner` and `permission` says who has to act; `organisation` narrows the permission to a receiver.
    """

    subject_id: int
    since: date
    message: str
    counts: dict[str, Any] = field(default_factory=dict)
    place: str = ""
    permission: str = ""
    owner: int | None = None
    organisation: int | None = None


def keep(code: str, subject: str, wanted: Iterable[Wanted], *, settle: bool = True) -> int:
    """Raise the wanted reminders that are missing and return how many; with `settle`, close open ones no longer wanted.

    One that a person has handled is not raised again for the same row and day.
    """
    at, rows = clock.now(), list(wanted)
    with transaction.atomic():
        standing = Reminder.objects.filter(code=code, subject=subject)
        known = set(standing.values_list("subject_id", "since"))
        fresh = [row for row in rows if (row.subject_id, row.since) not in known]
        Reminder.objects.bulk_create(
            [
                Reminder(
                    code=code,
                    subject=subject,
                    subject_id=row.subject_id,
                    place=row.place,
                    owner_id=row.owner,
                    permission=row.permission,
                    organisation_id=row.organisation,
                    message=row.message,
                    counts=row.counts,
                    since=row.since,
                    created_at=at,
                )
                for row in fresh
            ],
            batch_size=BATCH,
            ignore_conflicts=True,
        )
        if settle:
            still = {(row.subject_id, row.since) for row in rows}
            over = [
                pk for pk, *key in standing.open().values_list("pk", "subject_id", "since") if tuple(key) not in still
            ]
            Reminder.objects.filter(pk__in=over).settle(at)
    return len(fresh)


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
