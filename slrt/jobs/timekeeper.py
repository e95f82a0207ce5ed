"""Beat's scheduler for clocks that were put back and for machines that are off at night.

A row of the timetable that says it ran in the future would wait until then, the sweep of promises too: it counts as run when that is
noticed. And a time that passed while nothing ran is made up for at the next start, whatever hour that is.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_celery_beat.schedulers import DatabaseScheduler, ModelEntry

SLACK = timedelta(seconds=2)  # by which a clock in order may go back


class Row(ModelEntry):
    """A row of the timetable as beat holds it."""

    def __init__(self, model: Any, app: Any = None) -> None:
        at = timezone.now()
        # A row whose time was changed counts from then on: what the new time would have been before is not made up for.
        counts_from = max((day for day in (model.last_run_at, model.date_changed) if day is not None), default=None)
        if counts_from is not None and counts_from > at + SLACK:
            counts_from = at
            type(model)._default_manager.filter(pk=model.pk).update(last_run_at=at, date_changed=at)
            model.date_changed = at
        model.last_run_at = counts_from
        super().__init__(model, app)


class Timekeeper(DatabaseScheduler):
    """The timetable in the database, read anew when the clock was put back."""

    Entry = Row
    looked_at: datetime | None = None

    def enabled_models_qs(self) -> QuerySet:
        """Return every row that is switched on, also one whose hour is far: it may have been missed."""
        rows: QuerySet = self.Model.objects.enabled()
        return rows

    def tick(self, *args: Any, **more: Any) -> float:
        """Send what is due; return how many seconds may pass until the next look."""
        now = timezone.now()
        if self.looked_at is not None and now < self.looked_at - SLACK:
            self._initial_read, self._heap = True, None
        self.looked_at = now
        pause: float = super().tick(*args, **more)
        return pause
