"""Real processes to kill. `KILLS` tells how many (8 in the suite, 100 and more by `make faults`)."""

import os
import shutil

import pytest

from tests.faults.disks import SmallTable, SmallUploads
from tests.faults.machine import Machine

pytest.register_assert_rewrite("tests.faults.checking")

KILLS = int(os.environ.get("KILLS") or 8)
LONG_FORM = KILLS >= 50


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """A running installation that finds dead workers sooner than in production."""
    if shutil.which("redis-server") is None:
        pytest.skip("No redis-server is installed: nobody is killed here, and broker, database and disk stay.")
    made = Machine(tmp_path_factory.mktemp("machine"), lease=10, sweep=3)
    try:
        made.start_all()
        yield made
    finally:
        made.stop()


@pytest.fixture(autouse=True)
def everything_runs(request):
    """Every story begins with all services up."""
    if "machine" in request.fixturenames:
        request.getfixturevalue("machine").revive()


@pytest.fixture
def small_uploads(machine):
    made = SmallUploads(machine)
    try:
        yield made
    finally:
        made.put_back()


@pytest.fixture
def small_table(machine):
    made = SmallTable(machine)
    try:
        yield made
    finally:
        made.put_back()
