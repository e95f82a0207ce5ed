"""Vocabulary for reaching assignments and organisations, and the area filter every other app uses."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

if TYPE_CHECKING:
    from slrt.accounts.models import Organisation

DEEPEST = 3  # dots in the code of a village


def within(areas: tuple[str, ...], field: str) -> Q:
    """Return the condition that a region code (`field`, such as "village__code") lies in one of the areas; no area, no row."""
    condition = Q(pk__in=[])
    for area in areas:
        condition |= Q(**{field: area})
        if area.count(".") < DEEPEST:
            condition |= Q(**{f"{field}__startswith": area + "."})
    return condition


def covers(area: str, place: str) -> bool:
    """Whether a place lies in an area: the same code, or below it in the tree."""
    return place == area or place.startswith(area + ".")


def lineage(place: str) -> list[str]:
    """Return a place's code and those of the regions above it, the province first."""
    parts = place.split(".")
    return [".".join(parts[: n + 1]) for n in range(len(parts))]


class AssignmentQuerySet(models.QuerySet):
    """Assignments by time."""

    def current(self, on: date) -> "AssignmentQuerySet":
        """In force on a day."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=on), started_on__lte=on)


class OrganisationQuerySet(models.QuerySet):
    """Receivers of referrals."""

    def active(self) -> "OrganisationQuerySet":
        """Those that still receive."""
        return self.filter(active=True)

    def serving(self, place: str) -> "OrganisationQuerySet":
        """Those whose area contains a place."""
        return self.active().filter(area_id__in=lineage(place))

    def social_office(self, place: str) -> "Organisation | None":
        """The social office of a place, the one of the smallest area first; None where there is none."""
        near = self.serving(place).filter(kind="social_office")
        return near.annotate(reach=Length("area_id")).order_by("-reach", "pk").first()
