"""A long list is made beside the page: how far it is can be seen, it can be stopped, and a dead worker leaves no riddle."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.duplicates.search import search
from slrt.audit.models import AuditEntry
from slrt.core import clock, outbox
from slrt.core.models import OutboxJob
from slrt.exports import building, writing
from slrt.exports.expiry import clear_expired
from slrt.exports.models import Export
from slrt.local.places import BASE_DIR
from tests import cases, people
from tests.duplicates.entries import CARD, FIRST, SECOND
from tests.exports.reading import csv_rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def long_list(settings, monkeypatch):
    """More than two rows count as long, and a chunk is one row."""
    settings.EXPORT_AT_ONCE = 2
    monkeypatch.setattr(writing, "CHUNK_ROWS", 1)


@pytest.fixture
def no_bell(monkeypatch):
    """Nobody hears the bell: jobs wait for the sweep."""
    monkeypatch.setattr(outbox, "_ring", lambda job_id: None)


@pytest.fixture
def waiting(no_bell, lestari, families, ask):
    """An export of five families that nobody has begun."""
    answer, export = ask(lestari, "keluarga")
    assert answer["Location"] == f"/ekspor/{export.pk}/"
    assert (export.state, export.total, export.done) == ("waiting", 5, 0)
    return export


def test_a_long_list_waits_for_the_worker(waiting, browse, lestari, uploads, content):
    page = browse(lestari).get(f"/ekspor/{waiting.pk}/").content.decode()
    assert "0 dari 5 baris" in page
    assert 'hx-trigger="every 2s"' in page
    assert not uploads.exists()
    assert AuditEntry.objects.filter(verb="export").count() == 0
    outbox.sweep()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.done, waiting.attempts) == ("ready", 5, 1)
    assert len(csv_rows(content(lestari, waiting))[1]) == 5
    assert AuditEntry.objects.get(verb="export").details["rows"] == 5
    refresh = browse(lestari).get(f"/ekspor/{waiting.pk}/", headers={"hx-request": "true"})
    assert refresh["HX-Refresh"] == "true"


def test_short_lists_do_not_wait(no_bell, lestari, families, ask):
    _answer, export = ask(lestari, "keluarga", f"?village={people.SALIDO}")
    assert export.state == "ready"
    assert not OutboxJob.objects.exists()


@pytest.fixture
def many_pairs(no_bell, settings, rina, places):
    """Two people stand in the registry twice, which is more than is made while somebody waits."""
    settings.EXPORT_AT_ONCE = 1
    names = (("Rosna Tanjung", FIRST, ""), ("Tandjoeng Rosna", SECOND, CARD))
    more = (("Hasan Basri", "1301990506700001", ""), ("Hasan Bashri", "1301990506700003", "1301990506109004"))
    for name, nik, card in (*names, *more):
        cases.family_in(people.SAGO, name=name, nik=nik, **({"kk": card} if card else {}))
    search()
    return rina


def test_pairs_are_counted_to_the_end_by_the_job_and_by_no_page(many_pairs, browse, ask, content):
    with CaptureQueriesContext(connection) as asked:
        browse(many_pairs).get("/ekspor/baru/ganda/")
        _answer, export = ask(many_pairs, "ganda")
    counts = [q["sql"] for q in asked if "COUNT(" in q["sql"] and "households_duplicatecandidate" in q["sql"]]
    assert counts
    assert all("LIMIT" in sql for sql in counts)
    assert (export.state, export.done) == ("waiting", 0)
    assert AuditEntry.objects.get(verb="export_ask").details["more_than"] == 1
    for path in (f"/ekspor/{export.pk}/", "/ekspor/"):
        page = browse(many_pairs).get(path).content.decode()
        assert "dihitung" in page
        assert "0 dari 0" not in page
        assert 'max="0"' not in page
    outbox.sweep()
    export.refresh_from_db()
    assert (export.state, export.total, export.done) == ("ready", 2, 2)
    assert len(csv_rows(content(many_pairs, export))[1]) == 2


def test_more_pairs_than_a_workbook_holds_end_in_the_sentence_that_the_form_would_have_said(
    many_pairs, browse, ask, monkeypatch, uploads
):
    monkeypatch.setattr(building, "XLSX_MOST_ROWS", 1)
    _answer, export = ask(many_pairs, "ganda", format="csv")
    outbox.sweep()
    export.refresh_from_db()
    assert (export.state, export.total) == ("ready", 2)
    monkeypatch.setattr(building, "XLSX_MOST_ROWS", 10)
    _answer, export = ask(many_pairs, "ganda", format="xlsx")
    monkeypatch.setattr(building, "XLSX_MOST_ROWS", 1)
    outbox.sweep()
    export.refresh_from_db()
    assert (export.state, export.problem) == ("failed", "Terlalu banyak baris untuk Excel. Pilih CSV.")
    assert (
        "0 baris" not in browse(many_pairs).get("/ekspor/").content.decode().partition("<li>")[2].partition("</li>")[0]
    )
    assert [path.stem for path in uploads.iterdir()] == [str(Export.objects.get(format="csv").pk)]


def test_how_far_it_is_can_be_seen_while_it_is_made(waiting, browse, lestari, monkeypatch):
    seen, pages, real = [], [], building.Watch.moved
    client, path = browse(lestari), f"/ekspor/{waiting.pk}/"

    def look(watch, done):
        real(watch, done)
        _in_another_process(lambda: seen.append(Export.objects.get(pk=waiting.pk).done))
        _in_another_process(lambda: pages.append(client.get(path, headers={"hx-request": "true"}).content.decode()))
        page = pages[-1]
        assert f"{done} dari 5 baris" in page
        assert f'value="{done}" max="5"' in page

    monkeypatch.setattr(building.Watch, "moved", look)
    outbox.sweep()
    assert seen == [1, 2, 3, 4, 5]


def test_the_time_that_is_left_is_said_in_minutes_and_never_as_no_seconds(waiting, browse, lestari):
    begun = clock.now()
    more = {"state": "running", "total": 1000, "started_at": begun, "moved_at": begun + timedelta(seconds=10)}
    page, path = browse(lestari), f"/ekspor/{waiting.pk}/"
    for done, said in (
        (100, "kira-kira 1 menit 30 detik lagi"),
        (500, "kira-kira 10 detik lagi"),
        (999, "hampir selesai"),
    ):
        Export.objects.filter(pk=waiting.pk).update(done=done, **more)
        assert f"· {said}</p>" in page.get(path).content.decode()


def test_the_file_is_one_moments_truth(waiting, lestari, content, monkeypatch):
    """A family that comes while the file is written is not in it."""
    from tests import cases

    real = building.Watch.moved

    def meanwhile(watch, done):
        real(watch, done)
        if done == 1:
            _in_another_process(lambda: cases.family_in(people.SAGO, "Datang Belakangan", "1301994506850091"))

    monkeypatch.setattr(building.Watch, "moved", meanwhile)
    outbox.sweep()
    data = content(lestari, Export.objects.get())
    assert "Belakangan" not in data.decode()


def test_cancelled_while_it_is_made(waiting, browse, lestari, uploads, monkeypatch):
    real = building.Watch.moved

    def cancel(watch, done):
        if done == 2:
            _in_another_process(lambda: browse(lestari).post(f"/ekspor/{waiting.pk}/buang/"))
        real(watch, done)

    monkeypatch.setattr(building.Watch, "moved", cancel)
    outbox.sweep()
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"
    assert list(uploads.iterdir()) == []
    assert OutboxJob.objects.get().state == "done"
    assert not AuditEntry.objects.filter(verb="export").exists()


def test_cancelled_before_it_was_begun(waiting, browse, lestari, uploads):
    browse(lestari).post(f"/ekspor/{waiting.pk}/buang/")
    outbox.sweep()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == ("cancelled", 0)
    assert not uploads.exists()


def test_who_lost_the_role_meanwhile_gets_a_sentence(waiting, lestari, browse, uploads):
    lestari.assignments.update(role="administrator")
    outbox.sweep()
    waiting.refresh_from_db()
    assert waiting.state == "failed"
    assert "mengunduh daftar" in waiting.problem
    assert not uploads.exists()
    assert AuditEntry.objects.filter(verb="export_failed").count() == 1


def test_a_full_disk_ends_in_a_sentence(waiting, browse, lestari, uploads, monkeypatch):
    import errno

    from slrt.core.sealed import Sealer

    def full(self, *args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Sealer, "_put", full)
    outbox.sweep()
    waiting.refresh_from_db()
    assert waiting.state == "failed"
    assert "penuh" in browse(lestari).get(f"/ekspor/{waiting.pk}/").content.decode()
    assert list(uploads.iterdir()) == []


def test_a_fault_is_tried_again_and_then_works(waiting, monkeypatch):
    real = building._finish
    monkeypatch.setattr(building, "_finish", lambda *args: 1 / 0)
    outbox.sweep()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.done, waiting.attempts) == ("waiting", 0, 1)
    monkeypatch.setattr(building, "_finish", real)
    with clock.told(clock.now() + timedelta(hours=1)):
        outbox.sweep()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == ("ready", 2)


def test_a_fault_that_stays_ends_in_a_sentence(waiting, monkeypatch, uploads):
    monkeypatch.setattr(building, "_finish", lambda *args: 1 / 0)
    for hours in range(1, 6):
        with clock.told(clock.now() + timedelta(hours=hours)):
            outbox.sweep()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == ("failed", 3)
    assert "terhenti berulang kali" in waiting.problem
    assert list(uploads.iterdir()) == []
    assert OutboxJob.objects.get().state == "done"


def test_two_workers_do_not_make_one_export(waiting):
    with building._watch(waiting.pk):
        with pytest.raises(building.Busy):
            building.build(waiting.pk)
        waiting.refresh_from_db()
        assert (waiting.state, waiting.attempts) == ("waiting", 0)
    building.build(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == "ready"
    building.build(waiting.pk)
    assert AuditEntry.objects.filter(verb="export").count() == 1, "told again, done once"


def test_a_person_has_so_many_open_ones(waiting, lestari, ask, settings):
    settings.EXPORTS_AT_A_TIME = 1
    answer, export = ask(lestari, "keluarga")
    assert (answer.status_code, export) == (422, None)
    assert "sedang disusun" in answer.content.decode()


def test_what_was_never_finished_does_not_hang_for_ever(waiting, browse, lestari):
    with clock.told(clock.now() + timedelta(hours=25)):
        assert clear_expired() == (1, 0)
    waiting.refresh_from_db()
    assert waiting.state == "failed"
    assert "tidak pernah selesai" in waiting.problem


def _in_another_process(work):
    """Do something with a connection of its own, as the web server does while the worker writes."""

    def run():
        try:
            work()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()


WORKER = """
import django, sys, time
django.setup()
from django.conf import settings
from pathlib import Path
settings.MEDIA_ROOT = Path(sys.argv[1])
from slrt.core import outbox
from slrt.exports import building, writing
writing.CHUNK_ROWS = 1
real = building.Watch.moved
def slow(watch, done):
    real(watch, done)
    if done == 3:
        print("three", flush=True)
        time.sleep(60)
building.Watch.moved = slow
outbox.sweep()
"""


def _url():
    held = connection.settings_dict
    where = f"{held['USER']}:{held['PASSWORD']}@{held['HOST'].replace('/', '%2F')}:{held['PORT'] or 5432}"
    return f"postgresql://{where}/{held['NAME']}"


def test_a_worker_killed_in_the_middle(waiting, lestari, content, uploads):
    environment = {**os.environ, "DATABASE_URL": _url()}
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(uploads.parent)],
        cwd=BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline().strip() == "three"
        waiting.refresh_from_db()
        assert (waiting.state, waiting.done) == ("running", 3)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
    assert [path.suffix for path in uploads.iterdir()] == [".part"]
    with clock.told(clock.now() + outbox.LEASE + timedelta(minutes=1)):
        _sweep_until_free(waiting)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.done, waiting.attempts) == ("ready", 5, 2)
    assert len(csv_rows(content(lestari, waiting))[1]) == 5
    assert [path.suffix for path in uploads.iterdir()] == [".sealed"]
    assert AuditEntry.objects.filter(verb="export").count() == 1


def _sweep_until_free(export):
    """The server notices the killed worker's connection a moment later; until then its lock is held."""
    for _n in range(200):
        try:
            with building._watch(export.pk):
                break
        except building.Busy:
            time.sleep(0.1)
    outbox.sweep()
