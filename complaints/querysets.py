"""Vocabulary for reaching complaints."""

from datetime import datetime
from typing import Any

from django.db import models

from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission

FINAL = ("closed", "rejected")


class ComplaintQuerySet(models.QuerySet):
    """Complaints by area, state and deadline."""

    def visible_to(self, user: Any) -> "ComplaintQuerySet":
        """Complaints in the areas where the person may see them."""
        return self.filter(within(user.areas_for(Permission.COMPLAINT_VIEW), "village__code"))

    def open(self) -> "ComplaintQuerySet":
        """Those on which something still waits."""
        return self.exclude(state__in=FINAL)

    def overdue(self, at: datetime) -> "ComplaintQuerySet":
        """Open ones past their deadline and not paused."""
        return self.open().filter(due_at__lt=at, paused_at__isnull=True)

    def in_region(self, code: str) -> "ComplaintQuerySet":
        """Complaints in a region or below it."""
        return self.filter(within((code,), "village__code"))

    def for_list(self) -> "ComplaintQuerySet":
        """With what a list line shows."""
        return self.select_related("village", "family__head", "assigned_to")
