"""A job promised by a committed transaction is never lost, and one that was rolled back never runs."""

from datetime import timedelta

import pytest
from django.db import transaction

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
    OutboxJob.objects.update(state="leased", leased_until=clock.now() + timedelta(minutes=5), attempts=1)
    assert outbox.run(job.pk) is False
    later = clock.now() + timedelta(minutes=6)
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
    from slrt.core import tasks

    def unreachable(**kwargs):
        raise OSError("broker away")

    monkeypatch.setattr(tasks.run_job, "apply_async", unreachable)
    outbox.promise("note", n=1)
    assert OutboxJob.objects.get().state == "waiting"
    assert outbox.sweep() == 1
