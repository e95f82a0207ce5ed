"""Ways to reach the tree."""

from django.db import models


class RegionQuerySet(models.QuerySet):
    """Regions by code prefix."""

    def in_area(self, code: str) -> "RegionQuerySet":
        """The region itself and everything below it."""
        return self.filter(code__startswith=code)

    def villages(self) -> "RegionQuerySet":
        """The lowest level of codes."""
        return self.filter(level=4, active=True)
