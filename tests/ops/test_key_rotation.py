"""A new data key comes in and the old one goes: rows, their history, waiting imports and sealed files are renewed beforehand."""

import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from households.importing import keeping
from households.models import Family, Person
from households.papers import kept
from households.search import search
from slrt.audit.models import AuditEntry
from slrt.core import crypto, rotation
from slrt.core.sealed import seal, unseal
from tests import cases, people

pytestmark = pytest.mark.django_db

OLD = "t1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
NEW = "sesudah1:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
NIK = "1301994506850001"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def family(places, uploads, settings):
    """A family that was entered, and changed once, under the old key; the new key stands before it."""
    settings.FIELD_KEYS = [OLD]
    row = cases.family_in(people.SAGO, "Rosna", NIK)
    row.head.mother_name = "Siti"
    row.head.save()
    settings.FIELD_KEYS = [NEW, OLD]
    return row


def renew(*options):
    call_command("renew_keys", *options, verbosity=0)


def under(key, table, column):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {column} LIKE %s", [f"{key}:%".encode()])
        return cursor.fetchone()[0]


def test_afterwards_the_new_key_alone_reads_everything(family, settings, lestari):
    history = Person.pgh_event_model.objects.count()
    assert under("t1", "households_personevent", "nik_encrypted")
    renew()
    settings.FIELD_KEYS = [NEW]
    head = Person.objects.get(pk=family.head_id)
    assert (head.nik_encrypted, head.mother_name) == (NIK, "Siti")
    assert Family.objects.get().kk_encrypted
    assert {event.nik_encrypted for event in Person.pgh_event_model.objects.all()} == {NIK}
    assert not under("t1", "households_personevent", "nik_encrypted")
    assert list(search(NIK, lestari).families) == [family], "still found by its number"
    assert Person.pgh_event_model.objects.count() == history, "nothing happened to the person"
    assert (head.version, head.updated_at) == (family.head.version, family.head.updated_at)
    line = AuditEntry.objects.get(verb="keys_renew")
    assert line.by_whom == "Konsol server"
    assert line.details["key"] == "sesudah1"


def test_a_second_time_there_is_nothing_to_do(family):
    renew()
    head = bytes(_stored(family.head_id))
    renew()
    assert bytes(_stored(family.head_id)) == head
    assert AuditEntry.objects.filter(verb="keys_renew").count() == 1


def _stored(pk):
    with connection.cursor() as cursor:
        cursor.execute("SELECT nik_encrypted FROM households_person WHERE id = %s", [pk])
        return cursor.fetchone()[0]


def test_looking_only_changes_nothing_and_says_that_something_is_left(family, uploads):
    seal([b"isi"], uploads / "exports" / "1.sealed", "1")
    before = (uploads / "exports" / "1.sealed").read_bytes()
    with pytest.raises(CommandError):
        renew("--check")
    assert under("t1", "households_person", "nik_encrypted") == 1
    assert (uploads / "exports" / "1.sealed").read_bytes() == before
    renew()
    renew("--check")


def test_the_rows_of_an_import_that_waits_for_its_decision(family):
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA import_777")
        cursor.execute(
            "CREATE UNLOGGED TABLE import_777.import_person (line int, nik_encrypted bytea, nik_index bytea)"
        )
        value = family.head.pk and _stored(family.head_id)
        cursor.execute("INSERT INTO import_777.import_person VALUES (1, %s, %s), (2, NULL, NULL)", [value, b"t1:x"])
    renew()
    assert under("sesudah1", "import_777.import_person", "nik_encrypted") == 1
    assert under("t1", "import_777.import_person", "nik_index") == 1, "an index is not encrypted"


@pytest.fixture
def files(uploads, settings, family, sari):
    """A photo of several parts and a paper from before; a photo that an earlier version left plain."""
    settings.FIELD_KEYS = [OLD]
    photo = uploads / "photos" / "ab" / "1.sealed"
    seal([b"x" * 700_000], photo, "1.sealed")
    with kept(PDF, kind="minutes", village_id=people.SAGO, by=sari) as paper:
        scan = uploads / "papers" / paper.stored_name
    plain = uploads / "photos" / "ab" / "2.jpg"
    plain.write_bytes(b"\xff\xd8plain")
    for path in (photo, scan, plain):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    settings.FIELD_KEYS = [NEW, OLD]
    return photo, scan, plain


def test_sealed_files_are_opened_by_the_new_key_alone(files, settings):
    photo, scan, plain = files
    parts = photo.read_bytes()[-500_000:]
    renew()
    settings.FIELD_KEYS = [NEW]
    assert b"".join(unseal(photo, "1.sealed")) == b"x" * 700_000
    assert photo.read_bytes()[-500_000:] == parts, "only the head is written anew"
    assert crypto.decrypt_bytes(scan.read_bytes()) == PDF
    assert plain.read_bytes() == b"\xff\xd8plain"
    for path in files:
        assert path.stat().st_mtime == 1_700_000_000
    assert photo.stat().st_mode & 0o777 == scan.stat().st_mode & 0o777 == 0o600


def test_an_uploaded_import_is_sealed_too_though_it_is_named_like_a_paper(family, uploads, settings):
    settings.FIELD_KEYS = [OLD]
    name, _sealed = keeping.keep([b"NIK;NAMA"])
    settings.FIELD_KEYS = [NEW, OLD]
    renew()
    settings.FIELD_KEYS = [NEW]
    assert b"".join(keeping.chunks(name)) == b"NIK;NAMA"


def test_killed_at_a_file_it_goes_on_the_next_time(files, settings, monkeypatch, uploads):
    photo, scan, _plain = files
    replace, seen = os.replace, []

    def killed(old, new):
        if seen:
            raise KeyboardInterrupt
        seen.append(new)
        replace(old, new)

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        renew()
    assert b"".join(unseal(photo, "1.sealed")) == b"x" * 700_000
    assert crypto.decrypt_bytes(scan.read_bytes()) == PDF
    monkeypatch.setattr(os, "replace", replace)
    renew()
    settings.FIELD_KEYS = [NEW]
    assert b"".join(unseal(photo, "1.sealed")) == b"x" * 700_000
    assert crypto.decrypt_bytes(scan.read_bytes()) == PDF
    assert not [path for path in uploads.rglob("*") if path.name.endswith(rotation.DRAFT)]


def test_what_no_key_opens_is_told_and_left_while_the_rest_is_renewed(files, family, uploads, capsys):
    photo, scan, _plain = files
    photo.write_bytes(photo.read_bytes()[:7] + b"tua:" + photo.read_bytes()[10:])
    other = cases.family_in(people.SALIDO, "Anah", "1301994506850002")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE households_person SET nik_encrypted = %s WHERE id = %s", [b"tua:abc", other.head_id])
    with pytest.raises(CommandError) as fault:
        call_command("renew_keys")
    assert "households_person: 1" in str(fault.value)
    assert "photos/ab/1.sealed" in str(fault.value)
    assert bytes(_stored(other.head_id)) == b"tua:abc"
    assert under("sesudah1", "households_person", "nik_encrypted") == 1
    assert scan.read_bytes().startswith(b"sesudah1:")


def test_two_at_one_time_do_not_meet(family, monkeypatch):
    monkeypatch.setattr(rotation, "_alone", lambda: False)
    with pytest.raises(CommandError):
        renew()
    assert under("t1", "households_person", "nik_encrypted") == 1


def test_a_file_that_went_meanwhile_does_not_come_back(files, monkeypatch):
    photo, _scan, _plain = files
    sync = os.fsync

    def gone(number):
        photo.unlink(missing_ok=True)
        sync(number)

    monkeypatch.setattr(os, "fsync", gone)
    renew()
    assert not photo.exists()
    assert not list(Path(photo.parent).glob("*" + rotation.DRAFT))
