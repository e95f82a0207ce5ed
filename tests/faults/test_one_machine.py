"""Without Redis and without Docker: whichever process of `make run` is killed, by hand and alone, what was promised is kept.

The stories share one installation and stay in one file; the last one ends it.
"""

import contextlib
import time
from pathlib import Path

import psycopg2
import pytest

from tests.faults.one_machine import NAMES, OneMachine
from tests.faults.processes import SECONDS, children_of, kill, wait_until

pytestmark = pytest.mark.faults
SHORT, LONG = "households.tidy_name_index", "households.preview_import"


@pytest.fixture(scope="module")
def one_machine(tmp_path_factory):
    made = OneMachine(tmp_path_factory.mktemp("one"))
    try:
        made.wait_until_it_runs()
        yield made
    finally:
        made.stop()


def test_every_idle_child_of_the_worker_may_be_killed(one_machine):
    for several in (False, True):
        for child in one_machine.pool():
            kill(*(one_machine.pool() if several else [child]))
            killed = time.monotonic()
            one_machine.wait_for_job(one_machine.promise(SHORT), killed)
    one_machine.pool()


def idle_one(children):
    """One that has no second thread: whoever works renews its claim in one."""
    return next((child for child in children if len(list(Path(f"/proc/{child}/task").iterdir())) == 1), None)


def test_an_idle_child_killed_beside_an_import_leaves_it_alone_and_is_replaced(one_machine):
    with contextlib.closing(psycopg2.connect(one_machine.url)) as holding:
        # Whoever holds the table keeps the import in the middle of its work, however fast it is.
        holding.cursor().execute("LOCK TABLE households_importrun")
        long = one_machine.promise(LONG, "run")
        working = "SELECT 1 FROM core_outboxjob WHERE id = %s AND state = 'leased'"
        wait_until(lambda: one_machine.rows(working, long), SECONDS, "the import")
        before = one_machine.pool()
        kill(wait_until(lambda: idle_one(before), SECONDS, "an idle child"))
        killed = time.monotonic()
        one_machine.wait_for_job(one_machine.promise(SHORT), killed)
        assert len(set(before) & set(one_machine.pool())) == 1
    assert one_machine.wait_for_job(long, time.monotonic()) == 1, "at the first attempt"
    one_machine.wait_for_job(one_machine.promise(SHORT), time.monotonic())


@pytest.mark.parametrize("name", [*NAMES, "postgres"])
def test_what_is_killed_alone_is_started_again(one_machine, name):
    before = one_machine.pid(name)
    kill(before)
    killed = time.monotonic()
    wait_until(lambda: one_machine.pid(name) != before, SECONDS, one_machine.said)
    for _turn in range(2):  # the first may still be found by what was sent before
        number = wait_until(one_machine.promise_silently, SECONDS, one_machine.said)
        one_machine.wait_for_job(number, killed)
    wait_until(one_machine.serves, SECONDS, one_machine.said)
    assert "ended by itself" in one_machine.said()


def test_a_web_process_that_is_killed_is_replaced(one_machine):
    workers = children_of(one_machine.pid("web"))
    assert len(workers) == 2
    kill(*workers)
    wait_until(one_machine.serves, SECONDS, "web")
    assert not set(workers) & set(children_of(one_machine.pid("web")))


def test_what_dies_again_and_again_ends_the_run_with_a_sentence_and_nothing_is_left(one_machine):
    everything = [one_machine.pid(name) for name in ("web", "worker", "postgres")]
    until = time.monotonic() + SECONDS
    while one_machine.launcher.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError, ValueError):  # the list is being written, or gone
            kill(one_machine.pid("beat"))
        time.sleep(0.5)
    assert one_machine.launcher.wait(60) == 1
    assert "restarts within a minute; see" in one_machine.said()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in everything), 10, "their end")
