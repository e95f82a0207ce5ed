"""Vocabulary for reaching exports."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from slrt.exports.choices import OPEN_STATES


class ExportQuerySet(models.QuerySet):
    """Exports by owner and age."""

    def visible_to(self, user: Any) -> "ExportQuerySet":
        """A person's own exports; nobody else's, whatever their role."""
        return self.filter(asked_by=user)

    def open(self) -> "ExportQuerySet":
        """Those that are still to be made."""
        return self.filter(state__in=OPEN_STATES)

    def outlived(self, at: datetime, stuck_since: datetime) -> "ExportQuerySet":
        """Ready ones past their time, and unfinished ones that nothing has moved since a moment."""
        return self.filter(Q(state="ready", expires_at__lte=at) | Q(state__in=OPEN_STATES, moved_at__lt=stuck_since))
