"""An import as its uploader takes it along, and what became of it."""

from tests.faults.browser import number_in
from tests.faults.entries import new_key
from tests.faults.processes import SECONDS, wait_until

ROWS = 2000


def upload(lestari, file):
    """Send a file until it is taken; return the run's number."""
    return number_in(lestari.insist("/impor/", {"idempotency_key": new_key()}, file))


def run_in_state(machine, run, state):
    """Wait for a run to reach a state; return its version."""
    question = "SELECT version FROM households_importrun WHERE id = %s AND state = %s"
    return wait_until(lambda: machine.rows(question, run, state), SECONDS, f"run {run} {state}")[0][0]


def people_of(machine, number):
    return machine.rows("SELECT count(*) FROM households_person WHERE name = %s", f"Warga{number}x")[0][0]
