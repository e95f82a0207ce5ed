"""What is no longer needed goes, after its owner was told; what still is stays; a second run finds nothing."""

import os
from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session

from households import retention as registry
from households import visiting
from households.importing import uploading
from households.importing.examining import whole
from households.importing.reading import Unreadable
from households.models import ImportRun, Photo, Visit
from households.registry import photos
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.models import IdempotencyKey, OutboxJob, RateBucket
from slrt.jobs import retention
from slrt.jobs.models import JobRun, Reminder
from slrt.jobs.reminding import handle
from tests import cases, people
from tests.entry.homes import agreed
from tests.registry.pictures import picture

FILE = b"NO_KK,NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN,HUB_KELUARGA,KODE_DESA\n"


def _ago(**span):
    return clock.now() - timedelta(**span)


def _promise(state, days):
    return OutboxJob.objects.create(name="x", state=state, run_after=clock.now(), done_at=_ago(days=days))


def test_done_promises_go_after_their_keep_time_and_failed_ones_stay(db, settings):
    settings.OUTBOX_KEEP_DAYS = 30
    old, new, failed = _promise("done", 31), _promise("done", 29), _promise("failed", 300)
    key = IdempotencyKey.objects.create(key="5a1b6c1e-98a4-4d52-9b33-3f1ff3e2c1d7", purpose="x")
    IdempotencyKey.objects.update(created_at=_ago(days=31))
    assert retention.clear_promises() == 1
    assert not OutboxJob.objects.filter(pk=old.pk).exists()
    assert set(OutboxJob.objects.all()) == {new, failed}
    assert not IdempotencyKey.objects.filter(pk=key.pk).exists()
    assert retention.clear_promises() == 0


def test_ended_sessions_and_old_sign_in_records_go(db):
    Session.objects.create(session_key="old", session_data="", expire_date=_ago(minutes=1))
    Session.objects.create(session_key="new", session_data="", expire_date=_ago(minutes=-1))
    for model in (AccessAttempt, AccessLog):
        for days in (89, 91):
            more = {"failures_since_start": 1} if model is AccessAttempt else {}
            row = model.objects.create(username=str(days), ip_address="127.0.0.1", **more)
            model.objects.filter(pk=row.pk).update(attempt_time=_ago(days=days))
    window = int(clock.now().timestamp()) // 60
    RateBucket.objects.create(key="a", window=window - 1500)
    RateBucket.objects.create(key="a", window=window)
    assert retention.clear_sign_ins() == 3
    assert [s.session_key for s in Session.objects.all()] == ["new"]
    assert [a.username for a in AccessAttempt.objects.all()] == ["89"]
    assert RateBucket.objects.get().window == window
    assert retention.clear_sign_ins() == 0


def test_old_runs_go_but_never_where_the_next_one_goes_on(db):
    then = _ago(days=401)
    for state in ("done", "done", "failed"):
        JobRun.objects.create(job="a", state=state, asked_at=then, ended_at=then)
    JobRun.objects.create(job="a", state="failed", asked_at=clock.now(), ended_at=clock.now())
    assert retention.clear_runs() == 2
    assert [r.state for r in JobRun.objects.order_by("pk")] == ["done", "failed"]


def test_closed_reminders_go_a_year_after_they_were_closed_and_open_ones_never(sari):
    for number, closed in enumerate((None, 399, 401)):
        Reminder.objects.create(
            **{
                "code": "x",
                "subject": "y",
                "subject_id": number,
                "owner": sari,
                "message": "",
                "since": _ago(days=500),
            },
            created_at=_ago(days=500),
            closed_at=_ago(days=closed) if closed else None,
        )
    retention.clear_runs()
    assert sorted(Reminder.objects.values_list("subject_id", flat=True)) == [0, 1]


@pytest.fixture
def draft(sari):
    return visiting.begin(by=sari, village_id=people.SAGO)


def _left_for(visit, days):
    Visit.objects.filter(pk=visit.pk).update(updated_at=_ago(days=days))


def test_the_owner_is_told_first_then_the_draft_goes(draft, sari, budi, settings):
    _left_for(draft, settings.DRAFT_KEEP_DAYS - settings.DRAFT_NOTICE_DAYS + 1)
    assert registry.delete_old_drafts() == 0
    assert registry.warn_of_old_drafts() == 1
    assert registry.warn_of_old_drafts() == 0, "told once"
    assert Reminder.objects.visible_to(sari).open().get().subject_id == draft.pk
    assert not Reminder.objects.visible_to(budi).exists()
    with time_machine.travel(clock.now() + timedelta(days=settings.DRAFT_NOTICE_DAYS, hours=1), tick=False):
        assert registry.delete_old_drafts() == 1
        assert registry.delete_old_drafts() == 0
    assert not Visit.objects.exists()
    assert not Reminder.objects.open().exists()
    entry = AuditEntry.objects.get(verb="purge")
    assert (entry.subject_id, entry.actor, entry.details["owner"]) == (draft.pk, None, sari.pk)


def test_a_draft_past_its_time_whose_owner_was_not_told_stays(draft, settings):
    _left_for(draft, settings.DRAFT_KEEP_DAYS * 3)
    assert registry.delete_old_drafts() == 0
    registry.warn_of_old_drafts()
    assert registry.delete_old_drafts() == 0
    assert Visit.objects.exists()


def test_whoever_goes_on_after_being_told_keeps_the_draft(draft, sari, settings):
    _left_for(draft, settings.DRAFT_KEEP_DAYS)
    registry.warn_of_old_drafts()
    Reminder.objects.update(created_at=_ago(days=settings.DRAFT_NOTICE_DAYS + 1))
    visiting.save_screen(
        agreed(Visit.objects.get(), sari),
        by=sari,
        household={"hamlet": "Koto"},
        members={},
        step_id="place",
        complete=False,
    )
    assert registry.delete_old_drafts() == 0
    assert registry.warn_of_old_drafts() == 0
    assert not Reminder.objects.open().exists(), "the reminder has settled itself"


def test_the_photos_of_a_draft_go_with_it_and_the_next_draft_too(
    draft, sari, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    agreed(draft, sari)
    for colour in ("red", "blue"):
        photo = photos.add(picture(colour=colour), by=sari, kind="front", visit=Visit.objects.get())
    photos.remove(photo, by=sari, reason="Buram")
    other = visiting.begin(by=sari, village_id=people.SAGO)
    Visit.objects.update(updated_at=_ago(days=settings.DRAFT_KEEP_DAYS + 1))
    registry.warn_of_old_drafts()
    later = clock.now() + timedelta(days=settings.DRAFT_NOTICE_DAYS, hours=1)
    with time_machine.travel(later, tick=False), django_capture_on_commit_callbacks(execute=True):
        assert registry.delete_old_drafts() == 2
    assert not Visit.objects.filter(pk__in=[draft.pk, other.pk]).exists()
    assert not Photo.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert AuditEntry.objects.get(verb="purge", subject_id=draft.pk).details["photos"] == 2


def test_closing_the_notice_keeps_no_draft(draft, sari, settings):
    _left_for(draft, settings.DRAFT_KEEP_DAYS)
    registry.warn_of_old_drafts()
    handle(Reminder.objects.get(), by=sari)
    with time_machine.travel(clock.now() + timedelta(days=settings.DRAFT_NOTICE_DAYS, hours=1), tick=False):
        assert registry.delete_old_drafts() == 1


def test_whoever_went_on_after_the_notice_is_told_again_however_long_the_jobs_stood_still(draft, settings):
    _left_for(draft, settings.DRAFT_KEEP_DAYS * 2)
    registry.warn_of_old_drafts()
    Reminder.objects.update(created_at=_ago(days=settings.DRAFT_KEEP_DAYS * 2 - 20))
    _left_for(draft, settings.DRAFT_KEEP_DAYS + 10)
    assert registry.delete_old_drafts() == 0
    assert registry.warn_of_old_drafts() == 1


def test_a_sent_visit_is_no_draft(draft, settings):
    Visit.objects.update(state="sent")
    _left_for(draft, settings.DRAFT_KEEP_DAYS * 2)
    assert registry.warn_of_old_drafts() == 0


@pytest.fixture
def uploaded(lestari, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return uploading.upload(FILE, "berkas.csv", by=lestari)


def _files(tmp_path):
    return sorted(path.name for path in (tmp_path / "imports").iterdir())


def test_the_file_of_an_ended_import_goes_and_its_page_stays(uploaded, browse, lestari, settings, tmp_path):
    ImportRun.objects.update(state="applied", state_since=_ago(days=settings.IMPORT_FILE_KEEP_DAYS - 1))
    assert registry.delete_import_files() == 0
    ImportRun.objects.update(state_since=_ago(days=settings.IMPORT_FILE_KEEP_DAYS + 1))
    assert registry.delete_import_files() == 1
    assert _files(tmp_path) == []
    assert registry.delete_import_files() == 0
    uploaded.refresh_from_db()
    with pytest.raises(Unreadable):
        list(whole(uploaded))
    seat = browse(lestari)
    assert seat.get(f"/impor/{uploaded.pk}/").status_code == 200
    answer = seat.get(f"/impor/{uploaded.pk}/ditolak/", follow=True)
    assert "lewat masa simpannya" in answer.content.decode()


def test_the_file_of_an_import_that_waits_stays(uploaded, settings, tmp_path):
    ImportRun.objects.update(state="previewed", state_since=_ago(days=settings.IMPORT_FILE_KEEP_DAYS * 3))
    assert registry.delete_import_files() == 0
    assert _files(tmp_path) == [uploaded.stored_path]


def test_a_file_without_a_run_goes_the_day_after(uploaded, tmp_path):
    stray = tmp_path / "imports" / "stray.bin"
    stray.write_bytes(b"x")
    assert registry.delete_import_files() == 0
    os.utime(stray, (0, _ago(days=2).timestamp()))
    assert registry.delete_import_files() == 1
    assert _files(tmp_path) == [uploaded.stored_path]


def test_both_jobs_say_what_they_did(do, draft):
    assert do("jobs.retention").state == "done"
    said = do("households.retention")
    assert said.sentence == "0 pemilik draf diingatkan, 0 draf dan 0 berkas dihapus."


def test_a_renewal_nobody_has_begun_is_nobodys_draft(sari, settings):
    family = cases.family_in(people.SAGO)
    visit = Visit.objects.create(facilitator=sari, village_id=people.SAGO, family=family, origin="renewal")
    _left_for(visit, settings.DRAFT_KEEP_DAYS * 2)
    assert registry.warn_of_old_drafts() == 0
