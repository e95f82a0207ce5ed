"""Rows that may be without number: counted up to a bound, and paged through without being counted to the end."""

from typing import Any

from django.core.paginator import EmptyPage, Page, Paginator
from django_tables2 import LazyPaginator

MOST = 1000
FARTHEST = 1_000_000_000  # rows that a database can leave out before those of a page


class Beyond(int):
    """What comes after a bound, for a number that was counted no further; shown as the bound with a plus: 1.000+."""


def up_to(rows: Any, most: int = MOST) -> int:
    """How many rows there are, `Beyond` the bound where it is more."""
    return bound(rows.order_by()[: most + 1].count(), most)


def bound(number: int, most: int = MOST) -> int:
    """A number itself up to a bound, else `Beyond`."""
    return Beyond(most + 1) if number > most else number


class _OpenEnded(LazyPaginator):
    """Goes on from page to page as long as there are rows. Which page is the last one nobody knows: behind it comes the first."""

    count = Beyond(MOST + 1)
    open_ended = True

    def validate_number(self, number: Any) -> int:
        """A page's number from 1. Raises PageNotAnInteger, and EmptyPage for one that no database could be asked for."""
        found: int = super().validate_number(number)
        if found * self.per_page > FARTHEST:
            raise EmptyPage
        return found

    def get_page(self, number: Any) -> Page:
        """The page, the first one where there is none of that number."""
        try:
            return super().get_page(number)
        except EmptyPage:
            return self.page(1)


def paged(rows: Any) -> tuple[Any, type[Paginator]]:
    """Rows to be shown page by page, and what turns the pages.

    Few rows are found once and then shown by their keys: put in order, they might be looked for among all there are.
    """
    keys = list(rows.order_by().values_list("pk", flat=True)[: MOST + 1])
    return (rows, _OpenEnded) if len(keys) > MOST else (rows.filter(pk__in=keys), Paginator)
