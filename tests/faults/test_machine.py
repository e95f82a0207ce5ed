"""Processes die at bad moments: what was acknowledged is there, once, and every promise is kept.

The stories share one installation and stay in one file: tests run side by side file by file, and a second file would start a
second installation.
"""

import contextlib
import os
import random
import subprocess
import sys
import time
from collections import Counter

import psycopg2
import pytest

from households.importing.claiming import IMPORT_LOCK
from slrt.core import checksums
from slrt.local.places import BASE_DIR
from tests.faults.browser import Browser, number_in
from tests.faults.checking import check_everything, schema, stored_files, sums
from tests.faults.conftest import KILLS, LONG_FORM
from tests.faults.entries import complaint_fields, extract, new_key
from tests.faults.imports import ROWS, people_of, run_in_state, upload
from tests.faults.office import Office
from tests.faults.processes import SECONDS, children_of, kill, wait_until
from tests.faults.striking import STAGES, VICTIMS, in_production_times, strike

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]

LAST = 20  # kills of the long form that happen with the times of production, and all stories after them


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
            strike(machine, victim, rng)
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
    # Beat would write its timetable between the sums and the dump, and the worker its runs.
    machine.kill("beat")
    machine.wait_until_all_is_done()
    machine.kill("worker")
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
    url = cluster.make_database("disturbed")
    [(in_all,)] = machine.rows("SELECT count(*) FROM django_migrations")
    moments = sorted(rng.sample(range(1, in_all), max(1, KILLS // 10)))
    struck = [killed_at for moment in moments if (killed_at := kill_half_way(migrate(url), url, moment, in_all))]
    assert struck, "no migration was running when it should have been killed"
    last = migrate(url)
    assert last.wait(300) == 0
    assert schema(cluster, "disturbed") == schema(cluster, "slrt")
    print(
        f"\nFAULTS seed {seed}: killed after {struck} of {in_all} migrations, inside the next; the one after ended well"
    )


def kill_half_way(running, url, moment, in_all):
    """Kill once `moment` migrations are applied and a further one holds a transaction open.

    Return how many were applied then; 0 when it ended before.
    """
    with contextlib.closing(psycopg2.connect(url)) as looking:
        looking.autocommit = True
        while running.poll() is None:
            applied = applied_while_one_runs(looking)
            if moment <= applied < in_all:
                kill(running.pid, *children_of(running.pid))
                running.wait(30)
                return applied
            time.sleep(0.005)
    return 0


def applied_while_one_runs(looking):
    """How many migrations are applied, 0 unless somebody else is in the middle of a transaction that has changed something."""
    with looking.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        if cursor.fetchone() == (False,):
            return 0
        cursor.execute(
            "SELECT count(*) FROM django_migrations WHERE EXISTS (SELECT FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL)"
        )
        return cursor.fetchone()[0]


def migrate(url):
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "slrt.settings.test"}
    command = [sys.executable, "manage.py", "migrate", "--noinput", "-v0"]
    return subprocess.Popen(command, cwd=BASE_DIR, env=environment)
