"""The bell without a server: messages are files that wait for whoever listens next, and a lost one loses no job."""

import runpy
import shutil
from functools import partial
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from slrt.celery import app
from slrt.core import outbox, tasks
from slrt.core.models import OutboxJob
from slrt.settings import base

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def broker(monkeypatch, tmp_path):
    """The broker of a machine on which no Redis is set, in a folder of its own."""
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setenv("SLRT_VAR", str(tmp_path))
    read = runpy.run_path(base.__file__)
    options = read["CELERY_BROKER_TRANSPORT_OPTIONS"]
    folders = [Path(value) for name, value in options.items() if "folder" in name]
    assert len(folders) == 4
    assert all(folder.is_relative_to(tmp_path) and folder.is_dir() for folder in folders)
    return partial(Connection, read["CELERY_BROKER_URL"], transport_options=options)


@pytest.fixture
def office(broker, monkeypatch):
    """The web server, which rings through this broker."""
    with broker() as connection:
        monkeypatch.setattr(app, "send_task", partial(app.send_task, connection=connection))
        yield connection


@pytest.fixture
def done(monkeypatch):
    """A handler that notes its arguments."""
    seen = []
    monkeypatch.setitem(outbox._handlers, "note", lambda **args: seen.append(args["n"]))
    return seen


class Listener:
    """A worker's ear: hears the next bell, or nothing."""

    def __init__(self, connection):
        self.queue = connection.SimpleQueue(app.conf.task_default_queue)

    def next(self):
        try:
            return self.queue.get(timeout=0.3)
        except Empty:
            return None

    def work(self):
        """Do what every bell that waits announces; return how many there were."""
        heard = 0
        while (message := self.next()) is not None:
            (args, _named, _more), name = message.payload, message.headers["task"]
            app.tasks[name](*args)
            message.ack()
            heard += 1
        return heard


def waiting_files(tmp_path):
    return list((tmp_path / "broker" / "queue").iterdir())


def test_a_bell_is_heard_once_and_the_job_is_done(broker, office, done):
    job = outbox.promise("note", n=1)
    with broker() as connection:
        assert Listener(connection).work() == 1
        assert done == [1]
        assert Listener(connection).work() == 0
    with broker() as connection:
        assert Listener(connection).work() == 0
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 1)


def test_a_bell_tells_the_jobs_number_and_nothing_else(broker, office, tmp_path):
    job = outbox.promise("note", n=1)
    with broker() as connection:
        message = Listener(connection).next()
        assert message.payload[:2] == [[job.pk], {}]
        message.ack()


def test_bells_wait_for_a_worker_that_starts_later(broker, office, done, tmp_path):
    for n in (1, 2, 3):
        outbox.promise("note", n=n)
    assert len(waiting_files(tmp_path)) == 3
    with broker() as connection:
        assert Listener(connection).work() == 3
    assert sorted(done) == [1, 2, 3]
    assert waiting_files(tmp_path) == []


def test_a_worker_that_is_restarted_goes_on_where_the_first_one_stopped(broker, office, done):
    jobs = [outbox.promise("note", n=n) for n in (1, 2, 3)]
    with broker() as connection:
        message = Listener(connection).next()
        tasks.run_job(*message.payload[0])
        message.ack()
    assert len(done) == 1
    with broker() as connection:
        assert Listener(connection).work() == 2
    assert sorted(done) == [1, 2, 3]
    assert set(OutboxJob.objects.values_list("state", "attempts")) == {("done", 1)}
    assert len(jobs) == 3


def test_a_bell_taken_by_a_worker_that_stops_in_order_rings_again(broker, office, done):
    outbox.promise("note", n=1)
    with broker() as connection:
        assert Listener(connection).next() is not None
    assert done == []
    with broker() as connection:
        assert Listener(connection).work() == 1
    assert done == [1]


def test_a_bell_that_is_lost_loses_no_job(broker, office, done, tmp_path):
    job = outbox.promise("note", n=1)
    (bell,) = waiting_files(tmp_path)
    bell.unlink()
    with broker() as connection:
        assert Listener(connection).work() == 0
    job.refresh_from_db()
    assert (job.state, done) == ("waiting", [])
    assert outbox.sweep() == 1
    assert done == [1]


def test_a_bell_that_comes_after_the_sweep_does_nothing_twice(broker, office, done):
    outbox.promise("note", n=1)
    assert outbox.sweep() == 1
    with broker() as connection:
        assert Listener(connection).work() == 1
    assert done == [1]
    assert OutboxJob.objects.get().attempts == 1


def test_a_folder_that_is_gone_costs_the_person_nothing(office, done, tmp_path):
    shutil.rmtree(tmp_path / "broker")
    job = outbox.promise("note", n=1)
    assert job.state == "waiting"
    assert outbox.sweep() == 1
    assert done == [1]
