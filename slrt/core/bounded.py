"""Rows that may be without number: counted up to a bound, and paged through without being counted to the end."""

from typing import Any

from django.core.paginator import Paginator
from django_tables2 import LazyPaginator

MOST = 1000


class Beyond(int):
    """What comes after a bound, for a number that was counted no further; shown as the bound with a plus: 1.000+."""


def up_to(rows: Any, most: int = MOST) -> int:
    """How many rows there are, `Beyond` the bound where it is more."""
    return bound(rows.order_by()[: most + 1].count(), most)


def bound(number: int, most: int = MOST) -> int:
    """A number itself up to a bound, else `Beyond`."""
    return Beyond(most + 1) if number > most else number


class _OpenEnded(LazyPaginator):
    """Goes on from page to page as long as there are rows."""

    count = Beyond(MOST + 1)
    open_ended = True


def paged(rows: Any) -> tuple[Any, type[Paginator]]:
    """Rows to be shown page by page, and what turns the pages.

    Few rows are found once and then shown by their keys: put in order, they might be looked for among all there are.
    """
    keys = list(rows.order_by().values_list("pk", flat=True)[: MOST + 1])
    return (rows, _OpenEnded) if len(keys) > MOST else (rows.filter(pk__in=keys), Paginator)
