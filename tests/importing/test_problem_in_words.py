"""Why a file failed is read in the reader's own language, whoever's step it was and whatever was kept of it."""

import pytest
from django.utils import translation

from households.importing import claiming, delimited, ending, undoing, uploading
from households.models import ImportRun, Person
from slrt.core.models import OutboxJob
from tests.importing import families
from tests.importing.rows import GOOD, HEAD, previewed


@pytest.fixture
def english(manager, browse):
    client = browse(manager)
    client.post("/bahasa/", {"language": "en"})
    return client


def _said(client, run):
    return client.get(f"/impor/{run.pk}/").content.decode()


def test_why_a_file_cannot_be_read_is_told_in_the_language_of_each_reader(manager, browse, english, monkeypatch):
    monkeypatch.setattr(delimited, "LINE_BYTES", 200)
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 200)
    started = previewed(manager, f"{HEAD}\n{GOOD}{'x' * 4000}\n".encode())
    assert started.state == "failed"
    assert "Baris 2 terlalu panjang untuk satu baris data." in _said(browse(manager), started)
    assert "Row 2 is too long for one row of data." in _said(english, started)
    assert f"Pekerjaan gagal oleh {manager}" not in _said(browse(manager), started), "it failed by itself"
    assert "Pekerjaan gagal" in _said(browse(manager), started)


def test_a_word_of_ours_inside_the_sentence_is_translated_too(manager, english):
    started = families.bring(manager, families.ROSNA)
    Person.objects.get().save()
    undoing.request(started, by=manager, note="Berkas salah", version=started.version)
    undoing.take_back(started.pk)
    page = _said(english, started)
    assert "1 person of this file" in page
    assert "orang dari berkas ini" not in page


def test_a_failure_that_an_english_reader_came_upon_stays_indonesian_for_others(manager, browse, english):
    started = uploading.upload(f"{HEAD}\n{GOOD}\n".encode(), "berkas.csv", by=manager)
    OutboxJob.objects.update(state=OutboxJob.State.FAILED)
    with translation.override("en"):
        claiming.settle(started)
    assert started.problem.startswith("Pekerjaan ini berhenti berkali-kali")
    assert "Pekerjaan ini berhenti berkali-kali" in _said(browse(manager), started)
    assert "This work stopped several times" in _said(english, started)


def test_missing_columns_are_named_in_the_readers_language_after_the_file_was_put_aside(manager, english):
    started = previewed(manager, b"SIAPA,KARTU\nRosna,1\n")
    assert started.state == "columns"
    ending.cancel(started, by=manager)
    assert "Required columns are missing" in _said(english, started)


def test_a_sentence_of_before_still_shows(manager, browse, english):
    started = uploading.upload(f"{HEAD}\n{GOOD}\n".encode(), "berkas.csv", by=manager)
    old = "Berkas ini 900 MB, batasnya 50 % saja."
    ImportRun.objects.filter(pk=started.pk).update(state="failed", problem=old)
    assert old in _said(browse(manager), started)
    ImportRun.objects.filter(pk=started.pk).update(problem="Berkas di server rusak atau terpotong. Unggah lagi.")
    assert "The file on the server is damaged" in _said(english, started)
