"""The timetable: rows of django-celery-beat, made from the register once, then the administrator's.

Times are Asia/Jakarta whatever the machine's zone. A row that exists is never changed here; what the administrator edited or
switched off stays so through every update.
"""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from slrt.jobs.crontabs import PARTS
from slrt.jobs.register import JOBS, Job
from slrt.jobs.wording import timetable

TASK = "slrt.jobs.tasks.ask"


def after_migrate(**kwargs: Any) -> None:
    """Receiver of post_migrate: bring the timetable up to the register, if its tables are there."""
    if PeriodicTask._meta.db_table in connection.introspection.table_names():
        install()


def install() -> int:
    """Make the rows that are missing, and take out those of jobs that are gone; return how many were made."""
    known = set(PeriodicTask.objects.filter(task=TASK).values_list("name", flat=True))
    scheduled = {job.name: job for job in JOBS.values() if job.schedule}
    if gone := known - set(scheduled):
        PeriodicTask.objects.filter(task=TASK, name__in=gone).delete()
    missing = [job for name, job in scheduled.items() if name not in known]
    for job in missing:
        PeriodicTask.objects.create(
            name=job.name, task=TASK, args=json.dumps([job.name]), crontab=crontab_row(job), description=job.name
        )
    return len(missing)


def crontab_row(job: Job) -> CrontabSchedule:
    """Return the row of a job's first timetable; jobs at the same time share one."""
    fields = dict(zip(PARTS, (job.schedule or "").split(), strict=True))
    found = CrontabSchedule.objects.filter(**fields, timezone=settings.CELERY_TIMEZONE).first()
    return found or CrontabSchedule.objects.create(**fields, timezone=settings.CELERY_TIMEZONE)


def next_runs(at: datetime) -> dict[str, datetime]:
    """Return when each job comes next after a moment (aware); jobs switched off, without a timetable or with days that never come
    are left out."""
    rows = PeriodicTask.objects.filter(task=TASK, enabled=True, crontab__isnull=False).select_related("crontab")
    return {row.name: _after(row.crontab, at) for row in rows if ever(row.crontab)}


def row_of(name: str) -> PeriodicTask | None:
    """Return a job's row of the timetable, None for a job that is run by its button only."""
    return PeriodicTask.objects.filter(task=TASK, name=name, crontab__isnull=False).select_related("crontab").first()


def switched_off() -> set[str]:
    """Return the jobs that the administration took off the clock."""
    return set(PeriodicTask.objects.filter(task=TASK, enabled=False).values_list("name", flat=True))


def in_words(crontab: CrontabSchedule) -> str:
    """Return a row of times as a phrase."""
    return timetable(crontab.minute, crontab.hour, crontab.day_of_month, crontab.month_of_year, crontab.day_of_week)


def ever(crontab: CrontabSchedule) -> bool:
    """Whether its days exist: the 31st of February never comes."""
    try:
        return bool(crontab.schedule)
    except ValueError:
        return False


def _after(crontab: CrontabSchedule, at: datetime) -> datetime:
    local = at.astimezone(crontab.timezone)
    begun, delta, _now = crontab.schedule.remaining_delta(local)
    return begun + delta
