"""A job runs once at a time, tells how far it is, ends in a state that is true, and never hangs in "running"."""

from contextlib import contextmanager
from datetime import timedelta

import psycopg2
import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import translation
from django.utils.translation import gettext_noop

from slrt.audit.models import AuditEntry
from slrt.core import clock, outbox
from slrt.core.errors import NotPermitted, TransitionNotAllowed
from slrt.core.models import OutboxJob
from slrt.core.sentence import Sentence
from slrt.jobs import running
from slrt.jobs.models import JobRun
from slrt.jobs.running import Failed


@contextmanager
def another_worker_holding(name):
    """A second connection that holds the job's lock, as a worker does while it works."""
    held = connection.settings_dict
    place = {key: held[key.upper()] for key in ("user", "password", "host", "port") if held[key.upper()]}
    other = psycopg2.connect(dbname=held["NAME"], **place)
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [running.JOB_LOCKS, running._key(name)])
        assert cursor.fetchone()[0]
        try:
            yield
        finally:
            # Closing alone frees it only once the server has noticed.
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [running.JOB_LOCKS, running._key(name)])
            other.close()


def test_a_job_does_its_work_and_says_what_came_of_it(make_job, do):
    run = do(make_job(lambda progress: Sentence(gettext_noop("%(n)d pratinjau dirapikan."), {"n": 3})))
    assert (run.state, run.sentence) == ("done", "3 pratinjau dirapikan.")
    assert run.started_at
    assert run.ended_at
    assert OutboxJob.objects.get(pk=run.outbox_id).state == "done"


def test_a_bare_number_is_a_result_too(make_job, do):
    assert do(make_job(lambda progress: 7)).sentence == "Selesai: 7 baris."


def test_a_job_delivered_twice_works_once(make_job, do):
    seen = []
    run = do(make_job(seen.append))
    running.perform(run.pk)
    assert len(seen) == 1


def test_the_manager_asks_and_the_trail_knows_it(make_job, do, lestari):
    run = do(make_job(lambda progress: 1), lestari)
    entry = AuditEntry.objects.get(verb="run_job")
    assert (entry.actor, entry.subject_id, entry.place, entry.details) == (
        lestari,
        run.pk,
        "13.01",
        {"job": "test.job"},
    )


def test_the_facilitator_may_not_ask(make_job, bell, sari):
    with pytest.raises(NotPermitted):
        running.ask(make_job(lambda progress: 1), sari)
    assert not JobRun.objects.exists()
    assert not OutboxJob.objects.exists()


def test_one_job_runs_once_at_a_time(make_job, bell, lestari, db):
    name = make_job(lambda progress: 1)
    first = running.ask(name, None)
    with pytest.raises(TransitionNotAllowed):
        running.ask(name, lestari)
    assert running.ask(name, None) == first, "the timetable finds the active run"
    assert OutboxJob.objects.count() == JobRun.objects.count() == 1
    assert not AuditEntry.objects.exists()


def test_the_database_itself_refuses_a_second_active_run(db):
    JobRun.objects.create(job="test.job", asked_at=clock.now(), state="running")
    with pytest.raises(IntegrityError), transaction.atomic():
        JobRun.objects.create(job="test.job", asked_at=clock.now())
    JobRun.objects.create(job="test.other", asked_at=clock.now())


def test_a_plain_failure_is_shown_and_not_tried_again(make_job, do):
    def fail(progress):
        raise Failed(gettext_noop("%(n)d berkas dihapus."), n=2)

    run = do(make_job(fail))
    assert (run.state, run.sentence, run.result) == ("failed", "2 berkas dihapus.", "")
    assert OutboxJob.objects.get(pk=run.outbox_id).state == "done"


def test_a_fault_of_the_program_names_its_kind_and_nothing_personal(make_job, do):
    def break_down(progress):
        raise KeyError("1301995212820001")

    run = do(make_job(break_down))
    assert run.state == "failed"
    assert "KeyError" in run.sentence
    assert "1301995212820001" not in run.sentence + str(run.counts)


def test_what_was_said_is_read_in_the_readers_language(make_job, do):
    run = do(make_job(lambda progress: 7))
    with translation.override("en"):
        assert run.sentence == "Done: 7 rows."


@pytest.mark.parametrize(("language", "said"), [("id", "Selesai: 106.740 baris."), ("en", "Done: 106,740 rows.")])
def test_how_many_is_written_as_pages_write_numbers(make_job, do, language, said):
    run = do(make_job(lambda progress: 106_740))
    with translation.override(language):
        assert run.sentence == said


def test_progress_is_written_about_once_a_second(make_job, do, monkeypatch):
    now, seen = [100.0], []
    monkeypatch.setattr(running.time, "monotonic", lambda: now[0])

    def count(progress):
        for n in range(1, 11):
            progress.at(n, 40, gettext_noop("keluarga"))
            seen.append(JobRun.objects.get(pk=progress.run.pk).done)
            now[0] += 0.25

    run = do(make_job(count))
    assert seen == [1, 1, 1, 1, 5, 5, 5, 5, 9, 9]
    assert (run.done, run.total, run.unit) == (9, 40, "keluarga")


def test_the_last_step_is_always_written(make_job, do):
    run = do(make_job(lambda progress: [progress.at(n, 3) for n in range(1, 4)] and None))
    assert (run.done, run.total) == (3, 3)


def test_where_a_run_left_off_the_next_one_goes_on(make_job, do):
    seen = []

    def go_on(progress):
        seen.append(progress.marks.get("last"))
        progress.marks["last"] = len(seen)
        if len(seen) == 2:
            raise Failed(gettext_noop("Selesai."))

    name = make_job(go_on)
    for _ in range(3):
        do(name)
    assert seen == [None, 1, 1], "a failed run leaves the mark where it was"


def test_a_waiting_run_is_cancelled_at_once(make_job, bell, lestari):
    seen = []
    run = running.cancel(running.ask(make_job(seen.append), None), lestari)
    outbox.run(run.outbox_id)
    run.refresh_from_db()
    assert (run.state, seen) == ("cancelled", [])
    assert AuditEntry.objects.get(verb="cancel_job").actor == lestari


def test_a_running_one_stops_at_its_next_step_and_keeps_what_it_did(make_job, do, lestari):
    steps = []

    def long(progress):
        for n in range(1, 4):
            if n == 2:
                running.cancel(progress.run, lestari)
            progress.at(n, n)
            steps.append(n)

    run = do(make_job(long))
    assert (run.state, run.done, steps) == ("cancelled", 2, [1])


def test_whoever_may_not_run_may_not_cancel_and_an_ended_run_cannot_be_cancelled(make_job, do, bell, sari, lestari):
    name = make_job(lambda progress: 1)
    waiting = running.ask(name, None)
    with pytest.raises(NotPermitted):
        running.cancel(waiting, sari)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.cancel_asked) == ("waiting", False)
    outbox.run(waiting.outbox_id)
    with pytest.raises(TransitionNotAllowed):
        running.cancel(waiting, lestari)
    assert not AuditEntry.objects.filter(verb="cancel_job").exists()


def _crashed(name, promise_state):
    """A run whose worker was killed: it says running, its promise says something."""
    run = running.ask(name, None)
    JobRun.objects.filter(pk=run.pk).update(state="running", attempts=1, started_at=clock.now())
    OutboxJob.objects.filter(pk=run.outbox_id).update(
        state=promise_state, leased_until=clock.now() + timedelta(minutes=5)
    )
    return run


@pytest.mark.parametrize("state", ["done", "failed"])
def test_a_run_whose_promise_is_over_is_abandoned(make_job, bell, db, state):
    run = _crashed(make_job(lambda progress: 1), state)
    assert running.end_abandoned() == 1
    run.refresh_from_db()
    assert (run.state, run.ended_at is not None) == ("abandoned", True)
    assert "mati di tengah jalan" in run.sentence
    assert running.end_abandoned() == 0


def test_a_run_whose_promise_was_cleared_away_is_abandoned(make_job, bell, db):
    run = _crashed(make_job(lambda progress: 1), "done")
    OutboxJob.objects.all().delete()
    assert running.end_abandoned(run.job) == 1


def test_a_run_whose_promise_is_still_leased_will_be_taken_up_again(make_job, bell, db):
    seen = []
    run = _crashed(make_job(seen.append), "leased")
    assert running.end_abandoned() == 0
    OutboxJob.objects.update(leased_until=clock.now() - timedelta(seconds=1))
    assert outbox.sweep() == 1
    run.refresh_from_db()
    assert (run.state, run.attempts, len(seen)) == ("done", 2, 1)


@pytest.mark.django_db(transaction=True)
def test_a_run_that_a_worker_still_holds_is_not_abandoned(make_job, bell):
    run = _crashed(make_job(lambda progress: 1), "done")
    with another_worker_holding(run.job):
        assert running.end_abandoned() == 0
    run.refresh_from_db()
    assert run.state == "running"


@pytest.mark.django_db(transaction=True)
def test_a_second_worker_leaves_a_held_job_alone(make_job, bell):
    seen = []
    run = running.ask(make_job(seen.append), None)
    with another_worker_holding(run.job):
        outbox.run(run.outbox_id)
    assert seen == []
    assert OutboxJob.objects.get().state == "waiting", "it is tried again later"
    running.perform(run.pk)
    assert len(seen) == 1


def test_a_job_that_kills_its_worker_is_given_up_after_three_times(make_job, bell, db):
    seen = []
    run = running.ask(make_job(seen.append), None)
    JobRun.objects.filter(pk=run.pk).update(state="running", attempts=running.MAX_ATTEMPTS)
    outbox.run(run.outbox_id)
    run.refresh_from_db()
    assert (run.state, seen) == ("abandoned", [])


def test_after_a_crash_the_button_works_again(make_job, bell, lestari):
    name = make_job(lambda progress: 1)
    _crashed(name, "failed")
    assert running.ask(name, lestari).state == "waiting"


def test_a_database_that_steps_in_between_is_tried_again(make_job, do):
    def deadlock(progress):
        raise OperationalError("deadlock detected")

    run = do(make_job(deadlock))
    assert run.state == "running"
    assert OutboxJob.objects.get(pk=run.outbox_id).state == "waiting"


def test_a_job_that_left_the_program_says_so(make_job, bell, db, monkeypatch):
    run = running.ask(make_job(lambda progress: 1), None)
    monkeypatch.delitem(running.JOBS, run.job)
    outbox.run(run.outbox_id)
    run.refresh_from_db()
    assert run.state == "failed"
