"""What every list page shares: a table whose rows become cards on a phone, and the column that shows a state."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from slrt.core.templatetags.ui import state_tag

BLANK = SafeString(' class="blank"')


class ListTable(tables.Table):
    """A table as `templates/django_tables2/slrt.html` shows it. Rows that sort alike stand in the order of their numbers, newest
    first where a table does not say otherwise, so that no row is missed or seen twice from one page to the next."""

    last = "-pk"

    @property
    def order_by(self) -> Any:
        """The order as the library keeps it."""
        return tables.Table.order_by.fget(self)

    @order_by.setter
    def order_by(self, value: Any) -> None:
        tables.Table.order_by.fset(self, value)
        rows = self.data.data
        if isinstance(rows, QuerySet) and (rows.query.order_by or not rows.model._meta.ordering):
            self.data.data = rows.order_by(*rows.query.order_by, self.last)

    @property
    def prefixed_per_page_field(self) -> None:
        """By no word of an address: how many rows a page has is the page's own, where an address could ask for -1 or a million."""

    @property
    def has_rows(self) -> bool:
        """Whether anything is to be shown, on this page or another."""
        return bool(self.paginator.count if self.page else len(self.rows))

    @property
    def body(self) -> SafeString:
        """The rows of this page; each cell carries its column's header, which is what it is called on a phone."""
        named = [(column.name, str(column.header)) for column in self.columns]
        return format_html_join("", "<tr>{}</tr>", ((_cells(row, named),) for row in self.paginated_rows))


def _cells(row: Any, named: list[tuple[str, str]]) -> SafeString:
    cells = ((header, row.get_cell(name)) for name, header in named)
    return format_html_join(
        "", '<td data-label="{}"{}>{}</td>', ((header, BLANK if cell == "" else "", cell) for header, cell in cells)
    )


class StateColumn(tables.Column):
    """The row's state as a tag. Reads the primary key, since the library would look up a label that the tag knows."""

    def __init__(self, **options: Any) -> None:
        super().__init__(accessor="pk", order_by="state", **options)

    def render(self, record: Any) -> Any:
        return state_tag(record)
