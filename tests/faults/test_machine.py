"""Processes die at bad moments: what was acknowledged is there, once, and every promise is kept."""

import contextlib
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter

import psycopg2
import pytest

from households.importing.run import IMPORT_LOCK
from slrt.core import checksums
from slrt.local import postgres
from slrt.local.places import BASE_DIR
from tests.faults.conftest import KILLS, LONG_FORM
from tests.faults.machine import (
    SECONDS,
    SERVICES,
    Browser,
    children_of,
    complaint_fields,
    extract,
    kill,
    wait_until,
)

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]

ROWS = 2000
LAST = 20  # kills of the long form that happen with the times of production, and all stories after them
VICTIMS = ("web", "web child", "worker", "worker child", "redis", "postgres", "postgres child")
STAGES = ("import", "transition", "outbox")
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


def number_in(location):
    """The row's number in an address."""
    return int(re.search(r"/(\d+)/", location).group(1))


class Office:
    """Three people at work until told to stop: they send what they sent again until somebody takes it."""

    def __init__(self, machine, first_file):
        self.machine, self.number = machine, first_file
        self.complaints, self.answered, self.files, self.jobs, self.faults = {}, set(), {}, [], []
        self.over, self.stepping = threading.Event(), threading.Event()
        fitri, rina, lestari = (Browser(machine, name).sign_in() for name in ("fitri", "rina", "lestari"))
        self.threads = [
            threading.Thread(target=self._work, args=(task, who), daemon=True)
            for task, who in ((self.take_complaint, (fitri, rina)), (self.import_file, lestari), (self.promise, None))
        ]

    def _work(self, task, who):
        try:
            while not self.over.is_set():
                task(who)
        except BaseException as fault:
            self.faults.append(fault)

    def take_complaint(self, people):
        """A complaint is recorded, and answered by the back office."""
        fitri, rina = people
        fields = complaint_fields(f"Keluhan {len(self.complaints)}")
        self.stepping.set()
        pk = number_in(fitri.insist("/keluhan/baru/", fields))
        self.complaints[fields["idempotency_key"]] = (pk, fields["description"])
        answer = {
            "answer": "Sudah dijelaskan.",
            "version": "1",
            "note": "",
            "idempotency_key": complaint_fields("")["idempotency_key"],
        }
        rina.insist(f"/keluhan/{pk}/answer/", answer)
        self.answered.add(pk)
        self.stepping.clear()
        self.over.wait(0.2)

    def import_file(self, lestari):
        """A file is uploaded, looked at and applied."""
        self.number += 1
        form = {"idempotency_key": complaint_fields("")["idempotency_key"]}
        pk = number_in(lestari.insist("/impor/", form, extract(self.number, ROWS)))
        self.files[pk] = self.number
        version = self._wait_for_run(pk, "previewed")
        if version:
            form = {"version": version, "idempotency_key": complaint_fields("")["idempotency_key"]}
            lestari.insist(f"/impor/{pk}/terapkan/", form)
            self._wait_for_run(pk, "applied")

    def _wait_for_run(self, pk, state):
        while not self.over.is_set():
            with contextlib.suppress(psycopg2.Error):
                found = self.machine.rows("SELECT state, version FROM households_importrun WHERE id = %s", pk)
                if found[0][0] == state:
                    return found[0][1]
            time.sleep(0.1)
        return None

    def promise(self, _nobody):
        """A promise whose bell nobody rang, as after an outage of the broker: the sweep has to find it."""
        with contextlib.suppress(psycopg2.Error):
            ((pk,),) = self.machine.rows(
                "INSERT INTO core_outboxjob (name, args, state, attempts, run_after, last_error, created_at) "
                "VALUES ('households.tidy_name_index', '{}', 'waiting', 0, now(), '', now()) RETURNING id"
            )
            self.jobs.append(pk)
        self.over.wait(1)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *fault):
        self.over.set()
        for thread in self.threads:
            thread.join(5 * SECONDS)

    def await_moment(self, stage, rng):
        """Wait for the stage to be under way, then a random moment; return whether it was met."""
        until = time.monotonic() + 15
        questions = {
            # Claimed or renewed a moment ago: a claim that a dead worker left does not count as an import.
            "import": "SELECT 1 FROM core_outboxjob WHERE state = 'leased' AND name LIKE '%%import' "
            "AND leased_until > now() + make_interval(secs => %s)",
            "outbox": "SELECT 1 FROM core_outboxjob WHERE state IN ('leased', 'waiting') AND %s > 0",
        }
        met = False
        while not met and time.monotonic() < until:
            with contextlib.suppress(psycopg2.Error):
                met = (
                    self.stepping.is_set()
                    if stage == "transition"
                    else bool(self.machine.rows(questions[stage], self.machine.lease * 0.7))
                )
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.4))
        return met


def strike(machine, victim, rng):
    """Kill, and start again whatever does not come back by itself. Return whether there was anybody to kill."""
    name, _space, child = victim.partition(" ")
    if name == "postgres":
        if child:
            struck = machine.cluster.kill_one_backend(rng)
        else:
            machine.cluster.kill()
            struck = True
        machine.cluster.start()
    elif child:
        struck = machine.kill_child(name, rng)
    else:
        machine.kill(name)
        struck = True
        machine.start(name)
    for service in SERVICES:
        machine.wait_for(service)
    return struck


def in_production_times(machine):
    """A worker that says nothing keeps its job for a minute, the sweep comes every half minute."""
    machine.set_times(lease=60, sweep=30)
    for name in ("worker", "beat"):
        machine.kill(name)
        machine.restart(name)


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


def test_whoever_is_killed_no_acknowledged_write_is_lost_and_none_happens_twice(machine):
    seed = int(os.environ.get("SEED") or time.time())
    rng, began = random.Random(seed), time.monotonic()
    # Every victim and every stage in turn, in an order of its own each time.
    plan = [(VICTIMS[n % len(VICTIMS)], STAGES[n % len(STAGES)]) for n in range(KILLS)]
    rng.shuffle(plan)
    kills, missed = Counter(), 0
    print(f"\nSEED={seed} KILLS={KILLS}")
    with Office(machine, first_file=0) as office:
        for turn, (victim, stage) in enumerate(plan):
            if LONG_FORM and turn == KILLS - LAST:
                in_production_times(machine)
            missed += not office.await_moment(stage, rng)
            if strike(machine, victim, rng):
                kills[f"{victim} during {stage}"] += 1
            assert not office.faults, office.faults
    assert not office.faults, office.faults
    assert not any(thread.is_alive() for thread in office.threads)
    seconds = machine.wait_until_all_is_done()
    checks = check_everything(machine, office)
    summary = [f"{count:4d}  {kind}" for kind, count in sorted(kills.items())]
    print(f"FAULTS seed {seed}: {sum(kills.values())} kills, {missed} of them beside the stage they were meant for")
    print("\n".join(summary))
    print(
        f"FAULTS {len(office.complaints)} complaints, {len(office.answered)} steps, {len(office.files)} imports of {ROWS} rows, "
        f"{len(office.jobs)} silent promises; {checks} checks; last promise kept {seconds:.0f} s after the last restart; "
        f"{time.monotonic() - began:.0f} s in all"
    )
    assert sum(kills.values()) >= KILLS * 0.9
    assert office.answered
    assert office.jobs


def test_a_worker_killed_in_the_middle_of_an_import_is_replaced_in_time(machine):
    lestari = Browser(machine, "lestari").sign_in()
    run = upload(lestari, extract(501, ROWS))
    version = run_in_state(machine, run, "previewed")
    leased = "SELECT 1 FROM core_outboxjob WHERE state = 'leased' AND name = 'households.apply_import'"
    # Whoever holds the import's lock keeps the worker in the middle of its work, however fast it is.
    with contextlib.closing(psycopg2.connect(machine.cluster.url())) as holding:
        holding.cursor().execute("SELECT pg_advisory_lock(%s)", [IMPORT_LOCK])
        lestari.insist(f"/impor/{run}/terapkan/", {"version": version, "idempotency_key": new_key()})
        wait_until(lambda: machine.rows(leased), SECONDS, "a worker that applies")
        machine.kill("worker")
        assert people_of(machine, 501) == 0
    machine.restart("worker")
    began = time.monotonic()
    run_in_state(machine, run, "applied")
    print(f"\nFAULTS an import whose worker was killed was applied {time.monotonic() - began:.0f} s after the restart")
    assert people_of(machine, 501) == ROWS
    machine.wait_until_all_is_done()


def test_with_the_broker_away_the_person_sees_success_and_the_job_waits(machine):
    lestari = Browser(machine, "lestari").sign_in()
    machine.kill("redis")
    began = time.monotonic()
    run = upload(lestari, extract(502, 5))
    assert time.monotonic() - began < 45, "nobody waits for a broker that does not answer"
    assert machine.rows("SELECT state FROM households_importrun WHERE id = %s", run) == [("uploaded",)]
    assert lestari.ask("GET", f"/impor/{run}/")[0] == 200
    ready = lestari.ask("GET", "/readyz")
    assert ready[0] == 200
    assert "jobs wait" in ready[2]
    assert [state for _pk, _name, state, _attempts in machine.open_jobs()] == ["waiting"]
    machine.restart("redis")
    assert run_in_state(machine, run, "previewed")
    machine.wait_until_all_is_done()


def test_with_the_database_away_every_page_says_so_and_the_same_form_works_afterwards(machine):
    fitri = Browser(machine, "fitri").sign_in()
    before = machine.rows("SELECT count(*) FROM complaints_complaint")
    machine.cluster.kill()
    fields = complaint_fields("Disampaikan saat basis data mati")
    for status, headers, text in (
        fitri.ask("GET", "/"),
        fitri.ask("GET", "/keluhan/"),
        fitri.ask("GET", "/masuk/"),
        fitri.post("/keluhan/baru/", fields),
    ):
        assert (status, headers["Retry-After"]) == (503, "30"), text
        assert "Basis data sedang tidak terhubung" in text
    machine.cluster.start()
    assert machine.rows("SELECT count(*) FROM complaints_complaint") == before
    first = fitri.insist("/keluhan/baru/", fields)
    assert fitri.insist("/keluhan/baru/", fields) == first, "the same form again leads to the same complaint"
    assert machine.rows("SELECT count(*) FROM complaints_complaint") == [(before[0][0] + 1,)]


def test_a_job_delivered_many_times_has_its_effect_once(machine):
    lestari = Browser(machine, "lestari").sign_in()
    run = upload(lestari, extract(503, 50))
    version = run_in_state(machine, run, "previewed")
    machine.kill("worker")
    lestari.insist(f"/impor/{run}/terapkan/", {"version": version, "idempotency_key": new_key()})
    job = machine.ask(
        "from slrt.core.models import OutboxJob\nfrom slrt.core.tasks import run_job\n"
        "answer = OutboxJob.objects.latest('pk').pk\n"
        "for _ in range(20):\n    run_job.apply_async(args=[answer])"
    )
    machine.restart("worker")
    run_in_state(machine, run, "applied")
    machine.wait_until_all_is_done()
    after = sums(machine)
    # As if the worker had died after its work and before it said so.
    machine.rows("UPDATE core_outboxjob SET state = 'waiting', attempts = 0 WHERE id IN (%s, %s)", job, job - 1)
    machine.wait_until_all_is_done()
    assert checksums.differences(after, sums(machine)) == [], "the second time changes nothing"
    assert people_of(machine, 503) == 50
    lines = (
        "SELECT count(*) FROM audit_auditentry WHERE subject = 'households.importrun' AND subject_id = %s AND verb = %s"
    )
    assert machine.rows(lines, run, "applied") == [(1,)]


WRONG_CLOCK = """
import datetime, time, time_machine
from slrt.core import clock, outbox
with time_machine.travel(clock.now() + datetime.timedelta(days=1)):
    {what}
"""


def test_a_clock_a_day_ahead_holds_nothing_up_for_a_day(machine):
    machine.ask(WRONG_CLOCK.format(what="answer = outbox.promise('households.tidy_name_index').pk"))
    held = (
        "outbox._handlers['households.tidy_name_index'] = lambda: (print('held', flush=True), time.sleep(600))\n"
        "    outbox.promise('households.tidy_name_index')\n"
        "    outbox.sweep()"
    )
    # Here the bell of the second promise must not be heard by the right worker first.
    machine.kill("worker")
    dying = machine.begin_script(WRONG_CLOCK.format(what=f"outbox._ring = print\n    {held}"))
    try:
        lines = iter(dying.stdout.readline, "")
        assert any(line.strip() == "held" for line in lines)
    finally:
        dying.kill()
        dying.wait(30)
        dying.stdout.close()
    machine.restart("worker")
    machine.wait_until_all_is_done()


def test_an_upload_that_finds_no_room_is_refused_whole_and_taken_when_there_is_room(machine, small_uploads):
    lestari = Browser(machine, "lestari").sign_in()
    form = {"idempotency_key": new_key()}
    file = extract(504, ROWS) + "\n" * 400_000
    before = (sums(machine), stored_files(machine))
    status, headers, text = lestari.post("/impor/", form, file)
    assert (status, headers["Retry-After"]) == (503, "30"), text
    assert "Ruang simpan di peladen penuh" in text
    after = (sums(machine), stored_files(machine))
    assert after[1] == before[1], "no piece of the file is left"
    assert set(checksums.differences(before[0], after[0])) <= {"django_session"}
    assert lestari.ask("GET", "/impor/")[0] == 200, "the rest works on"
    small_uploads.make_room()
    run = number_in(lestari.insist("/impor/", form, file))
    assert run_in_state(machine, run, "previewed")
    machine.wait_until_all_is_done()


def test_a_full_database_disk_is_told_and_nothing_is_half_written(machine, small_table):
    fitri = Browser(machine, "fitri").sign_in()
    small_table.fill()
    taken, refused = [], None
    for turn in range(200):
        fields = complaint_fields(f"Ruang {turn} " + "x" * 3000)
        status, headers, text = fitri.post("/keluhan/baru/", fields)
        if status != 302:
            refused = (status, headers, text, fields)
            break
        taken.append(number_in(headers["Location"]))
    assert refused is not None, "room was never used up"
    status, headers, text, fields = refused
    assert (status, headers["Retry-After"]) == (503, "30"), text
    assert "Ruang simpan di peladen penuh" in text
    key = "SELECT count(*) FROM core_idempotencykey WHERE key = %s::uuid"
    assert machine.rows(key, fields["idempotency_key"]) == [(0,)], "not even the form's key is left"
    orphans = (
        "SELECT count(*) FROM audit_auditentry e LEFT JOIN complaints_complaint c ON c.id = e.subject_id "
        "WHERE e.subject = 'complaints.complaint' AND c.id IS NULL"
    )
    assert machine.rows(orphans) == [(0,)]
    small_table.make_room()
    taken.append(number_in(fitri.insist("/keluhan/baru/", fields)))
    assert machine.rows("SELECT count(*) FROM complaints_complaint WHERE id = ANY(%s)", taken) == [(len(taken),)]


def test_a_backup_restored_into_an_empty_database_holds_the_same(machine, tmp_path):
    dump = str(tmp_path / "slrt.dump")
    cluster = machine.cluster
    before = sums(machine, with_sequences=True)
    cluster.program("pg_dump", "--format=custom", "--no-unlogged-table-data", f"--file={dump}", cluster.url())
    restored = cluster.make_database("restored")
    cluster.program("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={restored}", dump)
    after = sums(machine, database="restored", with_sequences=True)
    assert checksums.differences(before, after) == []
    assert before["households_person"].rows > 0
    assert before["audit_auditentry"].rows > 0
    assert "No planned migration operations" in machine.manage("migrate", "--plan", DATABASE_URL=restored)


def test_a_migration_killed_half_way_runs_again(machine):
    seed = int(os.environ.get("SEED") or time.time())
    rng, cluster = random.Random(seed), machine.cluster
    url, killed = cluster.make_database("disturbed"), 0
    for _ in range(max(1, KILLS // 10)):
        running = migrate(url)
        try:
            running.wait(rng.uniform(0.2, 0.8) * machine.migrated_in)
        except subprocess.TimeoutExpired:
            kill(running.pid, *children_of(running.pid))
            killed += 1
        running.wait(30)
    last = migrate(url)
    assert last.wait(300) == 0
    assert schema(cluster, "disturbed") == schema(cluster, "slrt")
    print(f"\nFAULTS seed {seed}: {killed} migrations killed, the next one ended well")


def migrate(url):
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "slrt.settings.test"}
    command = [sys.executable, "manage.py", "migrate", "--noinput", "-v0"]
    return subprocess.Popen(command, cwd=BASE_DIR, env=environment)


def schema(cluster, name):
    """Everything that a database has besides its rows; import runs keep theirs in schemas of their own."""
    text = cluster.program("pg_dump", "--schema-only", "--no-owner", "--schema=public", cluster.url(name))
    return sorted(line for line in text.splitlines() if line and not line.startswith(("--", "\\")))


def new_key():
    """A form's key."""
    return complaint_fields("")["idempotency_key"]


def upload(lestari, file):
    """Send a file until it is taken; return the run's number."""
    return number_in(lestari.insist("/impor/", {"idempotency_key": new_key()}, file))


def run_in_state(machine, run, state):
    """Wait for a run to reach a state; return its version."""
    question = "SELECT version FROM households_importrun WHERE id = %s AND state = %s"
    return wait_until(lambda: machine.rows(question, run, state), SECONDS, f"run {run} {state}")[0][0]


def people_of(machine, number):
    return machine.rows("SELECT count(*) FROM households_person WHERE name = %s", f"Warga{number}x")[0][0]


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


class SmallUploads:
    """The uploads' folder on a disk of 256 KB; without the right to mount one, files of the web server end at 256 KB."""

    BYTES = 256 * 1024

    def __init__(self, machine):
        self.machine, self.folder = machine, machine.folder / "data" / "uploads"
        self.folder.mkdir(exist_ok=True)
        self.mounted = machine.mount(self.folder, self.BYTES)
        print(
            f"\nFAULTS full disk of uploads: {'a disk of its own' if self.mounted else 'a limit on the size of files'}"
        )
        if not self.mounted:
            self._restart_web(self.BYTES)

    def _restart_web(self, limit):
        self.machine.kill("web")
        self.machine.limits["web"] = limit
        self.machine.restart("web")

    def make_room(self):
        if self.mounted:
            subprocess.run(["mount", "-o", "remount,size=64m", str(self.folder)], check=True)
        else:
            self._restart_web(None)

    def put_back(self):
        if self.mounted:
            self.machine.unmount(self.folder)
        elif self.machine.limits.get("web"):
            self._restart_web(None)


@pytest.fixture
def small_uploads(machine):
    made = SmallUploads(machine)
    try:
        yield made
    finally:
        made.put_back()


class SmallTable:
    """Complaints on a disk of 2 MB; without the right to mount one, the database answers as it does when it is full."""

    REFUSES = """
        CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
        END $$;
        CREATE TRIGGER no_room AFTER INSERT ON complaints_complaint FOR EACH ROW EXECUTE FUNCTION no_room();
    """

    def __init__(self, machine):
        self.machine, self.folder = machine, machine.folder / "small"
        self.folder.mkdir()
        self.mounted = machine.mount(self.folder, 2 * 1024 * 1024)
        print(
            f"\nFAULTS full disk of the database: {'a disk of its own' if self.mounted else 'an answer of the server'}"
        )
        if self.mounted:
            inside = self.folder / "space"
            inside.mkdir()
            if os.geteuid() == 0:
                shutil.chown(inside, postgres._other_user().pw_uid, postgres._other_user().pw_gid)
            machine.rows(f"CREATE TABLESPACE small LOCATION '{inside}'")
            machine.rows("ALTER TABLE complaints_complaint SET TABLESPACE small")

    def fill(self):
        if not self.mounted:
            self.machine.rows(self.REFUSES)
            return
        self.machine.rows("CREATE TABLE filler (text text) TABLESPACE small")
        with contextlib.suppress(psycopg2.errors.DiskFull):
            for _page in range(1000):
                self.machine.rows("INSERT INTO filler SELECT repeat('x', 1000) FROM generate_series(1, 7)")
            pytest.fail("8 MB fitted on a disk of 2 MB")

    def make_room(self):
        if self.mounted:
            self.machine.rows("DROP TABLE IF EXISTS filler")
        else:
            self.machine.rows(
                "DROP TRIGGER IF EXISTS no_room ON complaints_complaint; DROP FUNCTION IF EXISTS no_room()"
            )

    def put_back(self):
        self.make_room()
        if self.mounted:
            self.machine.rows("ALTER TABLE complaints_complaint SET TABLESPACE pg_default")
            self.machine.rows("CHECKPOINT")
            self.machine.rows("DROP TABLESPACE small")
            self.machine.unmount(self.folder)


@pytest.fixture
def small_table(machine):
    made = SmallTable(machine)
    try:
        yield made
    finally:
        made.put_back()
