"""Which jobs there are. An app's `jobs.py` registers its own with `@job`; every such module is read at start."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slrt.accounts.roles import Permission

# Takes the Progress of its run; returns what to say of the result (a `Sentence`, a number of rows, or None).
Function = Callable[[Any], Any]
FIELDS = 5


@dataclass(frozen=True)
class Job:
    """A job as the page shows it. `schedule`: cron's five fields in Asia/Jakarta, None for the button alone."""

    name: str
    label: Any
    explain: Any
    schedule: str | None
    told: tuple[str, ...]
    function: Function

    def __str__(self) -> str:
        return str(self.label)


JOBS: dict[str, Job] = {}


def job(
    name: str,
    *,
    label: Any,
    explain: Any,
    schedule: str | None = None,
    told: tuple[str, ...] = (Permission.JOBS_RUN,),
) -> Callable[[Function], Function]:
    """Register a function as a job. It has to have the same effect when it runs twice or was stopped halfway.

    `name` is app.verb; `schedule` the first setting of its timetable ("10 2 * * *": daily at 02.10, Asia/Jakarta), which
    the administrator may change afterwards; `told` the permissions whose holders see on their home that it failed.
    Raises ValueError for a second job of that name or a schedule without five fields.
    """
    if schedule is not None and len(schedule.split()) != FIELDS:
        raise ValueError(f"Job {name}: a schedule has five fields, not {schedule!r}.")

    def register(function: Function) -> Function:
        if name in JOBS and JOBS[name].function is not function:
            raise ValueError(f"Two jobs named {name}.")
        JOBS[name] = Job(name, label, explain, schedule, told, function)
        return function

    return register
