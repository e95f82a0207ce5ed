"""Vocabulary for reaching pairs that look like one person, and merges. `visible_to` is the only door for views."""

from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models.functions import Concat

from slrt.accounts.roles import Permission


class DuplicateCandidateQuerySet(models.QuerySet):
    """Pairs that look like one person."""

    def visible_to(self, user: Any) -> "DuplicateCandidateQuerySet":
        """Pairs of which both persons live in the areas where the person may see duplicates; no name from elsewhere."""
        return self.lying_in(user.areas_for(Permission.DUPLICATE_VIEW))

    def lying_in(self, areas: tuple[str, ...]) -> "DuplicateCandidateQuerySet":
        """Pairs of which both persons live in the areas."""
        return _both_within(self, areas, "first", "second")

    def current(self) -> "DuplicateCandidateQuerySet":
        """Pairs whose two entries are as they were compared; an edited entry hides its pairs until it is compared again."""
        return self.filter(first__version=models.F("first_version"), second__version=models.F("second_version"))

    def to_decide(self) -> "DuplicateCandidateQuerySet":
        """Open pairs as they are now."""
        return self.current().filter(state="open")

    def for_list(self) -> "DuplicateCandidateQuerySet":
        """With the two names; nobody's number is read for it."""
        shown = ("state", "score", "found_at", "first__name", "first__birth_date", "second__name", "second__birth_date")
        return self.select_related("first", "second").only(*shown)

    def in_region(self, code: str) -> "DuplicateCandidateQuerySet":
        """Pairs of which one person lives in a region or below it."""
        every = self.model._default_manager.all()
        of_first = _both_within(every, (code,), "first").values("pk")
        of_second = _both_within(every, (code,), "second").values("pk")
        return self.filter(models.Q(pk__in=of_first) | models.Q(pk__in=of_second))


class MergeQuerySet(models.QuerySet):
    """Proposals to merge, and merges."""

    def visible_to(self, user: Any) -> "MergeQuerySet":
        """Those whose entries lie in the areas where the person may see duplicates."""
        return self.lying_in(user.areas_for(Permission.DUPLICATE_VIEW))

    def lying_in(self, areas: tuple[str, ...]) -> "MergeQuerySet":
        """Those whose two entries lie in the areas. A merged one lives with the kept."""
        kept = _both_within(self, areas, "kept")
        both = _both_within(self, areas, "kept", "gone")
        return self.filter(
            models.Q(pk__in=kept.filter(state="merged").values("pk")) | models.Q(pk__in=both.values("pk"))
        )

    def to_confirm(self, user: Any) -> "MergeQuerySet":
        """Proposals that wait for a second person, without this person's own."""
        return self.filter(state="proposed").exclude(proposed_by=user)

    def in_region(self, code: str) -> "MergeQuerySet":
        """Merges whose kept entry lives in a region or below it."""
        every = self.model._default_manager.all()
        return self.filter(pk__in=_both_within(every, (code,), "kept").values("pk"))

    def for_list(self) -> "MergeQuerySet":
        """With the two names and who proposed it; nobody's number is read for it."""
        shown = ("state", "state_since", "kept__name", "gone__name", "proposed_by__full_name", "proposed_by__username")
        return self.select_related("kept", "gone", "proposed_by").only(*shown)


def _both_within(rows: Any, areas: tuple[str, ...], *names: str) -> Any:
    """Each person is looked up by index, one after the other: joined, a planner that takes a grown registry for an empty one
    goes through all of it for every pair."""
    members = rows.model._meta.apps.get_model("households", "Membership")._base_manager.filter(ended_on=None)
    for name in names:
        place = members.filter(person=models.OuterRef(name)).values("family__household__village__code")[:1]
        # With a dot behind it, so that one condition holds for an area itself and for what lies below it.
        dotted = Concat(models.Subquery(place, models.CharField()), models.Value("."))
        within = (models.Q(**{f"{name}_place__startswith": f"{area}."}) for area in areas)
        rows = rows.alias(**{f"{name}_place": dotted}).filter(reduce(or_, within, models.Q(pk__in=[])))
    return rows
