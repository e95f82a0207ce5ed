"""Vocabulary for reaching pairs that look like one person, and merges. `visible_to` is the only door for views."""

from typing import Any

from django.db import models

from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission

_PLACE = "memberships__family__household__village__code"


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
    for name in names:
        rows = rows.filter(within(areas, f"{name}__{_PLACE}"), **{f"{name}__memberships__ended_on": None})
    return rows
