"""Jobs promised by a committed transaction and never lost.

`promise` writes the row in the caller's transaction and rings the bell on commit. A worker claims rows with a lease; a
lease that runs out is claimed again, so a handler may run twice and has to have the same effect once. `sweep` runs every
half minute and finds what no bell announced.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from slrt.core import clock
from slrt.core.models import OutboxJob

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)
MAX_ATTEMPTS = 8
Handler = Callable[..., None]
_handlers: dict[str, Handler] = {}


def handler(name: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this name. It takes the promised arguments as keywords."""

    def register(function: Handler) -> Handler:
        if _handlers.get(name, function) is not function:
            raise ValueError(f"Two handlers for job {name}.")
        _handlers[name] = function
        return function

    return register


def promise(name: str, *, after: timedelta = timedelta(0), **args: Any) -> OutboxJob:
    """Promise a job: ids in `args`, never personal data. Runs after the surrounding transaction has committed."""
    job = OutboxJob.objects.create(name=name, args=args, run_after=clock.now() + after)
    if not after:
        transaction.on_commit(lambda: _ring(job.pk), robust=True)
    return job


def _ring(job_id: int) -> None:
    """Ring the bell; a broker that is away costs nothing but the half minute until the sweep."""
    from slrt.core.tasks import run_job

    try:
        run_job.apply_async(args=[job_id], retry=False, ignore_result=True)
    except Exception as fault:
        log.warning("bell not heard", extra={"job": job_id, "fault": type(fault).__name__})


def claimable(at: Any) -> Q:
    """Rows that may be claimed: due and unclaimed, or whose lease ran out."""
    return Q(state="waiting", run_after__lte=at) | Q(state="leased", leased_until__lt=at)


def run(job_id: int) -> bool:
    """Claim one job and do it. Return False when there was nothing to claim (done, or someone else has it)."""
    at = clock.now()
    with transaction.atomic():
        job = OutboxJob.objects.select_for_update(skip_locked=True).filter(claimable(at), pk=job_id).first()
        if job is None:
            return False
        job.state, job.leased_until, job.attempts = OutboxJob.State.LEASED, at + LEASE, job.attempts + 1
        job.save(update_fields=["state", "leased_until", "attempts"])
    try:
        _handlers[job.name](**job.args)
    except Exception as fault:
        _failed(job, fault)
        return True
    OutboxJob.objects.filter(pk=job.pk).update(state=OutboxJob.State.DONE, done_at=clock.now(), last_error="")
    return True


def _failed(job: OutboxJob, fault: Exception) -> None:
    """Put the job back with a growing pause, or give up after the last attempt. Keeps the kind of fault, not its text."""
    given_up = job.attempts >= MAX_ATTEMPTS
    log.error("job failed", extra={"job": job.pk, "job_name": job.name, "fault": type(fault).__name__}, exc_info=fault)
    OutboxJob.objects.filter(pk=job.pk).update(
        state=OutboxJob.State.FAILED if given_up else OutboxJob.State.WAITING,
        run_after=clock.now() + timedelta(seconds=min(2**job.attempts * 5, 3600)),
        leased_until=None,
        last_error=type(fault).__name__,
    )


def sweep(limit: int = 100) -> int:
    """Do every job that is due; return how many were done."""
    ids = OutboxJob.objects.filter(claimable(clock.now())).order_by("run_after").values_list("pk", flat=True)[:limit]
    return sum(run(job_id) for job_id in list(ids))
