"""Asking for a run, performing it, stopping it, and finding out that nobody works on it any more.

A run's row is the truth. While a worker performs a job its connection holds a lock that dies with it; a row that says
"running" without that lock, and whose promise nobody will take up again, is abandoned.
"""

import logging
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.core import clock, outbox
from slrt.core.errors import NotPermitted, TransitionNotAllowed
from slrt.core.models import OutboxJob
from slrt.core.sentence import Sentence
from slrt.jobs.choices import ACTIVE, RunState
from slrt.jobs.models import JobRun
from slrt.jobs.register import JOBS

log = logging.getLogger(__name__)

JOB_LOCKS = 0x4A4F42  # the first key of every job's lock
MAX_ATTEMPTS = 3  # of one run; a job that kills its worker is not tried for ever
SECONDS_BETWEEN_WRITES = 1.0


class Failed(Exception):
    """A job says in one sentence (a message marked with gettext_noop, and its values) why it could not be done."""

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message)
        self.sentence = Sentence(message, values)


class Cancelled(Exception):
    """Raised inside a job by `Progress.at` when somebody asked for its end, or the run is no longer its own."""


class StillBusy(RuntimeError):
    """Another worker holds the job's lock: the promise is tried again later."""


class Progress:
    """How far a run is. `marks` is where the last finished run left off; what a job writes into it, the next run finds."""

    def __init__(self, run: JobRun) -> None:
        self.run = run
        last = JobRun.objects.filter(job=run.job, state=RunState.DONE).order_by("-pk").first()
        self.marks: dict[str, Any] = dict(last.marks) if last else {}
        self._written = 0.0

    def at(self, done: int, total: int = 0, unit: str = "") -> None:
        """Note how many of how many are done; `unit` (gettext_noop) says what is counted.

        Writes about once a second. Call it outside a transaction, or nobody sees it before the end. Raises Cancelled.
        """
        now = time.monotonic()
        if self._written and now - self._written < SECONDS_BETWEEN_WRITES and done != total:
            return
        self._written = now
        mine = JobRun.objects.filter(pk=self.run.pk, state=RunState.RUNNING)
        mine.update(done=done, total=max(total, done), **({"unit": unit} if unit else {}))
        if not mine.filter(cancel_asked=False).exists():
            raise Cancelled

    def note(self, name: str, value: Any) -> None:
        """Keep a mark at once, for pages to read, also of a run that fails afterwards. `value`: as JSON keeps it."""
        self.marks[name] = value
        JobRun.objects.filter(pk=self.run.pk, state=RunState.RUNNING).update(marks=self.marks)

    def beside(self, done: int, total: int) -> None:
        """Like `at`, for work that is one transaction: written over a connection of its own, so that people see it meanwhile.

        Raises Cancelled; the work is then undone with its transaction. That nobody can be told is no reason to stop.
        """
        now = time.monotonic()
        if now - self._written < SECONDS_BETWEEN_WRITES and done != total:
            return
        self._written = now
        own = connection.copy()
        try:
            with own.cursor() as cursor:
                cursor.execute(
                    "UPDATE jobs_jobrun SET done = %s, total = %s WHERE id = %s AND state = 'running' RETURNING cancel_asked",
                    [done, max(total, done), self.run.pk],
                )
                stop = cursor.fetchone() == (True,)
        except DatabaseError:
            stop = False
        finally:
            own.close()
        if stop:
            raise Cancelled


def ask(name: str, by: User | None) -> JobRun:
    """Promise a run of a job. `by` None is the timetable: it gets the active run if there is one.

    Raises KeyError for an unknown job, NotPermitted, or TransitionNotAllowed while the job already waits or runs.
    """
    job = JOBS[name]
    if by is not None:
        decision = may(by, Permission.JOBS_RUN)
        if not decision:
            raise NotPermitted(decision.reason)
    end_abandoned(name)
    try:
        with transaction.atomic():
            run = JobRun.objects.create(job=job.name, asked_by=by, asked_at=clock.now())
            run.outbox_id = outbox.promise("jobs.perform", run_id=run.pk).pk
            run.save(update_fields=["outbox_id"])
            if by is not None:
                trail.write("run_job", run, by=by, to_state=run.state, place=_place(by), job=job.name)
    except IntegrityError:
        active = JobRun.objects.active().filter(job=name).first()
        if by is None and active is not None:
            return active
        raise TransitionNotAllowed(_("Pekerjaan ini sudah menunggu atau sedang berjalan.")) from None
    return run


def _place(by: User) -> str:
    return next(iter(by.areas_for(Permission.JOBS_RUN)), "")


def cancel(run: JobRun, by: User) -> JobRun:
    """End a waiting run now, a running one at its next step; what it has done so far stays.

    Raises NotPermitted, or TransitionNotAllowed for a run that has ended.
    """
    decision = may(by, Permission.JOBS_RUN)
    if not decision:
        raise NotPermitted(decision.reason)
    with transaction.atomic():
        row = JobRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if row.state not in ACTIVE:
            raise TransitionNotAllowed(_("Pekerjaan ini sudah berakhir."))
        before, row.cancel_asked = row.state, True
        if row.state == RunState.WAITING:
            row.state, row.ended_at = RunState.CANCELLED, clock.now()
        row.save(update_fields=["state", "ended_at", "cancel_asked"])
        trail.write("cancel_job", row, by=by, from_state=before, to_state=row.state, place=_place(by), job=row.job)
    return row


@outbox.handler("jobs.perform")
def perform(run_id: int) -> None:
    """Do a promised run. Delivered twice it works once; a run whose worker died is begun again, three times at most."""
    run = JobRun.objects.filter(pk=run_id).first()
    if run is None or run.state not in ACTIVE:
        return
    with _held(run.job) as ours:
        if ours:
            _perform(run)
        elif run.state == RunState.WAITING:
            raise StillBusy(run.job)


def _perform(run: JobRun) -> None:
    if run.attempts >= MAX_ATTEMPTS:
        _end(run, RunState.ABANDONED, error=STOPPED)
        return
    begun = JobRun.objects.filter(pk=run.pk, state__in=ACTIVE)
    if not begun.update(state=RunState.RUNNING, started_at=clock.now(), attempts=F("attempts") + 1, done=0, total=0):
        return
    job = JOBS.get(run.job)
    if job is None:
        _end(run, RunState.FAILED, error=gettext_noop("Pekerjaan ini tidak ada lagi di program."))
        return
    progress = Progress(run)
    try:
        result = job.function(progress)
    except Cancelled:
        _end(run, RunState.CANCELLED)
    except Failed as fault:
        _end(run, RunState.FAILED, error=fault.sentence.message, counts=fault.sentence.values)
    except (OperationalError, InterfaceError):
        raise  # the database went away or stepped in between: the promise is tried again
    except Exception as fault:
        log.error(
            "job failed", extra={"job": run.pk, "job_name": run.job, "fault": type(fault).__name__}, exc_info=fault
        )
        _end(run, RunState.FAILED, error=BROKEN, counts={"fault": type(fault).__name__})
    else:
        said = result if isinstance(result, Sentence) else DONE if result is None else Sentence(COUNTED, {"n": result})
        _end(run, RunState.DONE, result=said.message, counts=said.values, marks=progress.marks)


DONE = Sentence(gettext_noop("Selesai."))
COUNTED = gettext_noop("Selesai: %(n)d baris.")
BROKEN = gettext_noop("Program berhenti karena kesalahan (%(fault)s). Rinciannya ada di log.")
STOPPED = gettext_noop("Yang mengerjakan mati di tengah jalan. Yang sudah selesai tetap tersimpan; jalankan lagi.")


def _end(run: JobRun, state: str, **values: Any) -> bool:
    return bool(JobRun.objects.filter(pk=run.pk, state__in=ACTIVE).update(state=state, ended_at=clock.now(), **values))


@contextmanager
def _held(name: str) -> Iterator[bool]:
    """Hold the job's lock for as long as the connection lives; yield whether it was free."""
    ours = _try_lock(name)
    try:
        yield ours
    finally:
        if ours:
            _unlock(name)


def _key(name: str) -> int:
    return zlib.crc32(name.encode()) - 2**31  # the lock takes a signed integer of 32 bits


def _try_lock(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [JOB_LOCKS, _key(name)])
        return cursor.fetchone()[0]


def _unlock(name: str) -> None:
    if connection.connection is None or connection.connection.closed or not connection.is_usable():
        return  # the lock went with the connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [JOB_LOCKS, _key(name)])


def end_abandoned(name: str = "") -> int:
    """Mark the runs nobody works on and nobody will take up again; return how many.

    A run is still in good hands while its promise waits or is leased, or while a worker holds the job's lock.
    """
    ended = 0
    runs = JobRun.objects.active().filter(**({"job": name} if name else {}))
    for run in runs:
        promised = OutboxJob.objects.filter(
            pk=run.outbox_id or 0, state__in=(OutboxJob.State.WAITING, OutboxJob.State.LEASED)
        )
        if promised.exists():
            continue
        with _held(run.job) as free:
            if free:
                ended += _end(run, RunState.ABANDONED, error=STOPPED)
    return ended
