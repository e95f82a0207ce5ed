"""Who works on a run: one file of a kind in an area at a time, one that writes at a time; work that was given up is failed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg2
from django.db import DatabaseError, DataError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from households.choices.imports import ImportState
from households.models import ImportRun
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.core import clock
from slrt.core.errors import NotPermitted, TransitionNotAllowed
from slrt.core.models import OutboxJob
from slrt.core.sentence import Sentence

log = logging.getLogger(__name__)

UNFIT = (DataError, psycopg2.DataError)  # COPY raises the driver's own
IMPORT_LOCK = 0x534C5254  # one import writes at a time
CLAIM_LOCK = 0x534C5256  # whether an area is free is asked and answered by one at a time
RUN_LOCKS = 0x534C5258  # with a run's number: somebody works on it
HELD = """
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND classid = %s AND objid = %s
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""
GIVEN_UP = gettext_noop(
    "Pekerjaan ini berhenti berkali-kali dan tidak diteruskan. Coba lagi, atau hubungi pengelola server."
)
UNFIT_VALUE = gettext_noop(
    "Berkas ini berisi nilai yang tidak bisa disimpan. Tidak ada yang berubah. Periksa isinya, lalu unggah lagi."
)
JOBS = ("households.preview_import", "households.apply_import", "households.take_import_back")


def demand(by: User, run: ImportRun) -> None:
    """Raise NotPermitted unless this person may import there."""
    decision = may(by, Permission.IMPORT_RUN, run)
    if not decision:
        raise NotPermitted(decision.reason)


def demand_alone(area: str, kind: str, besides: int = 0) -> None:
    """Two runs of one kind whose areas overlap exclude each other. Raises TransitionNotAllowed; `besides` is the own run."""
    other = (
        ImportRun.objects.busy().filter(kind=kind).overlapping(area).exclude(pk=besides).select_related("started_by")
    )
    for found in other.order_by("state_since"):
        if settle(found) is None:
            raise TransitionNotAllowed(
                _("Berkas %(file)s dari %(person)s untuk wilayah yang sama sedang dikerjakan. Tunggu sampai selesai.")
                % {"file": found.file_name, "person": found.started_by}
            )


def claim_area(area: str, kind: str, besides: int = 0) -> None:
    """Like `demand_alone`, for whoever then makes a run busy in the same transaction: of two at one moment one is refused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIM_LOCK])
    demand_alone(area, kind, besides)


def take_import_lock() -> None:
    """Wait until no other import writes; until this transaction ends none will."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])


def hold_run(run_id: int) -> None:
    """Show until this transaction ends, however it ends, that somebody works on a run."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [RUN_LOCKS, run_id])


@contextmanager
def holding(run_id: int) -> Iterator[None]:
    """Like `hold_run` for work of many transactions: held until it ends, or until the connection of whoever did it is gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [RUN_LOCKS, run_id])
        mine = bool(cursor.fetchone()[0])
    try:
        yield
    finally:
        if mine:
            with suppress(DatabaseError), connection.cursor() as cursor:  # a lost connection took its lock along
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [RUN_LOCKS, run_id])


def is_held(run_id: int) -> bool:
    """Whether somebody works on a run: a worker's lock goes with its connection, whatever it said last."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [RUN_LOCKS, run_id])
        return bool(cursor.fetchone()[0])


def try_import_lock() -> bool:
    """Keep others from writing until this transaction ends, if nobody does now; return whether it is so."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [IMPORT_LOCK])
        return bool(cursor.fetchone()[0])


def move(run_id: int, sources: tuple[str, ...], target: str) -> bool:
    """Set a run's state if it is in one of `sources`; return whether it was."""
    return bool(ImportRun.objects.filter(pk=run_id, state__in=sources).update(state=target, state_since=clock.now()))


def settle(run: ImportRun) -> ImportRun | None:
    """Fail a run that looks busy although its job was given up; return it, or None when it is truly being worked on."""
    if run.state not in ("uploaded", "reading", "applying", "taking_back"):
        return run
    last = _last_job(run)
    if last is not None and last.state != OutboxJob.State.FAILED:
        return None
    fail(run, Sentence(GIVEN_UP))
    run.refresh_from_db()
    return run


def was_given_up(run: ImportRun) -> bool:
    """Whether a failed run failed by what may pass, a full disk or a killed worker, and not by what its file holds."""
    last = _last_job(run)
    return run.state == ImportState.FAILED and last is not None and last.state == OutboxJob.State.FAILED


def _last_job(run: ImportRun) -> OutboxJob | None:
    return OutboxJob.objects.filter(name__in=JOBS, args__run_id=run.pk).order_by("-pk").first()


@contextmanager
def failing(run_id: int) -> Iterator[None]:
    """End the run with a sentence when the database does not take what its file holds: trying again would change nothing.

    A full disk, a lost connection and the like are raised: the job is done again.
    """
    try:
        yield
    except UNFIT as fault:
        log.error("import unfit", extra={"run": run_id, "fault": type(fault).__name__})
        fail(ImportRun.objects.select_related("started_by").get(pk=run_id), Sentence(UNFIT_VALUE))


def fail(run: ImportRun, sentence: Sentence, by: User | None = None) -> None:
    """End a busy run with a sentence. What it was to write was not written; a run that was taking back stays applied.

    `by`: whose step it was, its uploader's when nobody is named.
    """
    with transaction.atomic():
        row = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if row.state not in ("uploaded", "reading", "applying", "taking_back"):
            return
        target = ImportState.APPLIED if row.state == ImportState.TAKING_BACK else ImportState.FAILED
        ImportRun.objects.filter(pk=run.pk).update(state=target, state_since=clock.now(), **row.problem_said(sentence))
        trail.write("fail", run, by=by or run.started_by, from_state=row.state, to_state=target)
