"""What is there, held against what people were told; and whether two databases hold the same."""

import contextlib

import psycopg2

from slrt.core import checksums
from tests.faults.imports import ROWS

FOUND = """
from collections import Counter
from complaints.models import Complaint
from households.models import Family, ImportRun, Person
from slrt.audit.models import AuditEntry
from slrt.core.models import IdempotencyKey, OutboxJob
answer = {
    "complaints": {c.pk: [c.description, c.state, c.version] for c in Complaint.objects.all()},
    "entries": [[e.subject_id, e.verb, n] for (e, n) in [
        (AuditEntry(subject_id=s, verb=v), n) for (s, v), n in
        Counter(AuditEntry.objects.filter(subject="complaints.complaint").values_list("subject_id", "verb")).items()]],
    "keys": {str(k.key): k.result for k in IdempotencyKey.objects.filter(purpose="complaint:record")},
    "runs": {r.pk: [r.state, r.counts.get("rows", 0)] for r in ImportRun.objects.all()},
    "applied": dict(Counter(AuditEntry.objects.filter(subject="households.importrun", verb="applied")
        .values_list("subject_id", flat=True))),
    "people": dict(Counter(Person.objects.filter(name__startswith="Warga").values_list("name", flat=True))),
    "families": Family.objects.count(),
    "jobs": dict(Counter(OutboxJob.objects.values_list("state", flat=True))),
    "last": OutboxJob.objects.order_by("-pk").values_list("pk", flat=True).first(),
}
"""


def check_everything(machine, office):
    """Compare what people were told with what there is; return how many checks were made."""
    found = machine.ask(FOUND)
    told = {str(pk): text for pk, text in office.complaints.values()}
    mine = {pk: row for pk, row in found["complaints"].items() if row[0].startswith("Keluhan ")}
    assert {pk: row[0] for pk, row in mine.items()} == told, "every acknowledged complaint, and no other, once"
    assert len({row[0] for row in mine.values()}) == len(mine), "none twice"
    for key, (pk, _text) in office.complaints.items():
        assert found["keys"][key] == str(pk)
    entries = {(subject, verb): count for subject, verb, count in found["entries"]}
    for pk, (_text, state, version) in mine.items():
        assert (state, version) == (("answered_on_spot", 2) if int(pk) in office.answered else ("recorded", 1))
        assert entries.get((int(pk), "answer"), 0) == (int(pk) in office.answered), "one line of the trail for one step"
    for pk, number in office.files.items():
        state, _rows = found["runs"][str(pk)]
        assert state in ("previewed", "applied"), f"run {pk} hangs in {state}"
        assert found["people"].get(f"Warga{number}x", 0) == (ROWS if state == "applied" else 0), (
            f"run {pk} is half applied"
        )
        assert found["applied"].get(str(pk), 0) == (state == "applied")
    assert found["families"] == sum(found["people"].values()), "a family for every person"
    assert set(found["jobs"]) <= {"done"}
    done = {pk for (pk,) in machine.rows("SELECT id FROM core_outboxjob WHERE state = 'done'")}
    assert set(office.jobs) <= done
    return 4 * len(mine) + 3 * len(office.files) + len(office.jobs)


def sums(machine, database="slrt", with_sequences=False):
    """Checksums of the tables, less those that tell what was asked or promised rather than what is known."""
    with contextlib.closing(psycopg2.connect(machine.cluster.url(database))) as asking:
        asking.set_session(isolation_level="REPEATABLE READ")
        with asking.cursor() as cursor:
            found = dict(checksums.of_tables(cursor))
            if with_sequences:
                return {**found, **checksums.of_sequences(cursor)}
    # Beat goes on meanwhile: its timetable and the runs it asks for change by the clock.
    clockwork = ("core_outboxjob", "jobs_jobrun", "django_celery_beat_periodictask", "django_celery_beat_periodictasks")
    return {name: value for name, value in found.items() if name not in clockwork}


def stored_files(machine):
    return sorted(path.name for path in (machine.folder / "data" / "uploads").rglob("*") if path.is_file())


def schema(cluster, name):
    """Everything that a database has besides its rows; import runs keep theirs in schemas of their own."""
    text = cluster.program("pg_dump", "--schema-only", "--no-owner", "--schema=public", cluster.url(name))
    return sorted(line for line in text.splitlines() if line and not line.startswith(("--", "\\")))
