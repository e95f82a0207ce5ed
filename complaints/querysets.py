"""Vocabulary for reaching complaints."""

from datetime import datetime
from typing import Any

from django.db import models

from slrt.accounts.querysets import lineage, within
from slrt.accounts.roles import Permission

FINAL = ("closed", "rejected")


class ComplaintQuerySet(models.QuerySet):
    """Complaints by area, state and deadline."""

    def visible_to(self, user: Any) -> "ComplaintQuerySet":
        """Complaints in the areas where the person may see them.

        `family_here` and `head_here`: the family may have moved out of them, and then nothing is said of it.
        """
        here = within(user.areas_for(Permission.FAMILY_VIEW), "family__household__village__code")
        rows = self.filter(within(user.areas_for(Permission.COMPLAINT_VIEW), "village__code"))
        return rows.annotate(
            family_here=models.Case(models.When(here, then=True), default=False),
            head_here=models.Case(models.When(here, then=models.F("family__head__name"))),
        )

    def open(self) -> "ComplaintQuerySet":
        """Those on which something still waits."""
        return self.exclude(state__in=FINAL)

    def overdue(self, at: datetime) -> "ComplaintQuerySet":
        """Open ones past their deadline and not paused."""
        return self.open().filter(due_at__lt=at, paused_at__isnull=True)

    def in_region(self, code: str) -> "ComplaintQuerySet":
        """Complaints in a region or below it."""
        return self.filter(within((code,), "village__code"))

    def for_page(self) -> "ComplaintQuerySet":
        """With place, head and who works on it."""
        return self.select_related("village", "family__head", "assigned_to")

    def for_list(self) -> "ComplaintQuerySet":
        """Only what a list line shows; nothing encrypted is read for it."""
        return self.select_related("village", "family__head").only(
            *(
                "kind",
                "issue",
                "urgency",
                "anonymous",
                "state",
                "due_at",
                "response_due_at",
                "responded_at",
                "paused_at",
            ),
            *("village__name", "family__head__name"),
        )


class RoutingRuleQuerySet(models.QuerySet):
    """Rules by what they are for."""

    def fitting(self, sector: str, issue: str, place: str) -> "RoutingRuleQuerySet":
        """Active rules for a case: its sector, its issue, its village or any area above it."""
        return self.filter(
            active=True, sector__in=("", sector), issue__in=("", issue), area_id__in=lineage(place)
        ).select_related("organisation")
