"""A PostgreSQL server of our own, which may be killed."""

import contextlib
import os
import shutil
import subprocess
import time
from pathlib import Path

import psycopg2

from slrt.local import postgres
from tests.faults.processes import SECONDS, children_of, free_port, kill, wait_until


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
