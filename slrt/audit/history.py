"""Row history: before a row changes or goes, the database keeps what it was.

Current rows are the newest state, events are the older ones, as in system-versioned tables (SQL:2011). Triggers run once
per statement, so bulk writes leave history at set speed and a first import costs none.
"""

from typing import Any, TypeVar

import pghistory
import pgtrigger
from django.db import models

M = TypeVar("M", bound=type[models.Model])


def keep_history(**options: Any) -> Any:
    """Class decorator: keep the old row at every update and delete. `exclude=` leaves fields out."""
    return pghistory.track(
        pghistory.UpdateEvent(row=pghistory.Old, level=pgtrigger.Statement),
        pghistory.DeleteEvent(level=pgtrigger.Statement),
        **options,
    )
