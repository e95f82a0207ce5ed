"""Row history: before a row changes or goes, the database keeps what it was.

Current rows are the newest state, events are the older ones, as in system-versioned tables (SQL:2011). Triggers run once
per statement, so bulk writes leave history at set speed and a first import costs none.

The old rows are found beside the new ones by a join. PostgreSQL keeps a function's plan for the whole connection, and the plan that
was made for one row goes through all rows once for every row: twenty thousand changed families took five minutes for a second where
the connection had changed one family before. So the statement is planned anew each time (EXECUTE), as in slrt/core/references.py.
"""

from typing import Any, TypeVar

import pghistory
import pgtrigger
from django.db import models
from pghistory import trigger

M = TypeVar("M", bound=type[models.Model])


class _PlannedAnew(trigger.Event):
    """Writes history with a plan made for the rows at hand."""

    def get_func(self, model: type[models.Model]) -> pgtrigger.Func:
        """The library's own statement, handed to EXECUTE."""
        statement = super().get_func(model).func.removesuffix("; RETURN NULL;")
        return pgtrigger.Func(f"EXECUTE $history${statement}$history$; RETURN NULL;")


class _Updated(pghistory.UpdateEvent):
    """An update leaves the old row behind."""

    def add_event_trigger(self, event_model: Any) -> None:
        """As the library does, with a trigger that plans anew."""
        pgtrigger.register(
            _PlannedAnew(
                event_model=event_model,
                label=self.label,
                name=self.trigger_name,
                row=self.row,
                operation=self.operation,
                condition=self.condition,
                level=self.level,
            )
        )(event_model.pgh_tracked_model)


def keep_history(**options: Any) -> Any:
    """Class decorator: keep the old row at every update and delete. `exclude=` leaves fields out."""
    return pghistory.track(
        _Updated(row=pghistory.Old, level=pgtrigger.Statement),
        pghistory.DeleteEvent(level=pgtrigger.Statement),
        **options,
    )
