"""Who may see what a citizen said with the numbers in it. Everywhere else such numbers are masked."""

from django.utils.translation import gettext as _

from complaints.models import Complaint
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.core.errors import Decision, NotPermitted, denied


def may_reveal(user: User, row: Complaint) -> Decision:
    """Whoever may see a family's numbers, as long as it lives where they work: of one that moved away nothing is said.

    Takes a complaint that `visible_to` gave, which says whether its family lives there (`family_here`).
    """
    if row.family_id and not row.family_here:
        return denied(_("Keluarga ini di luar wilayah tugas Anda."))
    return may(user, Permission.PERSON_REVEAL, row)


def reveal(row: Complaint, *, by: User) -> None:
    """Note in the audit trail that somebody sees the numbers. Raises `NotPermitted` with the reason."""
    decision = may_reveal(by, row)
    if not decision:
        raise NotPermitted(decision.reason)
    trail.read("reveal", row, by=by)
