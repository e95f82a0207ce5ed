"""Processes die at bad moments: what was acknowledged is there, once, and every promise is kept."""

import contextlib
import os
import random
import re
import threading
import time
from collections import Counter

import psycopg2
import pytest

from tests.faults.conftest import KILLS
from tests.faults.machine import (
    SECONDS,
    Browser,
    complaint_fields,
    extract,
)

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]

ROWS = 2000
VICTIMS = ("web", "web child", "worker", "worker child", "redis", "postgres", "postgres child")
STAGES = ("import", "transition", "outbox")
FOUND = """
from collections import Counter
from complaints.models import Complaint
from households.models import Family, ImportRun, Person
from slrt.audit.models import AuditEntry
from slrt.core.models import IdempotencyKey, OutboxJob
answer = {
    "complaints": {c.pk: [c.description, c.state, c.version] for c in Complaint.objects.all()},
    "entries": [[e.subject_id, e.verb, n] for (e, n) in [
        (AuditEntry(subject_id=s, verb=v), n) for (s, v), n in
        Counter(AuditEntry.objects.filter(subject="complaints.complaint").values_list("subject_id", "verb")).items()]],
    "keys": {str(k.key): k.result for k in IdempotencyKey.objects.filter(purpose="complaint:record")},
    "runs": {r.pk: [r.state, r.counts.get("rows", 0)] for r in ImportRun.objects.all()},
    "applied": dict(Counter(AuditEntry.objects.filter(subject="households.importrun", verb="applied")
        .values_list("subject_id", flat=True))),
    "people": dict(Counter(Person.objects.filter(name__startswith="Warga").values_list("name", flat=True))),
    "families": Family.objects.count(),
    "jobs": dict(Counter(OutboxJob.objects.values_list("state", flat=True))),
    "last": OutboxJob.objects.order_by("-pk").values_list("pk", flat=True).first(),
}
"""


def number_in(location):
    """The row's number in an address."""
    return int(re.search(r"/(\d+)/", location).group(1))


class Office:
    """Three people at work until told to stop: they send what they sent again until somebody takes it."""

    def __init__(self, machine, first_file):
        self.machine, self.number = machine, first_file
        self.complaints, self.answered, self.files, self.jobs, self.faults = {}, set(), {}, [], []
        self.over, self.stepping = threading.Event(), threading.Event()
        fitri, rina, lestari = (Browser(machine, name).sign_in() for name in ("fitri", "rina", "lestari"))
        self.threads = [
            threading.Thread(target=self._work, args=(task, who), daemon=True)
            for task, who in ((self.take_complaint, (fitri, rina)), (self.import_file, lestari), (self.promise, None))
        ]

    def _work(self, task, who):
        try:
            while not self.over.is_set():
                task(who)
        except BaseException as fault:
            self.faults.append(fault)

    def take_complaint(self, people):
        """A complaint is recorded, and answered by the back office."""
        fitri, rina = people
        fields = complaint_fields(f"Keluhan {len(self.complaints)}")
        self.stepping.set()
        pk = number_in(fitri.insist("/keluhan/baru/", fields))
        self.complaints[fields["idempotency_key"]] = (pk, fields["description"])
        answer = {
            "answer": "Sudah dijelaskan.",
            "version": "1",
            "note": "",
            "idempotency_key": complaint_fields("")["idempotency_key"],
        }
        rina.insist(f"/keluhan/{pk}/answer/", answer)
        self.answered.add(pk)
        self.stepping.clear()
        self.over.wait(0.2)

    def import_file(self, lestari):
        """A file is uploaded, looked at and applied."""
        self.number += 1
        form = {"idempotency_key": complaint_fields("")["idempotency_key"]}
        pk = number_in(lestari.insist("/impor/", form, extract(self.number, ROWS)))
        self.files[pk] = self.number
        version = self._wait_for_run(pk, "previewed")
        if version:
            form = {"version": version, "idempotency_key": complaint_fields("")["idempotency_key"]}
            lestari.insist(f"/impor/{pk}/terapkan/", form)
            self._wait_for_run(pk, "applied")

    def _wait_for_run(self, pk, state):
        while not self.over.is_set():
            with contextlib.suppress(psycopg2.Error):
                found = self.machine.rows("SELECT state, version FROM households_importrun WHERE id = %s", pk)
                if found[0][0] == state:
                    return found[0][1]
            time.sleep(0.1)
        return None

    def promise(self, _nobody):
        """A promise whose bell nobody rang, as after an outage of the broker: the sweep has to find it."""
        with contextlib.suppress(psycopg2.Error):
            ((pk,),) = self.machine.rows(
                "INSERT INTO core_outboxjob (name, args, state, attempts, run_after, last_error, created_at) "
                "VALUES ('households.put_old_previews_aside', '{}', 'waiting', 0, now(), '', now()) RETURNING id"
            )
            self.jobs.append(pk)
        self.over.wait(1)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *fault):
        self.over.set()
        for thread in self.threads:
            thread.join(SECONDS + 60)

    def await_moment(self, stage, rng):
        """Wait for the stage to be under way, then a random moment; return whether it was met."""
        until = time.monotonic() + 15
        questions = {
            "import": "SELECT 1 FROM households_importrun WHERE state IN ('uploaded', 'reading', 'applying')",
            "outbox": "SELECT 1 FROM core_outboxjob WHERE state IN ('leased', 'waiting')",
        }
        met = False
        while not met and time.monotonic() < until:
            with contextlib.suppress(psycopg2.Error):
                met = self.stepping.is_set() if stage == "transition" else bool(self.machine.rows(questions[stage]))
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.8))
        return met


def strike(machine, victim, rng):
    """Kill, and start again whatever does not come back by itself. Return whether there was anybody to kill."""
    name, _space, child = victim.partition(" ")
    if name == "postgres":
        if child:
            struck = machine.cluster.kill_one_backend(rng)
        else:
            machine.cluster.kill()
            struck = True
        machine.cluster.start()
    elif child:
        struck = machine.kill_child(name, rng)
    else:
        machine.kill(name)
        struck = True
        machine.start(name)
    machine.revive()
    machine.wait_for(name) if name != "postgres" else machine.wait_for("web")
    return struck


def check_everything(machine, office):
    """Compare what people were told with what there is; return how many checks were made."""
    found = machine.ask(FOUND)
    told = {str(pk): text for pk, text in office.complaints.values()}
    mine = {pk: row for pk, row in found["complaints"].items() if row[0].startswith("Keluhan ")}
    assert {pk: row[0] for pk, row in mine.items()} == told, "every acknowledged complaint, and no other, once"
    assert len({row[0] for row in mine.values()}) == len(mine), "none twice"
    for key, (pk, _text) in office.complaints.items():
        assert found["keys"][key] == str(pk)
    entries = {(subject, verb): count for subject, verb, count in found["entries"]}
    for pk, (_text, state, version) in mine.items():
        assert (state, version) == (("answered_on_spot", 2) if int(pk) in office.answered else ("recorded", 1))
        assert entries.get((int(pk), "answer"), 0) == (int(pk) in office.answered), "one line of the trail for one step"
    for pk, number in office.files.items():
        state, _rows = found["runs"][str(pk)]
        assert state in ("previewed", "applied"), f"run {pk} hangs in {state}"
        assert found["people"].get(f"Warga{number}x", 0) == (ROWS if state == "applied" else 0), (
            f"run {pk} is half applied"
        )
        assert found["applied"].get(str(pk), 0) == (state == "applied")
    assert found["families"] == sum(found["people"].values()), "a family for every person"
    assert set(found["jobs"]) <= {"done"}
    done = {pk for (pk,) in machine.rows("SELECT id FROM core_outboxjob WHERE state = 'done'")}
    assert set(office.jobs) <= done
    return 4 * len(mine) + 3 * len(office.files) + len(office.jobs)


def test_whoever_is_killed_no_acknowledged_write_is_lost_and_none_happens_twice(machine):
    seed = int(os.environ.get("SEED") or time.time())
    rng, began = random.Random(seed), time.monotonic()
    # Every victim and every stage in turn, in an order of its own each time.
    plan = [(VICTIMS[n % len(VICTIMS)], STAGES[n % len(STAGES)]) for n in range(KILLS)]
    rng.shuffle(plan)
    kills, missed = Counter(), 0
    print(f"\nSEED={seed} KILLS={KILLS}")
    with Office(machine, first_file=0) as office:
        for victim, stage in plan:
            missed += not office.await_moment(stage, rng)
            if strike(machine, victim, rng):
                kills[f"{victim} during {stage}"] += 1
            assert not office.faults, office.faults
    assert not office.faults, office.faults
    assert not any(thread.is_alive() for thread in office.threads)
    seconds = machine.wait_until_all_is_done()
    checks = check_everything(machine, office)
    summary = [f"{count:4d}  {kind}" for kind, count in sorted(kills.items())]
    print(f"FAULTS seed {seed}: {sum(kills.values())} kills, {missed} of them beside the stage they were meant for")
    print("\n".join(summary))
    print(
        f"FAULTS {len(office.complaints)} complaints, {len(office.answered)} steps, {len(office.files)} imports of {ROWS} rows, "
        f"{len(office.jobs)} silent promises; {checks} checks; last promise kept {seconds:.0f} s after the last restart; "
        f"{time.monotonic() - began:.0f} s in all"
    )
    assert sum(kills.values()) >= KILLS * 0.9
    assert office.answered
    assert office.jobs
