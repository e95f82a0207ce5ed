"""A large file on its way in lies nowhere in clear, whatever happens to it: arrived, cut off, without room, its process killed."""

import io
import os
import resource
import signal
import subprocess
import sys
import tempfile
import tracemalloc
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import load_handler
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from households.importing import keeping
from households.models import ImportRun
from slrt.local.places import BASE_DIR

NIK = "1301994506850001"
ROW = f"1301990506109001,{NIK},Rosna Tanjung,05/06/1985,2,1,1301052006\n".encode()
FILE = b"NO_KK,NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN,HUB_KELUARGA,KODE_DESA\n" + ROW * 60_000  # about 4 MB
MB = 1024 * 1024


@pytest.fixture
def disk(tmp_path, settings, monkeypatch):
    """The system's temporary folder and that of the uploads, both empty."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return tmp_path


def files_below(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def opened_below(folder):
    """The files that this process holds open there, also those without a name."""
    for number in os.listdir("/proc/self/fd"):
        try:
            if os.readlink(f"/proc/self/fd/{number}").startswith(str(folder)):
                yield Path(f"/proc/self/fd/{number}")
        except FileNotFoundError:
            continue


class Wire(io.BytesIO):
    """What the browser sends; looks at the disk whenever more of it is read."""

    def __init__(self, data, disk):
        super().__init__(data)
        self.disk, self.seen, self.names = disk, 0, set()

    def read(self, *args):
        for path in {*files_below(self.disk), *opened_below(self.disk)}:
            data = path.read_bytes()
            self.seen = max(self.seen, len(data))
            assert NIK.encode() not in data, path
        self.names |= set(files_below(self.disk))
        return super().read(*args)


def sending(client, disk, data=FILE, cut=0):
    key = str(uuid4())
    body = encode_multipart(BOUNDARY, {"idempotency_key": key, "file": SimpleUploadedFile("x.csv", data, "text/csv")})
    wire = Wire(body[: len(body) - cut], disk)
    sent = {"CONTENT_TYPE": MULTIPART_CONTENT, "CONTENT_LENGTH": str(len(body)), "wsgi.input": wire}
    return client.generic("POST", "/impor/", **sent), wire


def test_a_large_file_arrives_without_lying_anywhere_in_clear(browse, lestari, disk):
    answer, wire = sending(browse(lestari), disk)
    assert answer.status_code == 302
    assert wire.seen > 2 * MB, "it did pass through the disk"
    assert wire.names == set(), "and had no name there"
    (kept,) = files_below(disk)
    assert NIK.encode() not in kept.read_bytes()
    assert b"".join(keeping.chunks(ImportRun.objects.get().stored_path)) == FILE
    assert list(opened_below(disk)) == []


def test_a_large_file_that_is_cut_off_leaves_nothing_and_is_asked_for_again(browse, lestari, disk):
    answer, wire = sending(browse(lestari), disk, cut=MB)
    assert answer.status_code == 422
    assert "Pilih dulu berkasnya." in answer.content.decode()
    assert wire.seen > 2 * MB
    assert (files_below(disk), list(opened_below(disk)), ImportRun.objects.count()) == ([], [], 0)


def test_a_large_file_that_finds_no_room_is_answered_with_that_page(browse, lestari, disk):
    client = browse(lestari)
    client.raise_request_exception = False
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * MB, hard))
    try:
        answer, _wire = sending(client, disk)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "Ruang simpan" in answer.content.decode()
    assert (files_below(disk), list(opened_below(disk)), ImportRun.objects.count()) == ([], [], 0)


KILLED = """
import sys, tempfile, django
from django.conf import settings
django.setup()
tempfile.tempdir, settings.MEDIA_ROOT = sys.argv[1] + "/temporary", sys.argv[1] + "/uploads"
from django.core.files.uploadhandler import load_handler
for name in settings.FILE_UPLOAD_HANDLERS[1:]:
    handler = load_handler(name)
    handler.new_file("file", "x.csv", "text/csv", None)
    handler.receive_data_chunk(sys.argv[2].encode() * 100_000, 0)
print("halfway", flush=True)
sys.stdin.read()
"""


def test_a_process_that_is_killed_halfway_leaves_nothing(disk):
    command = [sys.executable, "-c", KILLED, str(disk), NIK]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=BASE_DIR) as web:
        assert web.stdout.readline() == b"halfway\n"
        web.send_signal(signal.SIGKILL)
    assert files_below(disk) == []


def test_memory_does_not_grow_with_the_file(disk, settings):
    def peak(size):
        handler = load_handler(settings.FILE_UPLOAD_HANDLERS[-1])
        tracemalloc.start()
        handler.new_file("file", "x.csv", "text/csv", None)
        for _part in range(size // 65_536):
            handler.receive_data_chunk(ROW[:64] * 1024, 0)
        with handler.file_complete(size) as file:
            assert sum(map(len, file.chunks())) == size
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(32 * MB) < peak(4 * MB) + MB


def test_it_is_read_from_wherever_one_likes(disk, settings):
    handler = load_handler(settings.FILE_UPLOAD_HANDLERS[-1])
    handler.new_file("file", "x.csv", "text/csv", None)
    for start in range(0, 5000, 7):
        handler.receive_data_chunk(FILE[start : start + 7], start)
    with handler.file_complete(5005) as file:
        for place in (0, 1, 15, 16, 17, 4096, 5000, 5005, 9000):
            file.seek(place)
            assert (file.read(33), file.tell()) == (FILE[:5005][place : place + 33], max(place, min(place + 33, 5005)))
        file.seek(3)
        assert file.read() == FILE[3:5005]
        file.seek(0)
        assert file.readline() == FILE[:62]
        assert b"".join(file.chunks(1000)) == FILE[:5005]
