"""Vocabulary for targets."""

from datetime import date
from typing import Any

from django.db import models

from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission


class TargetQuerySet(models.QuerySet):
    """Targets by area and time."""

    def visible_to(self, user: Any) -> "TargetQuerySet":
        """Targets of the areas whose numbers the person may see, whole."""
        return self.filter(within(user.areas_for(Permission.DASHBOARD_VIEW), "area__code"))

    def running(self, day: date) -> "TargetQuerySet":
        """Those whose year, quarter or month a day lies in."""
        quarter = (day.month + 2) // 3
        return self.filter(period__in=(f"{day.year}", f"{day.year}-Q{quarter}", f"{day.year}-{day.month:02d}"))
