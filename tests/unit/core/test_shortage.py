"""A full disk or an absent database is answered plainly; other faults stay what they are."""

import errno

import psycopg2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError, connection
from django.urls import reverse

from households.importing import keeping
from households.models import ImportRun
from slrt.core import sealed
from slrt.core.models import OutboxJob
from slrt.core.shortage import Shortage, shortage_in


def of_postgres(code):
    """What Django raises for an error that PostgreSQL numbers so."""

    class Numbered(psycopg2.OperationalError):
        pgcode = code

    try:
        try:
            raise Numbered("told by the server")
        except Numbered as cause:
            raise OperationalError("told by the server") from cause
    except OperationalError as fault:
        return fault


@pytest.mark.parametrize(
    ("fault", "shortage"),
    [
        (of_postgres(None), Shortage.DATABASE),
        (of_postgres("57P01"), Shortage.DATABASE),
        (of_postgres("53300"), Shortage.DATABASE),
        (InterfaceError("connection already closed"), Shortage.DATABASE),
        (of_postgres("53100"), Shortage.DISK),
        (OSError(errno.ENOSPC, "No space left on device"), Shortage.DISK),
        (of_postgres("40P01"), None),
        (OSError(errno.ENOENT, "No such file"), None),
        (ValueError("something else"), None),
        (None, None),
    ],
)
def test_shortages_are_told_from_other_faults(fault, shortage):
    assert shortage_in(fault) is shortage


def test_without_a_database_every_page_says_so_and_needs_none(client, monkeypatch):
    def away(*args, **kwargs):
        raise of_postgres(None)

    monkeypatch.setattr(connection, "ensure_connection", away)
    client.raise_request_exception = False
    client.cookies["sessionid"] = "a-session-kept-in-the-database"
    for path in ("/", reverse("accounts:sign_in"), reverse("complaints:list")):
        found = client.get(path)
        assert (found.status_code, found["Retry-After"]) == (503, "30"), path
        assert "Basis data sedang tidak terhubung" in found.content.decode()
        assert "no-store" in found["Cache-Control"]
    client.cookies.clear()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


@pytest.mark.django_db
def test_an_upload_that_finds_no_room_leaves_neither_file_nor_row_nor_job(
    lestari, browse, monkeypatch, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path

    def full(number):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sealed.os, "fsync", full)
    client = browse(lestari)
    page = client.get(reverse("households:imports"))
    sent = {"idempotency_key": page.context["form"]["idempotency_key"].value()}

    def send():
        file = SimpleUploadedFile("x.csv", b"NIK,NAMA\n1301990506850001,Rosna\n", "text/csv")
        return client.post(reverse("households:imports"), {**sent, "file": file})

    refused = send()
    assert refused.status_code == 503
    assert "Ruang simpan" in refused.content.decode()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert (ImportRun.objects.count(), OutboxJob.objects.count()) == (0, 0)
    monkeypatch.undo()
    settings.MEDIA_ROOT = tmp_path
    assert send().status_code == 302, "the same form again, once there is room"
    assert (ImportRun.objects.count(), OutboxJob.objects.count()) == (1, 1)
    assert b"".join(keeping.chunks(ImportRun.objects.get().stored_path)).startswith(b"NIK")


def test_a_fault_that_is_no_shortage_is_still_a_plain_500(client, monkeypatch):
    def broken(*args, **kwargs):
        raise ValueError("something else")

    monkeypatch.setattr(connection, "ensure_connection", broken)
    client.raise_request_exception = False
    client.cookies["sessionid"] = "a-session-kept-in-the-database"
    found = client.get("/")
    assert found.status_code == 500
    assert "SLRT sedang terganggu" in found.content.decode()
