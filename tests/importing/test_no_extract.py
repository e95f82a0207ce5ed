"""Files that are no extract, are too large, change while they are read, or were spoilt: a sentence each, nothing kept."""

import io
import zipfile
from uuid import uuid4

import pytest

from households.importing import keeping, previewing, reading, uploading, workbooks
from households.importing.reading import Unreadable
from households.models import ImportRun
from tests.importing.rows import GOOD, HEAD

BAD = {
    "empty": (b"", "kosong"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "bukan CSV atau XLSX"),
    "a PDF": (b"%PDF-1.7 ...", "bukan CSV atau XLSX"),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "Simpan sebagai .xlsx"),
    "a column missing": (b"NIK,NAMA\n1301990506850001,Rosna\n", "NO_KK"),
    "a broken workbook": (b"PK\x03\x04 broken", "."),
}


def _bomb():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/worksheets/sheet1.xml", b"0" * (workbooks.UNZIPPED_LIMIT + 1))
    return buffer.getvalue()


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_extract_is_refused_in_one_sentence(settings, kind):
    data, word = BAD[kind]
    with pytest.raises(Unreadable, match=r".") as fault:
        list(reading.read([data]).parts)
    assert word in str(fault.value)


def test_a_zip_bomb_is_not_unpacked():
    with pytest.raises(Unreadable):
        reading.read([_bomb()])


def test_a_file_over_the_limit_says_how_large_and_what_to_do(manager, settings, tmp_path):
    settings.IMPORT_MAX_BYTES, settings.MEDIA_ROOT = 2 * 1024 * 1024, tmp_path
    with pytest.raises(Unreadable, match="Bagi per kecamatan"):
        uploading.upload(iter([b"x" * (3 * 1024 * 1024)]), "besar.csv", by=manager)
    assert not ImportRun.objects.exists()
    assert list(keeping.folder().iterdir()) == []


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(manager, browse, settings):
    settings.IMPORT_MAX_BYTES = 2 * 1024 * 1024
    file = io.BytesIO(b"x" * (3 * 1024 * 1024))
    file.name = "besar.csv"
    answer = browse(manager).post("/impor/", {"file": file, "idempotency_key": str(uuid4())})
    assert answer.status_code == 422
    assert "Berkas ini 3 MB, batasnya 2 MB. Bagi per kecamatan" in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_a_file_that_changes_while_it_is_read_is_refused(manager, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(f"{HEAD}\n{GOOD}\n")

    def growing():
        for chunk in uploading.chunks_of(path):
            path.write_text(f"{HEAD}\n{GOOD}\n{GOOD}\n")
            yield chunk

    with pytest.raises(Unreadable, match="berubah selagi dibaca"):
        uploading.upload(growing(), "x.csv", by=manager)
    assert not ImportRun.objects.exists()


def test_a_kept_file_that_was_altered_or_cut_off_is_not_read(manager):
    started = uploading.upload(f"{HEAD}\n{GOOD}\n".encode(), "x.csv", by=manager)
    path = keeping.folder() / started.stored_path
    path.write_bytes(path.read_bytes()[:-7])
    previewing.preview(started.pk)
    started.refresh_from_db()
    assert started.state == "failed"
    assert "rusak atau terpotong" in started.problem


def test_a_kept_file_that_is_gone_is_not_said_to_be_out_of_date(manager):
    started = uploading.upload(f"{HEAD}\n{GOOD}\n".encode(), "x.csv", by=manager)
    (keeping.folder() / started.stored_path).unlink()
    previewing.preview(started.pk)
    started.refresh_from_db()
    assert started.state == "failed"
    assert started.problem == "Berkas ini tidak ada lagi di server. Unggah lagi."
