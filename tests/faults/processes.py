"""Processes of this machine: their children, their end, waiting for what they do."""

import contextlib
import os
import signal
import socket
import time
from pathlib import Path

import psycopg2
import pytest

SECONDS = 120  # within which every promise is kept after a restart


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
