"""Vocabulary for reaching visits and photos. `visible_to` is the only door for views."""

from datetime import date
from typing import Any

from django.db import models

from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission


class VisitQuerySet(models.QuerySet):
    """Visits by author."""

    def visible_to(self, user: Any) -> "VisitQuerySet":
        """A draft belongs to whoever began it, as long as they may visit in its village."""
        return self.filter(within(user.areas_for(Permission.VISIT_WRITE), "village__code"), facilitator=user)

    def with_head_here(self, user: Any) -> "VisitQuerySet":
        """With `head_here`: the head of the visited family, nobody when it moved out of the areas whose families the person sees."""
        here = within(user.areas_for(Permission.FAMILY_VIEW), "family__household__village__code")
        return self.annotate(head_here=models.Case(models.When(here, then=models.F("family__head__name"))))

    def told_to(self, user: Any) -> "VisitQuerySet":
        """Visits that are over, of families the person may see: when and by whom, as the case file tells it. Drafts are not."""
        place = "family__household__village__code"
        return self.filter(within(user.areas_for(Permission.FAMILY_VIEW), place)).exclude(state="draft")

    def sent_in(self, month: date) -> "VisitQuerySet":
        """Visits that were sent in the month of a day, by the office's clock."""
        return self.filter(sent_at__year=month.year, sent_at__month=month.month)


class PhotoQuerySet(models.QuerySet):
    """Photos by area, kind and whether they still count."""

    def visible_to(self, user: Any) -> "PhotoQuerySet":
        """Photos of families of the own area, and those of the own visits that are no family's yet. Opening a KTP asks for more,
        see `registry.photos`."""
        of_families = within(user.areas_for(Permission.FAMILY_VIEW), "family__household__village__code")
        of_visits = within(user.areas_for(Permission.VISIT_WRITE), "visit__village__code")
        return self.filter(of_families | (of_visits & models.Q(visit__facilitator=user, family=None)))

    def kept(self) -> "PhotoQuerySet":
        """Those nobody removed."""
        return self.filter(removed_at__isnull=True)
