"""Vocabulary for reaching referrals."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission

FINAL = ("closed", "closed_unserved", "cancelled", "re_referred")
# What a receiving organisation gets to see: nothing before it was sent.
SENT_STATES = (
    "sent",
    "received",
    "accepted",
    "waitlisted",
    "need_info",
    "redirected",
    "rejected",
    "served",
    "failed",
    "expired",
    "confirmed",
    "closed",
    "closed_unserved",
    "re_referred",
)


class ReferralQuerySet(models.QuerySet):
    """Referrals by area, receiver, state and deadline."""

    def visible_to(self, user: Any) -> "ReferralQuerySet":
        """Staff see the referrals of their areas; a receiver's officers see what was sent to them."""
        staff = within(user.areas_for(Permission.REFERRAL_VIEW), "family__household__village__code")
        receiver = Q(receiver__in=user.organisations_for(Permission.REFERRAL_VIEW), state__in=SENT_STATES)
        return self.filter(staff | receiver)

    def open(self) -> "ReferralQuerySet":
        """Those on which something still waits."""
        return self.exclude(state__in=FINAL)

    def overdue(self, at: datetime) -> "ReferralQuerySet":
        """With the receiver, past the deadline."""
        return self.filter(state__in=("sent", "received", "accepted", "waitlisted", "need_info"), due_at__lt=at)

    def in_region(self, code: str) -> "ReferralQuerySet":
        """Referrals of families in a region or below it."""
        return self.filter(within((code,), "family__household__village__code"))

    def for_page(self) -> "ReferralQuerySet":
        """With family, programme, receiver and complaint."""
        return self.select_related("family__household__village", "family__head", "programme", "receiver", "complaint")

    def for_list(self) -> "ReferralQuerySet":
        """Only what a list line shows; nothing encrypted is read for it."""
        return self.select_related("family__head", "programme", "receiver").only(
            *("state", "due_at", "programme__name", "receiver__name", "family__head__name")
        )
