"""A whole installation of its own: PostgreSQL cluster, Redis, web, worker and beat as docker-compose.yml starts them.

Everything lies under one folder and listens on ports of its own, so that any process may be killed without anyone else
noticing. `Machine.stop` ends whatever was started, however the story went.
"""

import base64
import contextlib
import http.client
import json
import os
import re
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from uuid import uuid4

import psycopg2
import pytest
import yaml

from slrt.local import postgres
from slrt.local.places import BASE_DIR

SECONDS = 120  # within which every promise is kept after a restart
PASSWORD = "rahasia-sekali-2026"
SERVICES = ("redis", "web", "worker", "beat")
PEOPLE = """
from slrt.core import clock
from tests import people
people.make_places()
for name in ("fitri", "rina", "lestari"):
    people.make_user(name)
"""


def wait_until(done, seconds, what):
    """Poll until `done()` is true and return what it returned; a fault of the database while it is away counts as no.

    `what` is told when it never was: a text, or a function that looks then.
    """
    until = time.monotonic() + seconds
    while True:
        with contextlib.suppress(psycopg2.Error, OSError):
            found = done()
            if found:
                return found
        if time.monotonic() > until:
            pytest.fail(f"{what() if callable(what) else what}: nothing within {seconds:.0f} s")
        time.sleep(0.1)


def free_port():
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children_of(pid):
    """Return the process numbers of a process's children."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                if int(parent) == pid and state != "Z":
                    found.append(int(entry.name))
    return sorted(found)


def kill(*pids):
    """SIGKILL, whoever is still there."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def server_programs():
    """Return the folder of PostgreSQL's programs: those of the machine when the tests use its server, else the embedded ones."""
    if os.environ.get("DATABASE_URL", "").find("%2F") < 0:
        installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
        if installed:
            return installed[-1].parent
        if found := shutil.which("initdb"):
            return Path(found).resolve().parent
    return postgres._binaries()


class Cluster:
    """One PostgreSQL server over a fresh data folder. Its processes are ours to kill."""

    def __init__(self, folder):
        self.folder, self.port, self.process = folder / "cluster", free_port(), None
        self.programs = server_programs()
        self.folder.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self.folder, postgres._other_user().pw_uid, postgres._other_user().pw_gid)
        self.log = (folder / "postgres.log").open("ab")
        make = [
            "initdb",
            "-D",
            str(self.folder),
            "-U",
            "slrt",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        done = subprocess.run(self._lent(make), capture_output=True, text=True, cwd="/")
        assert done.returncode == 0, done.stderr[-500:]

    def _lent(self, command):
        return postgres.as_server_user([str(self.programs / command[0]), *command[1:]])

    def url(self, database="slrt"):
        return f"postgresql://slrt@127.0.0.1:{self.port}/{database}"

    def start(self):
        """Start the server and wait until it answers. Tries again while what a killed one left still holds its memory."""
        # Without fsync: a killed process loses nothing that the kernel has, and the disk is spared.
        options = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
        command = ["postgres", "-D", str(self.folder)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]

        def answers():
            if self.process is None or self.process.poll() is not None:
                self.process = subprocess.Popen(
                    self._lent(command), stdout=self.log, stderr=self.log, cwd="/", start_new_session=True
                )
                time.sleep(0.2)
            psycopg2.connect(self.url("postgres"), connect_timeout=5).close()
            return True

        wait_until(answers, 2 * SECONDS, "PostgreSQL")

    def kill(self):
        """SIGKILL to the postmaster and all its children at once, as when the power fails."""
        kill(self.process.pid, *children_of(self.process.pid))
        self.process.wait(30)

    def kill_one_backend(self, rng):
        """SIGKILL to one client's process: the server throws everybody out and recovers by itself."""
        with contextlib.closing(psycopg2.connect(self.url("postgres"))) as asking, asking.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = 'slrt' ORDER BY pid")
            pids = [pid for (pid,) in cursor.fetchall()]
        if pids:
            kill(rng.choice(pids))
        return bool(pids)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()
        self.log.close()

    def make_database(self, name):
        with contextlib.closing(psycopg2.connect(self.url("postgres"))) as asking:
            asking.autocommit = True
            asking.cursor().execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def program(self, name, *arguments):
        """Run one of PostgreSQL's client programs and return what it printed."""
        done = subprocess.run([str(self.programs / name), *arguments], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr[-1000:]
        return done.stdout


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


class NoAnswer(Exception):
    """The server gave no answer, or one that promises nothing."""


class Browser:
    """A signed-in person's browser: keeps cookies, sends forms, tells what was acknowledged."""

    def __init__(self, machine, name):
        self.machine, self.name, self.cookies = machine, name, {}

    def ask(self, method, path, body=None, kind="application/x-www-form-urlencoded"):
        """Send one request; return (status, headers, text). Raises NoAnswer when the connection broke."""
        host = f"127.0.0.1:{self.machine.ports['web']}"
        headers = {"X-Forwarded-Proto": "https", "Referer": f"https://{host}/", "Connection": "close"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{key}={value}" for key, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = kind
        caller = http.client.HTTPConnection("127.0.0.1", self.machine.ports["web"], timeout=60)
        try:
            caller.request(method, path, body, headers)
            answer = caller.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as fault:
            raise NoAnswer(type(fault).__name__) from None
        finally:
            caller.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            key, _, rest = line.partition("=")
            self.cookies[key] = rest.partition(";")[0]
        return answer.status, answer.headers, text

    def post(self, path, fields, file=None):
        """Send a form, as multipart so that a file may go with it; same return as `ask`."""
        edge = uuid4().hex
        fields = {"csrfmiddlewaretoken": self.cookies.get("__Host-csrftoken", ""), **fields}
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
        if file is not None:
            parts.append(
                f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n'
                f"Content-Type: text/csv\r\n\r\n{file}\r\n"
            )
        body = "".join(parts) + f"--{edge}--\r\n"
        return self.ask("POST", path, body.encode(), f"multipart/form-data; boundary={edge}")

    def sign_in(self):
        self.ask("GET", "/masuk/")
        status, _headers, text = self.post("/masuk/", {"username": self.name, "password": PASSWORD})
        assert status == 302, text[:500]
        return self

    def acknowledged(self, path, fields, file=None):
        """Send a form once; return where the server leads to. Raises NoAnswer unless it says that it took the form."""
        status, headers, text = self.post(path, fields, file)
        if status == 302 and not headers["Location"].startswith("/masuk/"):
            return headers["Location"]
        if status in (500, 502, 503):
            raise NoAnswer(str(status))
        raise AssertionError(f"{path} answered {status}: {re.sub('<[^>]+>', ' ', text)[:600]}")

    def insist(self, path, fields, file=None, seconds=2 * SECONDS):
        """Send the same form until it is acknowledged, as a patient person does."""
        until = time.monotonic() + seconds
        while True:
            try:
                return self.acknowledged(path, fields, file)
            except NoAnswer:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)


def complaint_fields(text):
    """A new complaint as the form sends it, with a key of its own."""
    return {
        "kind": "grievance",
        "sector": "health",
        "issue": "nothing_received",
        "description": text,
        "urgency": "normal",
        "channel": "walk_in_office",
        "village": "13.01.05.2006",
        "idempotency_key": str(uuid4()),
    }


def extract(number, rows):
    """A CSV extract of `rows` women who live alone (below 10,000), told from every other file by its number (below 600)."""
    lines = ["NO_KK,NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN,HUB_KELUARGA,KODE_DESA"]
    month, year = 1 + number // 50, 1950 + number % 50
    for row in range(1, rows + 1):
        # NIK: six digits place, six birth date (women: day + 40), four running. A family's number stands in the same order.
        tail = f"{month:02d}{year % 100:02d}{row:04d}"
        lines.append(f"13019801{tail},13019941{tail},Warga{number}x,01/{month:02d}/{year},2,1,1301052006")
    return "\n".join(lines) + "\n"
