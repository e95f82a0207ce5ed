"""Vocabulary for reaching households, families, their members and the tasks about them. `visible_to` is the only door for views."""

from typing import Any

from django.db import models
from django.db.models.functions import NullIf

from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission

# The head first, whose relation nobody knows last.
BY_RELATION = NullIf("relation", models.Value(""))


class HouseholdQuerySet(models.QuerySet):
    """Households by area."""

    def visible_to(self, user: Any) -> "HouseholdQuerySet":
        """Households in the areas where the person may see families."""
        return self.filter(within(user.areas_for(Permission.FAMILY_VIEW), "village__code"))


class FamilyQuerySet(models.QuerySet):
    """Families by area and identity."""

    def visible_to(self, user: Any) -> "FamilyQuerySet":
        """Families in the areas where the person may see them; one that was merged into another is not there any more."""
        areas = user.areas_for(Permission.FAMILY_VIEW)
        return self.filter(within(areas, "household__village__code"), merged_into=None)

    def there(self) -> "FamilyQuerySet":
        """Those that were not merged into another."""
        return self.filter(merged_into=None)

    def in_region(self, code: str) -> "FamilyQuerySet":
        """Families in a region or below it."""
        return self.filter(within((code,), "household__village__code"))

    def for_page(self) -> "FamilyQuerySet":
        """With place and head."""
        return self.select_related("household__village", "head")

    def for_list(self) -> "FamilyQuerySet":
        """Only what a list line shows; no person's number is read for it."""
        return self.for_page().only(
            *("kk_encrypted", "decile", "decile_period", "head__name"),
            *("household__address", "household__village__name"),
        )


class PersonQuerySet(models.QuerySet):
    """Persons by area."""

    def visible_to(self, user: Any) -> "PersonQuerySet":
        """Persons whose open membership lies in the areas where the person may see families."""
        place = "memberships__family__household__village__code"
        return self.filter(within(user.areas_for(Permission.FAMILY_VIEW), place), memberships__ended_on__isnull=True)


class MembershipQuerySet(models.QuerySet):
    """Memberships by time and area."""

    def visible_to(self, user: Any) -> "MembershipQuerySet":
        """Memberships, ended ones too, of families that the person may see; of entries that were merged into another no more."""
        areas = user.areas_for(Permission.FAMILY_VIEW)
        return self.filter(within(areas, "family__household__village__code")).there()

    def there(self) -> "MembershipQuerySet":
        """Those whose person and family were not merged into another."""
        return self.filter(family__merged_into=None, person__merged_into=None)

    def open(self) -> "MembershipQuerySet":
        """Those that have not ended."""
        return self.filter(ended_on__isnull=True)

    def unrelated(self) -> "MembershipQuerySet":
        """Present ones of whom nobody knows what they are to the family's head; the next visit asks."""
        return self.open().filter(relation="")


class CivilTaskQuerySet(models.QuerySet):
    """Tasks toward civil registration by area."""

    def visible_to(self, user: Any) -> "CivilTaskQuerySet":
        """Tasks of persons whose open membership lies in the own area."""
        place = "person__memberships__family__household__village__code"
        return self.filter(
            within(user.areas_for(Permission.FAMILY_VIEW), place), person__memberships__ended_on__isnull=True
        )
