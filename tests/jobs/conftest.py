"""Jobs of the stories: one that counts, one that fails, the bell that nobody hears, and cases whose deadline passed."""

from datetime import timedelta

import pytest

from complaints.models import Complaint
from referrals.models import Referral
from slrt.core import clock, outbox
from slrt.jobs import register, running
from slrt.jobs.models import JobRun
from tests import cases, people


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


@pytest.fixture
def family(places):
    return cases.family_in(people.SAGO)


@pytest.fixture
def late(family, sari):
    """A complaint in triage whose deadline was yesterday."""
    row = cases.complaint(family, sari, "triaged")
    Complaint.objects.update(due_at=clock.now() - timedelta(days=1), responded_at=clock.now())
    row.refresh_from_db()
    return row


@pytest.fixture
def unanswered(family, rina):
    row = cases.referral(family, rina, "sent")
    Referral.objects.update(due_at=clock.now() - timedelta(days=1))
    return row
