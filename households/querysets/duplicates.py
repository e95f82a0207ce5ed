"""Vocabulary for reaching pairs that look like one person, and merges. `visible_to` is the only door for views."""

from functools import reduce
from itertools import combinations
from operator import or_
from typing import Any

from django.db import models
from django.db.models.functions import Concat

from slrt.accounts.querysets import lineage, within
from slrt.accounts.roles import Permission


class DuplicateCandidateQuerySet(models.QuerySet):
    """Pairs that look like one person."""

    def visible_to(self, user: Any) -> "DuplicateCandidateQuerySet":
        """Pairs of which both persons live in the areas where the person may see duplicates; no name from elsewhere."""
        return self.lying_in(user.areas_for(Permission.DUPLICATE_VIEW))

    def lying_in(self, areas: tuple[str, ...]) -> "DuplicateCandidateQuerySet":
        """Pairs of which both persons live in the areas.

        Most are left out by where the last search found them, one column of the pair's own; who moved since then is looked up.
        """
        found_there = within(areas, "place") | models.Q(place__in=_meeting_places(areas))
        return _both_within(self.filter(found_there), areas, "first", "second")

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
        every = self.model._default_manager.order_by()
        living = _members(self).filter(within((code,), "family__household__village__code")).values("person")
        there = [every.filter(**{f"{name}__in": living}).values("pk") for name in ("first", "second")]
        return self.filter(pk__in=there[0].union(there[1]))


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
    for name in names:
        place = _members(rows).filter(person=models.OuterRef(name)).values("family__household__village__code")[:1]
        # With a dot behind it, so that one condition holds for an area itself and for what lies below it.
        dotted = Concat(models.Subquery(place, models.CharField()), models.Value("."))
        there = reduce(
            or_, (models.Q(**{f"{name}_place__startswith": f"{area}."}) for area in areas), models.Q(pk__in=[])
        )
        # As a case: of a bare comparison the planner takes hardly any row to be left, and sorts them all to show a page.
        held = models.Case(models.When(there, then=True), default=False, output_field=models.BooleanField())
        rows = rows.alias(**{f"{name}_place": dotted}).filter(held)
    return rows


def _members(rows: Any) -> Any:
    return rows.model._meta.apps.get_model("households", "Membership")._base_manager.filter(ended_on=None)


def _meeting_places(areas: tuple[str, ...]) -> set[str]:
    """The smallest regions that hold both of two areas, each; there a pair is found that lives in one and the other."""
    return {_meeting_place(*two) for two in combinations(areas, 2)}


def _meeting_place(one: str, other: str) -> str:
    common = [code for code in lineage(one) if code in lineage(other)]
    return common[-1] if common else ""
