"""Ways to read the trail."""

from typing import Any

from django.db import models

from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission


class AuditQuerySet(models.QuerySet):
    """The trail, narrowed."""

    def visible_to(self, user: Any) -> "AuditQuerySet":
        """What an auditor of an area may read; entries without a place (sign-ins) only for whoever audits somewhere."""
        areas = user.areas_for(Permission.AUDIT_VIEW)
        if not areas:
            return self.none()
        return self.filter(within(areas, "place") | models.Q(place=""))

    def about(self, *objects: models.Model) -> "AuditQuerySet":
        """Entries on any of the given rows, oldest first."""
        condition = models.Q(pk__in=[])
        for obj in objects:
            condition |= models.Q(subject=obj._meta.label_lower, subject_id=obj.pk)
        return self.filter(condition).order_by("at", "pk")

    def changes(self) -> "AuditQuerySet":
        """Without reads and sign-ins."""
        return self.filter(kind="change")
