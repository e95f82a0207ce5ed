"""What pages show of referrals."""

from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as lazy

from complaints.models import Complaint
from referrals.choices import ReferralState as S
from referrals.models import Referral
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.core.templatetags.ui import tanggal

OFFICE_TABS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "draft": (lazy("Draf"), (S.DRAFT, S.PREREQUISITES_MISSING, S.RETURNED)),
    "review": (lazy("Perlu disetujui"), (S.AWAITING_REVIEW, S.INITIALLED, S.SIGNED)),
    "receiver": (lazy("Di lembaga penerima"), (S.SENT, S.RECEIVED, S.ACCEPTED, S.WAITLISTED, S.NEED_INFO)),
    "served": (lazy("Bantuan diberikan"), (S.SERVED, S.CONFIRMED)),
    "refused": (lazy("Kembali dari lembaga"), (S.REJECTED, S.FAILED, S.EXPIRED)),
    "done": (lazy("Selesai"), (S.CLOSED, S.CLOSED_UNSERVED, S.RE_REFERRED, S.CANCELLED)),
}
RECEIVER_TABS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "new": (lazy("Baru"), (S.SENT, S.RECEIVED)),
    "work": (lazy("Dikerjakan"), (S.ACCEPTED, S.WAITLISTED)),
    "asked": (lazy("Menunggu data"), (S.NEED_INFO,)),
    "done": (
        lazy("Selesai"),
        (S.SERVED, S.CONFIRMED, S.CLOSED, S.REJECTED, S.FAILED, S.CLOSED_UNSERVED, S.RE_REFERRED, S.EXPIRED),
    ),
}


def tabs_for(user: User) -> dict[str, tuple[Any, tuple[str, ...]]]:
    """Return the stages as the person's side sees them."""
    return OFFICE_TABS if user.areas_for(Permission.REFERRAL_VIEW) else RECEIVER_TABS


def state_counts(user: User) -> dict[str, int]:
    """Return how many visible referrals are in each state."""
    return dict(Referral.objects.visible_to(user).order_by().values_list("state").annotate(n=Count("pk")))


def public_receiver(complaint: Complaint) -> str:
    """Return the name of the office a complaint's newest sent referral went to; empty when there is none."""
    row = complaint.referrals.filter(sent_at__isnull=False).select_related("receiver").order_by("-sent_at").first()
    return row.receiver.name if row else ""


def letter_values(row: Referral) -> dict[str, str]:
    """Return what the office's text of the letter may ask for (slrt.letters.choices)."""
    person = row.person or row.family.head
    return {
        "nomor": row.letter_number,
        "tanggal": tanggal(row.sent_at or row.state_since),
        "nama": person.name if person else "–",
        "program": row.programme.name,
        "lembaga": row.receiver.name,
        "desa": row.family.household.village.name,
        "tenggat": tanggal(row.due_at),
    }
