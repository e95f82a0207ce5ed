"""Jobs promised by a committed transaction and never lost.

`promise` writes the row in the caller's transaction and rings the bell on commit. A worker claims a row for a short lease and
renews it while it works; the lease of a worker that died runs out and the job is claimed again, so a handler may run twice
and has to have the same effect once. `sweep` runs every half minute and finds what no bell announced. Long jobs (imports)
run one at a time, so that the other processes of a worker stay free for the short ones. Time is the database's, the same
for every worker, whatever the clocks of their machines say. See docs/adr/0016-a-short-lease-by-the-databases-clock.md.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread
from types import TracebackType
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from slrt.core import clock
from slrt.core.models import OutboxJob
from slrt.core.shortage import shortage_in

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
RENEWALS_PER_LEASE = 4
LONGEST = timedelta(hours=6)  # a handler that has not returned by then hangs, and its lease is renewed no more
SLACK = timedelta(seconds=2)  # by which clocks of machines in order may differ
MAX_ATTEMPTS = 8
MAX_PAUSE = timedelta(hours=1)
SHORTAGE_PAUSE = timedelta(seconds=20)
SHORTAGE_PATIENCE = timedelta(days=1)
WORKER_DIED = "WorkerDied"
BELL = "slrt.core.tasks.run_job"  # by name: the shells know the outbox, it does not know them
LONG_SLOT = 0x534C5255  # advisory lock: long jobs are claimed one after the other
LEAST_OF_PEOPLE = 10**14  # no row has such a number; NIK and KK numbers, also mistyped ones, are larger
Handler = Callable[..., None]
_handlers: dict[str, Handler] = {}
_long: set[str] = set()


def handler(name: str, *, long: bool = False) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this name. It takes the promised arguments as keywords.

    `long` is for what may take minutes: of all long jobs, whatever their name, one runs at a time.
    """

    def register(function: Handler) -> Handler:
        if _handlers.get(name, function) is not function:
            raise ValueError(f"Two handlers for job {name}.")
        _handlers[name] = function
        if long:
            _long.add(name)
        return function

    return register


def promise(name: str, *, after: timedelta = timedelta(0), **args: Any) -> OutboxJob:
    """Promise a job: ids in `args`, never personal data. Runs after the surrounding transaction has committed.

    Raises TypeError for anything else: what is promised is read in the table, in the broker and in backups.
    """
    if odd := [key for key, value in args.items() if not _is_of_ids(value)]:
        raise TypeError(f"The job {name} is promised by ids only, not by {', '.join(odd)}.")
    job = OutboxJob.objects.create(name=name, args=args, run_after=clock.now() + after)
    if not after:
        transaction.on_commit(lambda: _ring(job.pk), robust=True)
    return job


def _is_of_ids(value: Any) -> bool:
    """Whether a value is an id, ids or nothing. As an id no number of a person passes, with or without its text's quotes."""
    if isinstance(value, list):
        return all(map(_is_of_ids, value))
    return value is None or (isinstance(value, int) and abs(value) < LEAST_OF_PEOPLE)


def _ring(job_id: int) -> None:
    """Ring the bell; a broker that is away costs nothing but the half minute until the sweep."""
    try:
        current_app.send_task(BELL, args=[job_id], retry=False, ignore_result=True)
    except Exception as fault:
        log.warning("bell not heard", extra={"job": job_id, "fault": type(fault).__name__})


def claimable(at: datetime) -> Q:
    """Rows that may be claimed: due and unclaimed, or whose lease ran out, or is longer than any worker is given.

    The last kind was written while a clock stood wrong; whoever holds it would keep it from everyone for as long.
    """
    return Q(state="waiting", run_after__lte=at + SLACK) | Q(state="leased") & ~_held(at)


def _held(at: datetime) -> Q:
    return Q(leased_until__gte=at, leased_until__lte=at + LEASE + SLACK)


def _database_time() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


def _now() -> datetime:
    """Return the moment by `clock`, less what this machine's clock is ahead of the database's."""
    moment = _database_time()
    return clock.now() + (moment - timezone.now())


def run(job_id: int) -> bool:
    """Claim one job and do it. Return False when there was nothing to claim (done, taken, or the slot of long jobs is)."""
    job = _claim(job_id)
    if job is None:
        return False
    try:
        with _Renewal(job):
            _handlers[job.name](**job.args)
    except Exception as fault:
        _failed(job, fault)
    else:
        _mine(job).update(state=OutboxJob.State.DONE, done_at=clock.now(), leased_until=None, last_error="")
    if job.name in _long:
        _ring_next_long()
    return True


def _claim(job_id: int) -> OutboxJob | None:
    at = _now()
    with transaction.atomic():
        job = OutboxJob.objects.select_for_update(skip_locked=True).filter(claimable(at), pk=job_id).first()
        if job is None:
            return None
        if job.state == OutboxJob.State.LEASED:
            job.last_error = WORKER_DIED
            log.error("worker died", extra={"job": job.pk, "job_name": job.name, "count": job.attempts})
            if job.attempts >= MAX_ATTEMPTS:
                job.state, job.leased_until = OutboxJob.State.FAILED, None
                job.save(update_fields=["state", "leased_until", "last_error"])
                return None
        if job.name in _long and not _long_slot_is_free(job.pk, at):
            return None
        job.state, job.leased_until, job.attempts = OutboxJob.State.LEASED, at + LEASE, job.attempts + 1
        job.save(update_fields=["state", "leased_until", "attempts", "last_error"])
    return job


def _long_slot_is_free(job_id: int, at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LONG_SLOT])
    others = OutboxJob.objects.filter(_held(at), state=OutboxJob.State.LEASED, name__in=_long).exclude(pk=job_id)
    return not others.exists()


def _ring_next_long() -> None:
    """Ring for the long job that waited longest for the slot."""
    next_one = OutboxJob.objects.filter(claimable(_now()), name__in=_long).order_by("run_after").first()
    if next_one is not None:
        _ring(next_one.pk)


def _mine(job: OutboxJob) -> Any:
    """The row, as long as nobody else has claimed it since: the number of the attempt tells."""
    return OutboxJob.objects.filter(pk=job.pk, state=OutboxJob.State.LEASED, attempts=job.attempts)


class _Renewal:
    """Renews the lease of a job in a thread of its own, on a connection of its own, as long as the block lasts."""

    def __init__(self, job: OutboxJob) -> None:
        self.job, self.over = job, Event()
        self.thread = Thread(target=self._renew, name=f"lease-{job.pk}", daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self.thread.join(10)  # one that waits for a network that is gone finds the job signed off

    def _renew(self) -> None:
        pause = LEASE / RENEWALS_PER_LEASE
        try:
            for _turn in range(int(LONGEST / pause)):
                if self.over.wait(pause.total_seconds()) or not self._renewed():
                    return
        finally:
            connection.close()

    def _renewed(self) -> bool:
        """Return False when the job belongs to someone else by now. A database that is away may be back next time."""
        try:
            return bool(_mine(self.job).update(leased_until=_now() + LEASE))
        except Exception as fault:
            log.warning("lease not renewed", extra={"job": self.job.pk, "fault": type(fault).__name__})
            connection.close()
            return True


def _failed(job: OutboxJob, fault: Exception) -> None:
    """Put the job back with a growing pause, or give up after the last attempt. Keeps the kind of fault, not its text.

    A full disk or a database that is away is not the job's fault: for a day such attempts do not count.
    """
    log.error("job failed", extra={"job": job.pk, "job_name": job.name, "fault": type(fault).__name__}, exc_info=fault)
    if not connection.in_atomic_block and connection.connection is not None and not connection.is_usable():
        connection.close()  # the next query opens a new one
    at = _now()
    if shortage_in(fault) and at < job.created_at + SHORTAGE_PATIENCE:
        _mine(job).update(
            state=OutboxJob.State.WAITING,
            attempts=job.attempts - 1,
            run_after=at + SHORTAGE_PAUSE,
            leased_until=None,
            last_error=type(fault).__name__,
        )
        return
    given_up = job.attempts >= MAX_ATTEMPTS
    _mine(job).update(
        state=OutboxJob.State.FAILED if given_up else OutboxJob.State.WAITING,
        run_after=at + min(timedelta(seconds=2**job.attempts * 5), MAX_PAUSE),
        leased_until=None,
        last_error=type(fault).__name__,
    )


def sweep(limit: int = 100, *, long_here: bool = True) -> int:
    """Do every job that is due, short ones first; return how many were done.

    With `long_here=False` the bell is rung for long ones instead, and whichever process is free hears it: a sweep must not
    keep the jobs behind it waiting for minutes.
    """
    _mend_times()
    due = OutboxJob.objects.filter(claimable(_now())).order_by("run_after").values_list("pk", "name")
    short = [pk for pk, _name in due.exclude(name__in=_long)[:limit]]
    done = sum(run(pk) for pk in short)
    if long_here:
        return done + sum(run(pk) for pk, _name in list(due.filter(name__in=_long)[:limit]))
    _ring_next_long()
    return done


def _mend_times() -> None:
    """Bring forward what a clock that stood ahead has put off.

    A job that was promised in the future keeps its pause, from now on; a repeat is never further away than its longest pause.
    """
    moment = _database_time()
    waiting = OutboxJob.objects.filter(state=OutboxJob.State.WAITING)
    waiting.filter(created_at__gt=moment + SLACK).update(
        run_after=F("run_after") - F("created_at") + moment, created_at=moment
    )
    latest = max(moment, clock.now()) + MAX_PAUSE + SLACK
    waiting.filter(attempts__gt=0, run_after__gt=latest).update(run_after=moment)
