"""Starts web server, worker and beat over the embedded PostgreSQL, starts again what dies of them, and stops what it
started and nothing else."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from slrt.local import postgres
from slrt.local.keys import ensure_keys
from slrt.local.places import BASE_DIR, subfolder, var_dir

STOP_SECONDS = 12
RESTARTS_A_MINUTE = 5  # with more, something is wrong that no restart mends


class Fault(RuntimeError):
    """Something the person at the terminal has to know, in one sentence."""


def main(arguments: list[str]) -> int:
    """Run until Ctrl-C; return the exit code."""
    if arguments != ["run"]:
        print("usage: python -m slrt.local run")
        return 2
    # Also when started in the background, where a shell has SIGINT ignored.
    signal.signal(signal.SIGINT, _as_interrupt)
    signal.signal(signal.SIGTERM, _as_interrupt)
    began = time.monotonic()
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        _end_leftovers()
        port = _free_port()
        environment = _environment()
        _prepare(environment)
        children = _start(environment, port)
        _wait_until_served(port, children)
        _announce(port, time.monotonic() - began)
        _watch(children, environment, port)
        return 0
    except KeyboardInterrupt:
        return 0
    except (Fault, postgres.ServerFault) as fault:
        print(f"\nSLRT: {fault}", file=sys.stderr)
        return 1
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _stop(children)
        postgres.release()


def _as_interrupt(signum: int, frame: Any) -> None:
    raise KeyboardInterrupt


def _free_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Fault(f"PORT must be a number between 1 and 65535, not {text!r}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError:
            raise Fault(f"Port {text} is taken. Stop what runs there, or choose another: make run PORT=8010") from None
    return int(text)


def _end_leftovers() -> None:
    """End the processes a killed launcher left behind: those in its list that still run this checkout's commands."""
    book = subfolder("run") / "processes.json"
    if not book.exists():
        return
    left = [pid for pid in json.loads(book.read_text() or "[]") if _runs_from_here(pid)]
    if left:
        print("Ending what was left over from a run that was killed …", flush=True)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in left:
            _signal_group(pid, number)
        end = time.monotonic() + STOP_SECONDS
        while time.monotonic() < end and any(_runs_from_here(pid) for pid in left):
            time.sleep(0.1)
    book.unlink(missing_ok=True)  # one that was still ending may have taken it away


def _runs_from_here(pid: int) -> bool:
    try:
        return str(_venv_bin()).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _environment() -> dict[str, str]:
    environment = dict(os.environ)
    environment.update(ensure_keys())
    environment["DJANGO_SETTINGS_MODULE"] = "slrt.settings.local"
    environment.setdefault("SLRT_DEMO", "1")
    environment.setdefault("PYTHONUNBUFFERED", "1")
    if not environment.get("DATABASE_URL"):
        print("Starting PostgreSQL …", flush=True)
        environment["DATABASE_URL"] = postgres.database_url()
    return environment


def _prepare(environment: dict[str, str]) -> None:
    """Tables, static files, regions and, on the first start, demo data."""
    for step, arguments in (
        ("Preparing the database", ["prepare_local"]),
        ("Collecting static files", ["collectstatic", "--noinput", "-v0"]),
    ):
        print(f"{step} …", flush=True)
        done = subprocess.run([sys.executable, "manage.py", *arguments], cwd=BASE_DIR, env=environment, check=False)
        if done.returncode != 0:
            raise Fault(f'"{step}" failed; the reason stands above.')


def _venv_bin() -> Path:
    return Path(sys.executable).parent


def _commands(port: int) -> dict[str, list[str]]:
    celery = [sys.executable, "-m", "celery", "-A", "slrt.celery"]
    scheduler = "slrt.jobs.timekeeper:Timekeeper"
    return {
        "web": [
            *[sys.executable, "-m", "gunicorn", "slrt.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"],
            *["--threads", "4", "--timeout", "120", "--no-control-socket"],
        ],
        "worker": [
            *celery,
            "worker",
            "--concurrency",
            "2",  # one for a long job, one for what must not wait behind it
            "--loglevel",
            "WARNING",
            "--without-mingle",
            "--without-gossip",
        ],
        "beat": [*celery, "beat", "--scheduler", scheduler, "--pidfile=", "--loglevel", "WARNING"],
    }


def _start(environment: dict[str, str], port: int) -> dict[str, subprocess.Popen[bytes]]:
    children = {name: _begin(name, command, environment) for name, command in _commands(port).items()}
    _note(children)
    return children


def _begin(name: str, command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    with open(subfolder("log", 0o755) / f"{name}.log", "ab") as output:
        return subprocess.Popen(
            command,
            cwd=BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _note(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Write down what runs, for the launcher that comes after this one was killed."""
    book = subfolder("run") / "processes.json"
    # Whoever reads it meanwhile, or after a kill in between, finds the whole list.
    written = book.with_suffix(".new")
    written.write_text(json.dumps([child.pid for child in children.values()]))
    written.replace(book)


def _wait_until_served(port: int, children: dict[str, subprocess.Popen[bytes]]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        _complain_of_the_dead(children)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:  # nosec B310  own address
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise Fault(f"The web server did not answer within a minute; see {_log('web')}.")


def _complain_of_the_dead(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise Fault(f"{_ended(name, child.returncode)}; see {_log(name)}.")


def _ended(name: str, code: int | None) -> str:
    return f"The process {name!r} ended by itself (code {code})"


def _log(name: str) -> Path:
    return var_dir() / "log" / f"{name}.log"


def _announce(port: int, seconds: float) -> None:
    from slrt.dashboard.demo.roster import ACCOUNTS, PASSWORD

    print(f"\nSLRT runs at http://127.0.0.1:{port}  (ready after {seconds:.1f} s; Ctrl-C stops it)\n")
    if os.environ.get("SLRT_DEMO", "1") == "1":
        print(f"Demo accounts, password {PASSWORD}:")
        for username, full_name, role, area, _organisation in ACCOUNTS:
            print(f"  {username:<14}{full_name:<18}{role:<18}{area}")
    sys.stdout.flush()


def _watch(children: dict[str, subprocess.Popen[bytes]], environment: dict[str, str], port: int) -> None:
    """Start again whatever dies, as Docker does in production, until somebody stops the run or dying has become a habit."""
    restarts: list[float] = []
    while True:
        if postgres.keep_running():
            _tell_of_restart("The PostgreSQL server ended by itself", _log("postgres"), restarts)
        for name, child in children.items():
            if child.poll() is not None:
                _tell_of_restart(_ended(name, child.returncode), _log(name), restarts)
                # A child that outlived its parent may hold the port.
                _signal_group(child.pid, signal.SIGKILL)
                children[name] = _begin(name, _commands(port)[name], environment)
                _note(children)
        time.sleep(0.5)


def _tell_of_restart(what: str, log: Path, restarts: list[float]) -> None:
    """Tell the terminal what is started again, or end the run when it was too often; `restarts` keeps the last minute's."""
    now = time.monotonic()
    restarts[:] = [moment for moment in restarts if moment > now - 60] + [now]
    if len(restarts) > RESTARTS_A_MINUTE:
        raise Fault(f"{what}, after {RESTARTS_A_MINUTE} restarts within a minute; see {log}.")
    print(f"{what} and is started again; see {log}.", flush=True)


def _signal_group(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _stop(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """End each child's whole process group: politely, then for good."""
    if not children:
        return
    print("\nStopping …", flush=True)
    for child in children.values():
        _signal_group(child.pid, signal.SIGTERM)
    end = time.monotonic() + STOP_SECONDS
    while time.monotonic() < end and any(child.poll() is None for child in children.values()):
        time.sleep(0.1)
    for child in children.values():
        _signal_group(child.pid, signal.SIGKILL)
        child.wait()
    (subfolder("run") / "processes.json").unlink(missing_ok=True)
