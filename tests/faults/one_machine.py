"""What `make run` starts, in a folder and on a port of its own: embedded PostgreSQL, a broker of files, no Redis."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time

import psycopg2

from slrt.local.places import BASE_DIR
from tests.faults.processes import SECONDS, children_of, free_port, kill, wait_until

NAMES = ("web", "worker", "beat")  # in the order in which the launcher writes them down
PROMISE = """
import sys, django
django.setup()
from slrt.core import outbox
print(outbox.promise(sys.argv[1], **({"run_id": 0} if sys.argv[2:] else {})).pk)
"""


class OneMachine:
    """The launcher and what it started."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.environment = {
            **inherited,
            "PYTHONPATH": str(BASE_DIR),
            "DJANGO_SETTINGS_MODULE": "slrt.settings.local",
            "PORT": str(self.port),
            "SLRT_VAR": str(folder),
            "SLRT_DEMO": "0",
            "SLRT_OUTBOX_LEASE": "10",
            "SLRT_OUTBOX_SWEEP": "3",
        }
        with (folder / "said").open("ab") as said:
            self.launcher = subprocess.Popen(
                [sys.executable, "-m", "slrt.local", "run"],
                cwd=BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def wait_until_it_runs(self):
        """The first start makes the database and loads the regions."""
        wait_until(lambda: "SLRT runs at" in self.said(), 4 * SECONDS, self.said)
        self.url = self._python("from slrt.local import postgres\nprint(postgres.database_url())")

    def said(self):
        return (self.folder / "said").read_text()

    def pid(self, name):
        """The process number of a service, by the launcher's list; of PostgreSQL's first process, by its own."""
        if name == "postgres":
            return int((self.folder / "postgres" / "postmaster.pid").read_text().split()[0])
        return json.loads((self.folder / "run" / "processes.json").read_text())[NAMES.index(name)]

    def pool(self):
        """The worker's children, once there are two."""
        return wait_until(
            lambda: found if len(found := children_of(self.pid("worker"))) == 2 else None, SECONDS, "two children"
        )

    def _python(self, script, *arguments):
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments],
            cwd=BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.strip()

    def promise(self, name, *run):
        """Promise a job and ring for it, as a page does; return its number."""
        return int(self._python(PROMISE, name, *run))

    def promise_silently(self):
        """A promise for which nobody rang: beat and worker have to find it. None while there is no database."""
        with contextlib.suppress(psycopg2.Error):
            return self.rows(
                "INSERT INTO core_outboxjob (name, args, state, attempts, run_after, last_error, created_at) "
                "VALUES ('households.tidy_name_index', '{}', 'waiting', 0, now(), '', now()) RETURNING id"
            )[0][0]

    def wait_for_job(self, number, since):
        """Wait until a job is done, at most as long after the moment `since` as every promise may take; return its attempts."""
        left = since + SECONDS - time.monotonic()
        done = "SELECT attempts FROM core_outboxjob WHERE id = %s AND state = 'done'"
        return wait_until(lambda: self.rows(done, number), left, lambda: f"job {number}; {self.said()[-500:]}")[0][0]

    def rows(self, question, *values):
        with contextlib.closing(psycopg2.connect(self.url, connect_timeout=5)) as asking:
            asking.autocommit = True
            with asking.cursor() as cursor:
                cursor.execute(question, values)
                return cursor.fetchall()

    def serves(self):
        caller = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with contextlib.closing(caller):
            try:
                caller.request("GET", "/masuk/")
                return caller.getresponse().status == 200
            except http.client.HTTPException:
                return False

    def stop(self):
        """End it as Ctrl-C does, and for good if it does not end."""
        self.launcher.send_signal(signal.SIGINT)
        try:
            self.launcher.wait(60)
        except subprocess.TimeoutExpired:
            pids = [self.pid(name) for name in (*NAMES, "postgres")]
            kill(self.launcher.pid, *pids, *(child for pid in pids for child in children_of(pid)))
            self.launcher.wait(10)
