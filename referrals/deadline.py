"""Within how many working days a receiver answers, and when an answer no longer comes."""

from datetime import date, datetime

from complaints import sla
from complaints.workflow import holidays
from referrals.models import Referral


def due_at(sent_at: datetime) -> datetime:
    """Return by when what was sent at this moment is to be answered."""
    return sla.due_at(sent_at, sla.RECEIVER_DAYS, holidays())


def run_out_at(row: Referral, free_days: set[date]) -> datetime | None:
    """Return when an unanswered referral has run out: as many working days after its deadline as it had; None without one."""
    return sla.due_at(row.due_at, sla.RECEIVER_DAYS, free_days) if row.due_at is not None else None
