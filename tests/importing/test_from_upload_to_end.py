"""A run from upload to its end: its rows are kept beside it, its page follows it, it can be stopped and tried again."""

import pytest
from django.db import connection

from households.importing import applying, ending, previewing, uploading
from households.models import Person
from slrt.core import outbox
from slrt.core.errors import TransitionNotAllowed
from slrt.core.models import OutboxJob
from tests.importing.rows import GOOD, HEAD, applied, previewed


def _kept(started):
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"import_{started.pk}.import_person"])
        return cursor.fetchone()[0]


def test_checked_rows_are_kept_until_they_are_applied_or_put_aside(manager):
    data = f"{HEAD}\n{GOOD}\n".encode()
    one, other = previewed(manager, data), previewed(manager, data)
    assert [_kept(started) for started in (one, other)] == [True, True]
    ending.cancel(other, by=manager)
    applied(manager, one)
    assert [_kept(started) for started in (one, other)] == [False, False]


@pytest.mark.parametrize("loss", ["DROP SCHEMA import_{} CASCADE", "TRUNCATE import_{}.import_person"])
def test_checked_rows_that_a_crash_took_are_made_again_from_the_file(manager, loss):
    started = previewed(manager, f"{HEAD}\n{GOOD}\n".encode())
    with connection.cursor() as cursor:
        cursor.execute(loss.format(started.pk))
    assert applied(manager, started).counts["people"]["new"] == 1
    assert Person.objects.get().name == "Rosna"


def test_an_area_that_was_taken_away_meanwhile_is_not_written_in(manager):
    started = previewed(manager, f"{HEAD}\n{GOOD}\n".encode())
    applying.request_apply(started, by=manager, version=started.version)
    manager.assignments.update(area_id="13.71")
    applying.apply(started.pk)
    started.refresh_from_db()
    assert (started.counts["accepted"], started.counts["reasons"]) == (0, {"village_outside": 1})
    assert not Person.objects.exists()


def test_what_others_wrote_after_the_preview_is_seen_when_applying(manager):
    data = f"{HEAD}\n{GOOD}\n".encode()
    first, second = previewed(manager, data), previewed(manager, data)
    applied(manager, first)
    assert second.counts["people"]["new"] == 1
    counts = applied(manager, second).counts
    assert (counts["people"], counts["left_out"]) == ({"new": 0, "changed": 0, "unchanged": 0}, 1)
    assert Person.objects.count() == 1


def test_the_page_of_a_run_follows_it_and_then_shows_the_whole_result(manager, browse):
    started = uploading.upload(f"{HEAD}\n{GOOD}\n".encode(), "berkas.csv", by=manager)
    client, page = browse(manager), f"/impor/{started.pk}/"
    waiting = client.get(page).content.decode()
    assert f'hx-get="{page}"' in waiting
    assert '<noscript><meta http-equiv="refresh"' in waiting
    part = client.get(page, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.content.decode()
    previewing.preview(started.pk)
    assert client.get(page, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "hx-get" not in client.get(page).content.decode()


def test_a_reading_can_be_stopped_and_leaves_nothing(manager, monkeypatch):
    started = uploading.upload(f"{HEAD}\n{GOOD}\n".encode(), "x.csv", by=manager)
    real = previewing.Stager.take

    def stopped_meanwhile(self, good, refused):
        real(self, good, refused)
        ending.cancel(started, by=manager)

    monkeypatch.setattr(previewing.Stager, "take", stopped_meanwhile)
    previewing.preview(started.pk)
    started.refresh_from_db()
    assert (started.state, _kept(started), Person.objects.count()) == ("cancelled", False, 0)


def test_a_run_whose_job_was_given_up_says_so_and_can_be_tried_again(manager, browse):
    started = uploading.upload(f"{HEAD}\n{GOOD}\n".encode(), "x.csv", by=manager)
    OutboxJob.objects.update(state="failed")
    client, page = browse(manager), f"/impor/{started.pk}/"
    answer = client.get(page).content.decode()
    assert "berhenti berkali-kali" in answer
    assert "hx-get" not in answer
    assert "Coba lagi" in answer
    client.post(f"{page}ulang/")
    previewing.preview(started.pk)
    started.refresh_from_db()
    assert (started.state, started.problem) == ("previewed", "")


@pytest.mark.parametrize(
    ("kind", "data", "leads_to"),
    [
        ("extract", b"PK\x03\x04 cut off", "/impor/"),
        ("extract", f"{HEAD}\n".encode(), "/impor/"),
        ("deciles", b"\xd0\xcf\x11\xe0 with a password", "/impor/"),
        ("answer", b"PK\x03\x04 cut off", "/jawaban/"),
    ],
)
def test_a_file_that_is_broken_is_uploaded_again_and_not_tried_again(manager, browse, kind, data, leads_to):
    started = uploading.upload(data, "x.csv", by=manager, kind=kind)
    assert outbox.sweep() == 1
    client, page = browse(manager), f"/impor/{started.pk}/"
    answer = client.get(page).content.decode()
    assert "Coba lagi" not in answer
    assert f'href="{leads_to}">Unggah berkas lain</a>' in answer
    said = client.post(f"{page}ulang/", follow=True).content.decode()
    assert "Perbaiki isinya, lalu unggah lagi." in said
    started.refresh_from_db()
    assert (started.state, outbox.sweep()) == ("failed", 0)


def test_only_a_failed_file_is_tried_again(manager):
    started = previewed(manager, f"{HEAD}\n{GOOD}\n".encode())
    with pytest.raises(TransitionNotAllowed):
        ending.retry(started, by=manager)
    started.refresh_from_db()
    assert started.state == "previewed"
