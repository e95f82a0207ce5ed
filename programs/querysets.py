"""Vocabulary for programmes, needs and enrolments."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission


class ProgrammeQuerySet(models.QuerySet):
    """The catalogue."""

    def active(self) -> "ProgrammeQuerySet":
        """Programmes that still take families."""
        return self.filter(status="active")


class ProgrammeRuleQuerySet(models.QuerySet):
    """Dated rules."""

    def in_force(self, on: date) -> "ProgrammeRuleQuerySet":
        """Rules valid on a day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)


class EnrolmentQuerySet(models.QuerySet):
    """Enrolments by area and time."""

    def visible_to(self, user: Any) -> "EnrolmentQuerySet":
        """Enrolments of families in the areas where the person may see them."""
        return self.filter(within(user.areas_for(Permission.ENROLMENT_VIEW), "family__household__village__code"))

    def current(self) -> "EnrolmentQuerySet":
        """Those that have not ended."""
        return self.filter(ended_on__isnull=True)

    def in_region(self, code: str) -> "EnrolmentQuerySet":
        """Enrolments in a region or below it."""
        return self.filter(within((code,), "family__household__village__code"))


class NeedQuerySet(models.QuerySet):
    """Recorded needs by area."""

    def visible_to(self, user: Any) -> "NeedQuerySet":
        """Needs of families in the areas where the person may see families."""
        return self.filter(within(user.areas_for(Permission.FAMILY_VIEW), "family__household__village__code"))

    def open(self) -> "NeedQuerySet":
        """Needs not yet met."""
        return self.filter(met_on__isnull=True)
