"""What the pages of the jobs and the homes show."""

from typing import Any

from slrt.accounts.models import User
from slrt.core import clock
from slrt.jobs.choices import BAD
from slrt.jobs.models import Alert, JobRun
from slrt.jobs.register import JOBS, Job
from slrt.jobs.schedule import next_runs, switched_off


def overview(user: User) -> list[dict[str, Any]]:
    """Return every job with its last run and when it comes next: those that went wrong first, then by name."""
    last = {run.job: run for run in JobRun.objects.visible_to(user).newest_of_each().select_related("asked_by")}
    coming = next_runs(clock.now())
    off = switched_off()
    rows = [
        {"job": job, "run": last.get(name), "next": coming.get(name), "off": name in off} for name, job in JOBS.items()
    ]
    return sorted(rows, key=lambda row: (not _went_wrong(row["run"]), str(row["job"].label)))


def _went_wrong(run: JobRun | None) -> bool:
    return run is not None and run.state in BAD


def trouble(user: User) -> list[dict[str, Any]]:
    """Return the jobs whose last run failed or was abandoned, for those who are told of it."""
    last = JobRun.objects.newest_of_each()
    wrong = JobRun.objects.filter(pk__in=last.values("pk"), state__in=BAD).order_by("-pk")
    return [{"job": JOBS[run.job], "run": run} for run in wrong if run.job in JOBS and _is_told(user, JOBS[run.job])]


def _is_told(user: User, job: Job) -> bool:
    return any(user.holds(permission) for permission in job.told)


def alerts(user: User) -> list[Alert]:
    """Return what the integrity checks found and is not mended yet."""
    return list(Alert.objects.visible_to(user).open())
