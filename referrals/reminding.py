"""Referrals nobody answered: reminders to the receiver, then to whoever may send them elsewhere."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_noop

from complaints import sla
from complaints.workflow import holidays
from referrals.models import Referral
from slrt.accounts.roles import Permission as P
from slrt.core import clock
from slrt.jobs.reminding import Wanted, keep
from slrt.workflow.unattended import take_if_allowed

SUBJECT = "referrals.referral"
EXPIRE = "expire"
READ = ("state", "due_at", "receiver", "family__household__village")
LATE = gettext_noop("Rujukan %(number)s belum dijawab sampai tenggatnya.")
EXPIRED = gettext_noop("Rujukan %(number)s lama tidak dijawab; alihkan ke lembaga lain atau hubungi lembaganya.")


def _nobody(done: int, total: int) -> None:
    pass


def remind(step: Callable[[int, int], None] = _nobody) -> dict[str, int]:
    """Keep the reminders of late referrals in step with what is late; return counts: late, raised, expired.

    Past its deadline a referral reminds the receiver's officers. When as many working days again have passed it has run
    out: the program ends it where the table lets it, else those who may redirect it are reminded.
    """
    now, free_days = clock.now(), holidays()
    late = list(Referral.objects.overdue(now).select_related("family__household").only(*READ))
    expired, receiver, office = 0, [], []
    for number, row in enumerate(late, 1):
        step(number, len(late))
        due: datetime = row.due_at or now
        if sla.due_at(due, sla.RECEIVER_DAYS, free_days) < now:
            if take_if_allowed(EXPIRE, row):
                expired += 1
                continue
            office.append(_wanted(row, due, EXPIRED, P.REFERRAL_REVIEW))
        receiver.append(_wanted(row, due, LATE, P.REFERRAL_ANSWER, row.receiver_id))
    raised = keep("referral.late", SUBJECT, receiver) + keep("referral.expired", SUBJECT, office)
    return {"late": len(late), "raised": raised, "expired": expired}


def _wanted(row: Referral, due: datetime, message: str, permission: str, organisation: int | None = None) -> Wanted:
    return Wanted(
        row.pk,
        timezone.localdate(due),
        message,
        {"number": row.number},
        place=row.place_code,
        permission=str(permission),
        organisation=organisation,
    )
