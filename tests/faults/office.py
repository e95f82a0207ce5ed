"""People who work on while processes die."""

import contextlib
import threading
import time

import psycopg2

from tests.faults.browser import Browser, number_in
from tests.faults.entries import complaint_fields, extract
from tests.faults.imports import ROWS
from tests.faults.processes import SECONDS


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
                "VALUES ('households.tidy_name_index', '{}', 'waiting', 0, now(), '', now()) RETURNING id"
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
            thread.join(5 * SECONDS)

    def await_moment(self, stage, rng):
        """Wait for the stage to be under way, then a random moment; return whether it was met."""
        until = time.monotonic() + 15
        questions = {
            # Claimed or renewed a moment ago: a claim that a dead worker left does not count as an import.
            "import": "SELECT 1 FROM core_outboxjob WHERE state = 'leased' AND name LIKE '%%import' "
            "AND leased_until > now() + make_interval(secs => %s)",
            "outbox": "SELECT 1 FROM core_outboxjob WHERE state IN ('leased', 'waiting') AND %s > 0",
        }
        met = False
        while not met and time.monotonic() < until:
            with contextlib.suppress(psycopg2.Error):
                met = (
                    self.stepping.is_set()
                    if stage == "transition"
                    else bool(self.machine.rows(questions[stage], self.machine.lease * 0.7))
                )
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.4))
        return met
