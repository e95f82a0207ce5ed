"""Referrals nobody answered: reminders to the receiver, then back to the office, which sends them again or elsewhere."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_noop

from complaints.workflow import holidays
from referrals.choices import ReferralState
from referrals.deadline import run_out_at
from referrals.models import Referral
from slrt.accounts.roles import Permission as P
from slrt.core import clock
from slrt.core.sentence import Sentence
from slrt.jobs.reminding import Wanted, keep
from slrt.workflow.unattended import take_if_allowed

SUBJECT = "referrals.referral"
EXPIRE = "expire"
READ = ("state", "state_since", "due_at", "receiver", "family__household__village")
LATE = gettext_noop("Rujukan %(number)s belum dijawab sampai tenggatnya.")
LONG = gettext_noop("Rujukan %(number)s sudah diterima lembaga tetapi lama tidak selesai; hubungi lembaganya.")
BACK = gettext_noop("Rujukan %(number)s tidak dijawab dan kembali ke pengirim; kirim lagi, alihkan, atau tutup.")


def _nobody(done: int, total: int) -> None:
    pass


def remind(step: Callable[[int, int], None] = _nobody) -> dict[str, int]:
    """Keep the reminders of late referrals in step with what is late; return counts: late, raised, expired.

    Past its deadline a referral reminds the receiver's officers. When as many working days again have passed it has run out:
    one that nobody answered the program hands back to the office, whose sender and reviewer are told until they move it on; one
    that the receiver works on stays there, and those who may redirect are reminded.
    """
    now, free_days = clock.now(), holidays()
    late = list(Referral.objects.overdue(now).select_related("family__household").only(*READ))
    expired, receiver, office = 0, [], []
    for number, row in enumerate(late, 1):
        step(number, len(late))
        due, end = row.due_at or now, run_out_at(row, free_days)
        if end is not None and end < now:
            if take_if_allowed(EXPIRE, row):
                expired += 1
                continue
            office.append(_wanted(row, due, LONG, P.REFERRAL_REVIEW))
        receiver.append(_wanted(row, due, LATE, P.REFERRAL_ANSWER, row.receiver_id))
    returned = Referral.objects.filter(state=ReferralState.EXPIRED).select_related("family__household").only(*READ)
    back = [(row, row.state_since) for row in returned]
    office += [_wanted(row, since, BACK, P.REFERRAL_REVIEW) for row, since in back]
    sender = [_wanted(row, since, BACK, P.REFERRAL_SEND) for row, since in back]
    raised = keep("referral.late", SUBJECT, receiver) + keep("referral.expired", SUBJECT, office)
    return {"late": len(late), "raised": raised + keep("referral.back", SUBJECT, sender), "expired": expired}


def _wanted(row: Referral, due: datetime, message: str, permission: str, organisation: int | None = None) -> Wanted:
    return Wanted(
        row.pk,
        timezone.localdate(due),
        Sentence(message, {"number": row.number}),
        place=row.place_code,
        permission=str(permission),
        organisation=organisation,
    )
