"""A job promised by a committed transaction is never lost, and one that was rolled back never runs."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from slrt.celery import app
from slrt.core import clock, outbox
from slrt.core.models import OutboxJob


@pytest.fixture
def bell(monkeypatch):
    """The bell is heard by nobody; count how often it rang."""
    rung = []
    monkeypatch.setattr(outbox, "_ring", rung.append)
    return rung


@pytest.fixture
def done(monkeypatch):
    """A handler that notes its arguments."""
    seen = []
    monkeypatch.setitem(outbox._handlers, "note", lambda **args: seen.append(args))
    return seen


@pytest.mark.django_db(transaction=True)
def test_the_bell_rings_after_commit_only(bell):
    with transaction.atomic():
        outbox.promise("note", n=1)
        assert bell == []
    assert len(bell) == 1


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_promise_leaves_no_job(bell):
    def promise_and_fail() -> None:
        with transaction.atomic():
            outbox.promise("note", n=1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        promise_and_fail()
    assert bell == []
    assert not OutboxJob.objects.exists()


@pytest.mark.django_db
def test_the_sweep_does_what_no_bell_announced(bell, done):
    outbox.promise("note", n=1)
    assert outbox.sweep() == 1
    assert done == [{"n": 1}]
    assert outbox.sweep() == 0


@pytest.mark.django_db
def test_a_job_delivered_twice_runs_once(bell, done):
    job = outbox.promise("note", n=1)
    assert outbox.run(job.pk) is True
    assert outbox.run(job.pk) is False
    assert done == [{"n": 1}]


@pytest.mark.django_db
def test_a_job_whose_worker_died_is_claimed_again_when_its_lease_runs_out(bell, done, monkeypatch):
    job = outbox.promise("note", n=1)
    OutboxJob.objects.update(state="leased", leased_until=clock.now() + outbox.LEASE, attempts=1)
    assert outbox.run(job.pk) is False
    later = clock.now() + outbox.LEASE + timedelta(seconds=5)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert outbox.sweep() == 1
    assert done == [{"n": 1}]


@pytest.mark.django_db
def test_a_poison_job_waits_longer_each_time_and_is_given_up_in_the_end(bell, monkeypatch):
    def poison():
        raise KeyError("1301995212820001")

    monkeypatch.setitem(outbox._handlers, "poison", poison)
    job = outbox.promise("poison")
    outbox.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.last_error) == ("waiting", 1, "KeyError")
    assert job.run_after > clock.now()
    OutboxJob.objects.update(run_after=clock.now(), attempts=outbox.MAX_ATTEMPTS - 1)
    outbox.run(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "1301995212820001" not in job.last_error


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_costs_the_person_nothing(monkeypatch, done):
    def unreachable(*args, **kwargs):
        raise OSError("broker away")

    monkeypatch.setattr(app, "send_task", unreachable)
    outbox.promise("note", n=1)
    assert OutboxJob.objects.get().state == "waiting"
    assert outbox.sweep() == 1


def leased(name="note", **more):
    """A job as a worker that has just claimed it leaves it."""
    job = outbox.promise(name, n=1)
    OutboxJob.objects.filter(pk=job.pk).update(
        **{"state": "leased", "attempts": 1, "leased_until": clock.now() + outbox.LEASE, **more}
    )
    return job


@pytest.mark.django_db
def test_a_job_that_kills_its_worker_each_time_is_given_up_with_the_reason(bell, done):
    gone = clock.now() - timedelta(seconds=1)
    job = leased(leased_until=gone, attempts=outbox.MAX_ATTEMPTS)
    assert outbox.sweep() == 0
    job.refresh_from_db()
    assert (job.state, job.last_error, job.leased_until, done) == ("failed", "WorkerDied", None, [])
    assert outbox.sweep() == 0


@pytest.mark.django_db
def test_whose_worker_died_is_remembered_while_the_next_one_tries(bell, monkeypatch):
    seen = []
    monkeypatch.setitem(outbox._handlers, "note", lambda n: seen.append(OutboxJob.objects.get().last_error))
    job = leased(leased_until=clock.now() - timedelta(seconds=1))
    outbox.run(job.pk)
    job.refresh_from_db()
    assert seen == ["WorkerDied"]
    assert (job.state, job.attempts, job.last_error) == ("done", 2, "")


@pytest.mark.django_db(transaction=True)
def test_a_working_handler_keeps_its_lease_however_long_it_takes(bell, monkeypatch):
    monkeypatch.setattr(outbox, "RENEWALS_PER_LEASE", outbox.LEASE / timedelta(milliseconds=20))
    renewed = threading.Event()

    def slow(n):
        OutboxJob.objects.update(leased_until=clock.now())
        for _ in range(1000):
            if OutboxJob.objects.get().leased_until > clock.now() + outbox.LEASE / 2:
                renewed.set()
                return
            threading.Event().wait(0.02)

    monkeypatch.setitem(outbox._handlers, "note", slow)
    job = outbox.promise("note", n=1)
    assert outbox.run(job.pk) is True
    assert renewed.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lease-")]


@pytest.mark.django_db
def test_who_was_slower_than_the_lease_does_not_sign_off_the_work_of_the_next(bell, monkeypatch):
    def overtaken(n):
        OutboxJob.objects.update(attempts=2)

    monkeypatch.setitem(outbox._handlers, "note", overtaken)
    job = outbox.promise("note", n=1)
    outbox.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("leased", 2)


@pytest.fixture
def long_ones(monkeypatch, done):
    """Jobs of two names that may take minutes."""
    monkeypatch.setattr(outbox, "_long", {"read", "write"})
    for name in outbox._long:
        monkeypatch.setitem(outbox._handlers, name, lambda name=name, **args: done.append(name))
    return done


@pytest.mark.django_db
def test_long_jobs_run_one_at_a_time_and_short_ones_beside_them(bell, long_ones):
    leased("read")
    second, short = outbox.promise("write"), outbox.promise("note", n=2)
    assert outbox.run(second.pk) is False
    second.refresh_from_db()
    assert (second.state, second.attempts) == ("waiting", 0)
    assert outbox.run(short.pk) is True
    assert long_ones == [{"n": 2}]


@pytest.mark.django_db
def test_the_slot_of_a_worker_that_died_is_free_again_when_its_lease_runs_out(bell, long_ones):
    leased("read", leased_until=clock.now() - timedelta(seconds=1))
    job = outbox.promise("write")
    assert outbox.run(job.pk) is True
    assert long_ones == ["write"]


@pytest.mark.django_db
def test_a_sweep_does_short_jobs_first_and_rings_for_one_long_one(bell, long_ones):
    first, _second = outbox.promise("read"), outbox.promise("write")
    outbox.promise("note", n=3)
    assert outbox.sweep(long_here=False) == 1
    assert long_ones == [{"n": 3}]
    assert bell == [first.pk]


@pytest.mark.django_db
def test_whoever_leaves_the_slot_rings_for_the_next(bell, long_ones):
    first, second = outbox.promise("read"), outbox.promise("write")
    outbox.run(first.pk)
    assert bell == [second.pk]
    assert outbox.sweep() == 1
    assert long_ones == ["read", "write"]


@pytest.mark.django_db
def test_a_worker_whose_clock_is_a_day_ahead_takes_no_job_that_is_held_or_not_yet_due(bell, done):
    leased()
    outbox.promise("note", after=timedelta(hours=3), n=2)
    with time_machine.travel(clock.now() + timedelta(days=1)):
        assert outbox.sweep() == 0
    assert done == []


@pytest.mark.django_db
def test_a_job_promised_by_a_clock_a_day_ahead_is_done_now(bell, done):
    with time_machine.travel(clock.now() + timedelta(days=1)):
        outbox.promise("note", n=1)
        later = outbox.promise("note", after=timedelta(hours=1), n=2)
    assert outbox.sweep() == 1
    assert done == [{"n": 1}]
    later.refresh_from_db()
    assert timedelta(minutes=59) < later.run_after - clock.now() < timedelta(minutes=61), "its own hour is kept"


@pytest.mark.django_db
def test_a_lease_longer_than_any_worker_is_given_is_not_believed(bell, done):
    leased(leased_until=clock.now() + timedelta(days=1))
    assert outbox.sweep() == 1
    assert done == [{"n": 1}]


@pytest.mark.django_db
def test_a_repeat_put_off_by_a_clock_a_day_ahead_is_brought_forward(bell, done):
    outbox.promise("note", n=1)
    OutboxJob.objects.update(attempts=2, run_after=clock.now() + timedelta(days=1))
    assert outbox.sweep() == 1
    assert done == [{"n": 1}]


@pytest.mark.django_db
def test_a_shortage_uses_up_no_attempts_for_a_day(bell, monkeypatch):
    def no_room(n):
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(outbox._handlers, "note", no_room)
    job = outbox.promise("note", n=1)
    outbox.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.last_error) == ("waiting", 0, "OSError")
    assert job.run_after <= clock.now() + timedelta(minutes=1)
    OutboxJob.objects.update(created_at=clock.now() - timedelta(days=2), run_after=clock.now())
    outbox.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("waiting", 1)
