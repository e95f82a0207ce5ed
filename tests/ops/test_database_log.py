"""What the database server writes down of a statement that it refused: that it did, and nothing of the people in it."""

import os
import subprocess
import sys

import pytest

from slrt.local.places import BASE_DIR
from slrt.local.postgres import LOGS_NO_VALUES

pytestmark = pytest.mark.ops
NIK, NAME, ADDRESS = "1301994506850001", "Rosna Tanjung", "Jl. Melati 17"
# A row that is there twice, one that breaks a rule, a line of a file that does not fit, a word that is no number.
REFUSED = f"""
import io
import psycopg2
from slrt.local.postgres import database_url

database = psycopg2.connect(database_url())
database.autocommit = True
cursor = database.cursor()
cursor.execute("CREATE TABLE person (nik text PRIMARY KEY, name text NOT NULL, address text)")
def twice():
    for _time in range(2):
        cursor.execute("INSERT INTO person VALUES (%s, %s, %s)", ["{NIK}", "{NAME}", "{ADDRESS}"])
def nameless():
    cursor.execute("INSERT INTO person VALUES (%s, NULL, %s)", ["{NIK[:-1]}2", "{ADDRESS}"])
def copied():
    cursor.copy_expert("COPY person FROM STDIN", io.StringIO("{NIK}\\t{NAME}\\t{ADDRESS}\\tlebih\\n"))
def called():
    cursor.execute("SELECT * FROM person WHERE nik = %s AND missing", ["{NIK}"])
for deed in (twice, nameless, copied, called):
    try:
        deed()
    except psycopg2.Error as fault:
        print(type(fault).__name__)
"""


def test_the_embedded_server_logs_a_refusal_without_its_values(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-c", REFUSED],
        env={**environment, "SLRT_VAR": str(tmp_path), "PYTHONPATH": str(BASE_DIR)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.split() == ["UniqueViolation", "NotNullViolation", "BadCopyFileFormat", "UndefinedColumn"], (
        done.stderr
    )
    log = (tmp_path / "log" / "postgres.log").read_text()
    assert log.count("ERROR:") == 4
    assert [said for said in (NIK, NIK[:12], NAME, "Rosna", ADDRESS) if said in log] == []


def test_the_server_of_production_is_asked_for_the_same(compose):
    command = compose["services"]["db"]["command"]
    assert [option for option in command if "=" in option] == list(LOGS_NO_VALUES)
