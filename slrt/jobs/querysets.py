"""Vocabulary for runs, alerts and reminders."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from slrt.accounts.querysets import within
from slrt.accounts.roles import ORGANISATION_ROLES, ROLE_PERMISSIONS, Permission
from slrt.jobs.choices import ACTIVE


class JobRunQuerySet(models.QuerySet):
    """Runs by job and state."""

    def visible_to(self, user: Any) -> "JobRunQuerySet":
        """A job works on the whole installation: whoever may run jobs sees every run, nobody else sees any."""
        return self if user.holds(Permission.JOBS_RUN) else self.none()

    def active(self) -> "JobRunQuerySet":
        """Those that wait or run."""
        return self.filter(state__in=ACTIVE)

    def newest_of_each(self) -> "JobRunQuerySet":
        """The last run of every job."""
        return self.order_by("job", "-pk").distinct("job")


class AlertQuerySet(models.QuerySet):
    """Findings of the integrity checks."""

    def visible_to(self, user: Any) -> "AlertQuerySet":
        """They tell of the whole installation, by ids and counts."""
        return self if user.holds(Permission.JOBS_RUN) else self.none()

    def open(self) -> "AlertQuerySet":
        """Those the last check still found."""
        return self.filter(resolved_at__isnull=True)


class ReminderQuerySet(models.QuerySet):
    """Reminders by who has to act."""

    def open(self) -> "ReminderQuerySet":
        """Neither handled nor settled by itself."""
        return self.filter(closed_at__isnull=True)

    def visible_to(self, user: Any) -> "ReminderQuerySet":
        """One's own, those for a permission held where they lie, and those for one's organisation."""
        mine = Q(owner=user)
        for assignment in user.current_assignments:
            held = Q(owner__isnull=True, permission__in=[str(p) for p in ROLE_PERMISSIONS[assignment.role]])
            if assignment.role in ORGANISATION_ROLES:
                mine |= held & Q(organisation=assignment.organisation_id)
            else:
                mine |= held & Q(organisation__isnull=True) & (within((assignment.area_id,), "place") | Q(place=""))
        return self.filter(mine)

    def settle(self, at: datetime) -> int:
        """Close what no longer holds; return how many."""
        return self.open().update(closed_at=at)
