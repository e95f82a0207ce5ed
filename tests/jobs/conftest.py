"""Jobs of the stories: one that counts, one that fails, and the bell that nobody hears."""

import pytest

from slrt.core import outbox
from slrt.jobs import register, running
from slrt.jobs.models import JobRun


@pytest.fixture
def bell(monkeypatch):
    """No broker: promises wait until the story does them."""
    rung = []
    monkeypatch.setattr(outbox, "_ring", rung.append)
    return rung


@pytest.fixture
def make_job(monkeypatch):
    """Register a job for one story."""
    monkeypatch.setattr(register, "JOBS", register.JOBS)

    def make(function, name="test.job", **more):
        job = register.Job(name, "Pekerjaan uji", "Untuk uji.", None, ("jobs.run",), function)
        monkeypatch.setitem(register.JOBS, name, job)
        return name

    return make


@pytest.fixture
def do(bell, db):
    """Ask for a job by the timetable and do it; return the run as it ended."""

    def run(name, by=None):
        asked = running.ask(name, by)
        outbox.run(asked.outbox_id)
        return JobRun.objects.get(pk=asked.pk)

    return run
