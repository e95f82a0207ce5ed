"""Deadlines of complaints that passed: reminders to whoever has to act, and the ladder where the table lets the program climb."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_noop

from complaints.models import Complaint
from slrt.accounts.roles import Permission as P
from slrt.core import clock
from slrt.jobs.reminding import Wanted, keep
from slrt.workflow.unattended import take_if_allowed, who_is_next

SUBJECT = "complaints.complaint"
ESCALATE = "escalate"


def _nobody(done: int, total: int) -> None:
    pass


def remind(step: Callable[[int, int], None] = _nobody) -> dict[str, int]:
    """Keep the reminders of late complaints in step with what is late; return counts: late, raised, escalated.

    A complaint that nobody answered within the time of the first response reminds those who sort; one past its deadline
    reminds whoever is next, and those who may escalate it. Answered, paused or closed ones settle by themselves.
    """
    now = clock.now()
    rows = Complaint.objects.only("state", "due_at", "response_due_at", "village")
    silent = rows.open().filter(responded_at=None, response_due_at__lt=now, paused_at=None)
    late = list(rows.overdue(now))
    raised = keep(
        "complaint.silent",
        SUBJECT,
        [_wanted(row, row.response_due_at, SILENT, str(P.COMPLAINT_TRIAGE)) for row in silent],
    )
    escalated, still, above = 0, [], []
    for number, row in enumerate(late, 1):
        step(number, len(late))
        if take_if_allowed(ESCALATE, row):
            escalated += 1
        still.append(_wanted(row, row.due_at, LATE, who_is_next(row, unless=(ESCALATE,)) or str(P.COMPLAINT_ESCALATE)))
        above.append(_wanted(row, row.due_at, ABOVE, str(P.COMPLAINT_ESCALATE)))
    raised += keep("complaint.late", SUBJECT, still)
    raised += keep("complaint.escalate", SUBJECT, above)
    return {"late": len(late), "raised": raised, "escalated": escalated}


SILENT = gettext_noop("Keluhan %(number)s belum ditanggapi dalam waktu tanggapan pertama.")
LATE = gettext_noop("Keluhan %(number)s lewat tenggat.")
ABOVE = gettext_noop("Keluhan %(number)s lewat tenggat; pertimbangkan untuk menaikkannya ke jenjang berikut.")


def _wanted(row: Complaint, due: datetime, message: str, permission: str) -> Wanted:
    return Wanted(
        row.pk, timezone.localdate(due), message, {"number": row.number}, place=row.village_id, permission=permission
    )
