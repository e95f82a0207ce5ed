"""Deadlines of complaints that passed: reminders to whoever has to act, and the ladder where the table lets the program climb."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_noop

from complaints.choices import EscalationLevel
from complaints.models import Complaint
from slrt.accounts.roles import Permission as P
from slrt.core import clock
from slrt.core.sentence import Sentence
from slrt.jobs.reminding import Wanted, keep
from slrt.workflow.unattended import take_if_allowed, who_is_next

SUBJECT = "complaints.complaint"
ESCALATE = "escalate_late"
PERSONS_STEP = "escalate"


def _nobody(done: int, total: int) -> None:
    pass


def remind(step: Callable[[int, int], None] = _nobody) -> dict[str, int]:
    """Keep the reminders of late complaints in step with what is late; return counts: late, raised, escalated.

    A complaint that nobody answered within the time of the first response reminds those who sort; one past its deadline
    reminds whoever is next. The program takes it to the next rung of the office's own ladder, one rung at a time, and tells those
    who answer for that rung; at the top of it they are asked to hand it on. Answered, paused or closed ones settle by themselves.
    """
    now = clock.now()
    rows = Complaint.objects.only("state", "due_at", "response_due_at", "village", "escalation", "escalated_at")
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
            row.refresh_from_db(fields=["escalation", "escalated_at", "state"])
        next_one = who_is_next(row, unless=(PERSONS_STEP,)) or str(P.COMPLAINT_ESCALATE)
        still.append(_wanted(row, row.due_at, LATE, next_one))
        above.append(_at_rung(row))
    raised += keep("complaint.late", SUBJECT, still)
    raised += keep("complaint.escalate", SUBJECT, above)
    return {"late": len(late), "raised": raised, "escalated": escalated}


SILENT = gettext_noop("Keluhan %(number)s belum ditanggapi dalam waktu tanggapan pertama.")
LATE = gettext_noop("Keluhan %(number)s lewat tenggat.")
ABOVE = gettext_noop("Keluhan %(number)s lewat tenggat; pertimbangkan untuk menaikkannya ke jenjang berikut.")

RISEN = {
    EscalationLevel.SUBDISTRICT: gettext_noop(
        "Keluhan %(number)s lewat tenggat dan naik ke jenjang kecamatan. Pastikan ada yang menanganinya."
    ),
    EscalationLevel.DISTRICT: gettext_noop(
        "Keluhan %(number)s lewat tenggat dan naik ke jenjang kabupaten. Pastikan ada yang menanganinya."
    ),
}
# How much of the village's code names the area that answers for a rung: 13.01.05 the kecamatan, 13.01 the kabupaten.
PARTS = {EscalationLevel.SUBDISTRICT: 3, EscalationLevel.DISTRICT: 2}


def _at_rung(row: Complaint) -> Wanted:
    """For those who answer for the rung where a late complaint lies now, anew at every rung."""
    rung = EscalationLevel(row.escalation)
    risen = rung in RISEN and row.escalated_at is not None
    wanted = _wanted(row, row.escalated_at or row.due_at, RISEN[rung] if risen else ABOVE, str(P.COMPLAINT_ESCALATE))
    return replace(wanted, place=".".join(row.village_id.split(".")[: PARTS[rung]])) if risen else wanted


def _wanted(row: Complaint, due: datetime, message: str, permission: str) -> Wanted:
    return Wanted(
        row.pk,
        timezone.localdate(due),
        Sentence(message, {"number": row.number}),
        place=row.village_id,
        permission=permission,
    )
