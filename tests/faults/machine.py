"""A whole installation of its own: PostgreSQL cluster, Redis, web, worker and beat as docker-compose.yml starts them.

Everything lies under one folder and listens on ports of its own, so that any process may be killed without anyone else
noticing. `Machine.stop` ends whatever was started, however the story went.
"""

import base64
import contextlib
import http.client
import json
import os
import resource
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time

import psycopg2
import yaml

from slrt.local.places import BASE_DIR
from tests.faults.cluster import Cluster
from tests.faults.processes import SECONDS, children_of, free_port, kill, wait_until

SERVICES = ("redis", "web", "worker", "beat")
PEOPLE = """
from slrt.core import clock
from tests import people
people.make_places()
for name in ("fitri", "rina", "lestari"):
    people.make_user(name)
"""


class Machine:
    """The services over a cluster, each killable and started again as a supervisor would."""

    def __init__(self, folder, lease, sweep):
        self.folder, self.running, self.limits, self.mounted = folder, {}, {}, set()
        self.wanted, self.turn, self.over = set(), threading.RLock(), threading.Event()
        self.supervisor = threading.Thread(target=self._supervise, daemon=True)
        self.cluster = Cluster(folder)
        self.ports = {"web": free_port(), "redis": free_port()}
        (folder / "data").mkdir()
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "PYTHONPATH": str(BASE_DIR),
            "DJANGO_SETTINGS_MODULE": "slrt.settings.production",
            "DATABASE_URL": self.cluster.url(),
            "REDIS_URL": f"redis://127.0.0.1:{self.ports['redis']}/0",
            "SLRT_VAR": str(folder / "data"),
            "SLRT_SECRET_KEY": secrets.token_urlsafe(50),
            "SLRT_FIELD_KEYS": f"k1:{base64.b64encode(os.urandom(32)).decode()}",
            "SLRT_INDEX_KEY": base64.b64encode(os.urandom(32)).decode(),
            "SLRT_HOSTS": "127.0.0.1",
        }
        self.set_times(lease, sweep)
        services = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())["services"]
        self.commands = {name: self._adapted(services[name]["command"]) for name in SERVICES}
        self.commands["web"].append("--no-control-socket")

    def set_times(self, lease, sweep):
        """Set for how long a silent worker keeps its job and how often the sweep comes, in seconds, from the next start on."""
        self.lease = lease
        self.environment |= {"SLRT_OUTBOX_LEASE": str(lease), "SLRT_OUTBOX_SWEEP": str(sweep)}

    def _adapted(self, command):
        replaced = {
            "0.0.0.0:8000": f"127.0.0.1:{self.ports['web']}",
            "/data/beat": str(self.folder / "data" / "beat"),
            "python": sys.executable,
        }
        words = [replaced.get(word, word) for word in command]
        if words[0] == "redis-server":
            words += [
                "--port",
                str(self.ports["redis"]),
                "--bind",
                "127.0.0.1",
                "--dir",
                str(self.folder),
                "--save",
                "",
            ]
        return words

    def start_all(self):
        """Make the database, its tables and people, and start every service."""
        self.cluster.start()
        self.cluster.make_database("slrt")
        collected = self._begin("collect", [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"])
        began = time.monotonic()
        self.manage("migrate", "--noinput", "-v0")
        self.migrated_in = time.monotonic() - began
        assert collected.wait(300) == 0, self.said("collect")
        self.ask(PEOPLE)
        for name in SERVICES:
            self.start(name)
        for name in SERVICES:
            self.wait_for(name)
        self.supervisor.start()

    def _supervise(self):
        """Start again what ended by itself, as `restart: unless-stopped` does; what a story killed stays dead."""
        while not self.over.wait(0.5):
            with self.turn:
                for name in self.wanted:
                    if self.running[name].poll() is not None:
                        self.start(name)

    def manage(self, *arguments, **environment):
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=BASE_DIR,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def ask(self, script):
        """Run a script inside the application; return its `answer` variable, as JSON if it set one."""
        text = f"import django\ndjango.setup()\nanswer = None\n{script}\nimport json\nprint(json.dumps(answer))"
        done = subprocess.run(
            [sys.executable, "-c", text],
            cwd=BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout.strip().splitlines()[-1])

    def begin_script(self, script):
        """Start a script inside the application and return its process, output piped, ours to kill."""
        return subprocess.Popen(
            [sys.executable, "-c", f"import django\ndjango.setup()\n{script}"],
            cwd=BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _begin(self, name, command):
        limit = self.limits.get(name)

        def bounded():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        # A log of its own where files may not grow: the limit is meant for uploads.
        with (self.folder / f"{name}.log").open("wb" if limit else "ab") as log:
            return subprocess.Popen(
                command,
                cwd=BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=bounded if limit else None,
            )

    def start(self, name):
        with self.turn:
            self.running[name] = self._begin(name, self.commands[name])
            self.wanted = self.wanted | {name}

    def said(self, name):
        return (self.folder / f"{name}.log").read_text()[-3000:]

    def wait_for(self, name):
        """Wait until a service works again."""
        checks = {
            "web": lambda: self.healthy(),
            "redis": lambda: socket.create_connection(("127.0.0.1", self.ports["redis"]), timeout=2).close() or True,
            "worker": lambda: len(children_of(self.running["worker"].pid)) >= 2,
            "beat": lambda: self.running["beat"].poll() is None,
        }
        wait_until(checks[name], 2 * SECONDS, lambda: f"{name} ({self.said(name)[-500:]})")

    def healthy(self):
        caller = http.client.HTTPConnection("127.0.0.1", self.ports["web"], timeout=5)
        with contextlib.closing(caller):
            try:
                caller.request("GET", "/healthz")
                return caller.getresponse().status == 200
            except http.client.HTTPException:
                return False

    def kill(self, name):
        """SIGKILL to a service and everything it started; it stays dead until it is started again."""
        with self.turn:
            self.wanted = self.wanted - {name}
            process = self.running[name]
            kill(process.pid, *children_of(process.pid))
            process.wait(30)

    def kill_child(self, name, rng):
        """SIGKILL to one child of a service, which has to replace it by itself."""
        pids = children_of(self.running[name].pid)
        if pids:
            kill(rng.choice(pids))
        return bool(pids)

    def restart(self, name):
        self.start(name)
        self.wait_for(name)

    def revive(self):
        """Start what a story before left dead, and wait until everything works."""
        for name in SERVICES:
            if name not in self.wanted:
                self.start(name)
        for name in SERVICES:
            self.wait_for(name)

    def stop(self):
        self.over.set()
        if self.supervisor.is_alive():
            self.supervisor.join()
        for process in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            kill(*children_of(process.pid))
            process.wait(30)
        self.cluster.stop()
        for folder in list(self.mounted):
            self.unmount(folder)

    def mount(self, folder, size):
        """Put a small disk of `size` bytes there; return whether we were allowed to (NO_MOUNT=1: as if we were not)."""
        if os.environ.get("NO_MOUNT"):
            return False
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        allowed = subprocess.run(command, capture_output=True).returncode == 0
        if allowed:
            self.mounted.add(folder)
        return allowed

    def unmount(self, folder):
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        self.mounted.remove(folder)

    def rows(self, question, *values):
        """Ask the database directly."""
        with contextlib.closing(psycopg2.connect(self.cluster.url(), connect_timeout=5)) as asking:
            asking.autocommit = True
            with asking.cursor() as cursor:
                cursor.execute(question, values)
                return cursor.fetchall() if cursor.description else []

    def open_jobs(self):
        return self.rows("SELECT id, name, state, attempts FROM core_outboxjob WHERE state <> 'done' ORDER BY id")

    def wait_until_all_is_done(self):
        """Wait for every promised job; return the seconds it took."""
        began = time.monotonic()
        wait_until(
            lambda: not self.open_jobs(), SECONDS, lambda: f"open jobs {self.open_jobs()}; {self.said('worker')}"
        )
        return time.monotonic() - began
