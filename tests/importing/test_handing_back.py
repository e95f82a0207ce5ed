"""Whoever is to apply somebody else's preview may hand it back instead, and its uploader hears why."""

import re

import pytest

from households.importing import applying, ending, handing_back, staging, uploading
from households.models import ImportRun, Person
from slrt.audit.models import AuditEntry
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from slrt.jobs.models import Reminder
from tests import people
from tests.importing.rows import GOOD, HEAD, previewed

WHY = "Desa Salido belum lengkap, minta berkas baru"


@pytest.fixture
def large(manager, settings):
    settings.IMPORT_SECOND_PERSON_ROWS = 1
    other = GOOD.replace("0001,Rosna", "0002,Anisa").replace(",1,1,", ",1,3,")
    return previewed(manager, f"{HEAD}\n{GOOD}\n{other}\n".encode())


def _untouched(run):
    run.refresh_from_db()
    assert run.state == "previewed"
    assert not Reminder.objects.exists()
    assert not AuditEntry.objects.filter(verb="hand_back").exists()


def test_the_second_person_hands_a_preview_back_with_a_reason_and_nothing_is_written(large, hendra):
    run = handing_back.hand_back(large, by=hendra, note=f" {WHY} ", version=large.version)
    assert (run.state, Person.objects.count()) == ("cancelled", 0)
    entry = AuditEntry.objects.get(verb="hand_back", subject_id=run.pk)
    assert (entry.actor, entry.from_state, entry.to_state, entry.note) == (hendra, "previewed", "cancelled", WHY)
    assert not staging.is_kept(run.pk, run.counts["accepted"])


def test_its_uploader_is_told_on_the_home_and_reads_why_and_by_whom(large, manager, hendra, browse):
    handing_back.hand_back(large, by=hendra, note=WHY, version=large.version)
    client = browse(manager)
    assert "Berkas impor dikembalikan" in client.get("/dasbor/").content.decode()
    reminders = client.get("/pengingat/").content.decode()
    assert f'href="/impor/{large.pk}/"' in reminders
    page = client.get(f"/impor/{large.pk}/").content.decode()
    assert "Dikembalikan oleh Hendra" in page
    assert WHY in page
    assert re.search(r'href="/impor/"[^>]*>Unggah berkas yang diperbaiki<', page)
    assert ">Dikembalikan<" in client.get("/impor/").content.decode()
    assert "Berkas impor dikembalikan" not in browse(hendra).get("/dasbor/").content.decode()


def test_the_area_is_free_for_the_mended_file(large, manager, hendra):
    handing_back.hand_back(large, by=hendra, note=WHY, version=large.version)
    assert uploading.upload(f"{HEAD}\n{GOOD}\n".encode(), "baru.csv", by=manager).state == "uploaded"


def test_it_is_done_from_the_page_once(large, hendra, browse):
    client, page = browse(hendra), f"/impor/{large.pk}/"
    assert f'href="{page}kembalikan/"' in client.get(page).content.decode()
    refused = client.post(f"{page}kembalikan/", {"note": " ", "version": large.version})
    assert refused.status_code == 422
    assert "Tulis apa yang harus diperbaiki." in refused.content.decode()
    _untouched(large)
    sent = {"note": WHY, "version": large.version}
    answer = client.post(f"{page}kembalikan/", sent, follow=True)
    assert "Berkas dikembalikan kepada Lestari" in answer.content.decode()
    client.post(f"{page}kembalikan/", sent)
    assert AuditEntry.objects.filter(verb="hand_back").count() == Reminder.objects.count() == 1


def test_whoever_uploaded_it_cancels_it_and_hands_nothing_back(large, manager, browse):
    with pytest.raises(NotPermitted, match="Batalkan"):
        handing_back.hand_back(large, by=manager, note=WHY, version=large.version)
    page = f"/impor/{large.pk}/"
    assert browse(manager).post(f"{page}kembalikan/", {"note": WHY, "version": large.version}).status_code == 403
    _untouched(large)
    shown = browse(manager).get(page).content.decode()
    assert f'action="{page}batal/"' in shown
    assert "kembalikan/" not in shown


@pytest.mark.parametrize("name", ["fitri", "sari", "joko", "dewi", "adi"])
def test_who_may_not_approve_hands_nothing_back(large, request, browse, name):
    person = request.getfixturevalue(name)
    with pytest.raises(NotPermitted):
        handing_back.hand_back(large, by=person, note=WHY, version=large.version)
    page = f"/impor/{large.pk}/kembalikan/"
    assert browse(person).post(page, {"note": WHY, "version": large.version}).status_code == 403
    _untouched(large)


def test_without_a_reason_it_is_not_handed_back(large, hendra):
    with pytest.raises(GuardFailed):
        handing_back.hand_back(large, by=hendra, note="  ", version=large.version)
    _untouched(large)


def test_of_a_file_that_went_on_meanwhile_nothing_is_handed_back(large, manager, hendra):
    stale = large.version
    applying.request_apply(large, by=hendra, version=stale)
    with pytest.raises(TransitionNotAllowed):
        handing_back.hand_back(large, by=hendra, note=WHY, version=stale)
    large.refresh_from_db()
    assert (large.state, Reminder.objects.count()) == ("applying", 0)
    other = ImportRun.objects.get(pk=large.pk)
    ImportRun.objects.update(state="previewed")
    ending.cancel(other, by=manager)
    with pytest.raises(TransitionNotAllowed):
        handing_back.hand_back(other, by=hendra, note=WHY, version=other.version)
    assert not Reminder.objects.exists()


def test_when_the_uploader_cannot_be_told_the_file_stays_where_it_was(large, hendra, monkeypatch):
    def broken(*call, **more):
        raise RuntimeError

    monkeypatch.setattr(handing_back, "keep", broken)
    with pytest.raises(RuntimeError):
        handing_back.hand_back(large, by=hendra, note=WHY, version=large.version)
    _untouched(large)
    assert staging.is_kept(large.pk, large.counts["accepted"])


def test_another_manager_hands_back_instead_of_cancelling_without_a_word(manager, browse):
    other = people.make_user("mira", people.Part(people.CAST["lestari"].role, "13.01"))
    run = previewed(manager, f"{HEAD}\n{GOOD}\n".encode())
    page = browse(other).get(f"/impor/{run.pk}/").content.decode()
    assert f'href="/impor/{run.pk}/kembalikan/"' in page
    assert "/batal/" not in page
