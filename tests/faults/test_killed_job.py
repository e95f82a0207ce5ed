"""A worker killed in the middle of a periodic job: the page never says "running" for ever, and the button works again."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from slrt.core import clock, outbox
from slrt.core.models import OutboxJob
from slrt.jobs import running
from slrt.jobs.models import JobRun
from slrt.local.places import BASE_DIR

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "dashboard.integrity"
WORKER = """
import django, time
django.setup()
from slrt.core import outbox
from slrt.dashboard import integrity
def slow(step):
    step(3, 23)
    print("working", flush=True)
    time.sleep(60)
integrity.check_all = slow
outbox.sweep()
"""


def _url():
    held = connection.settings_dict
    where = f"{held['USER']}:{held['PASSWORD']}@{held['HOST'].replace('/', '%2F')}:{held['PORT'] or 5432}"
    return f"postgresql://{where}/{held['NAME']}"


@pytest.fixture
def worker(places):
    """A worker in the middle of the job."""
    running.ask(NAME, None)
    environment = {**os.environ, "DATABASE_URL": _url(), "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE}
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER], cwd=BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "working"
    yield process
    if process.poll() is None:
        process.kill()
    process.wait()


def _kill(process):
    """Kill it, and wait until the server has noticed that its connection is gone."""
    process.send_signal(signal.SIGKILL)
    process.wait()
    with connection.cursor() as cursor:
        for _try in range(200):
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s", [running.JOB_LOCKS]
            )
            if not cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.1)")
    pytest.fail("The lock outlived its worker.")


def test_while_it_works_nobody_takes_the_job_from_it(worker):
    run = JobRun.objects.get()
    assert (run.state, run.done, run.total) == ("running", 3, 23)
    OutboxJob.objects.update(state="done")
    assert running.end_abandoned() == 0
    running.perform(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempts) == ("running", 1)


def test_killed_it_is_taken_up_again_when_its_lease_is_over(worker):
    _kill(worker)
    assert running.end_abandoned() == 0, "the promise still stands"
    with clock.told(clock.now() + outbox.LEASE + timedelta(minutes=1)):
        outbox.sweep()
    run = JobRun.objects.get()
    assert (run.state, run.attempts) == ("done", 2)


def test_killed_with_its_promise_over_it_is_abandoned_and_can_be_asked_for_again(worker, lestari):
    _kill(worker)
    OutboxJob.objects.update(state="failed")
    again = running.ask(NAME, lestari)
    assert JobRun.objects.get(pk__lt=again.pk).state == "abandoned"
    outbox.run(again.outbox_id)
    again.refresh_from_db()
    assert again.state == "done"
