"""The file of a register between preview and confirmation: sealed, gone after a day, never too long, never somewhere else."""

from datetime import timedelta

from slrt.accounts.models import User
from slrt.core import clock
from slrt.exports.expiry import clear_expired
from tests.exports.register_pages import CSV


def test_more_rows_than_a_sheet_may_have_are_refused_at_once_and_said_how_else(upload, registers, settings):
    settings.REGISTER_MAX_ROWS = 2
    sheet = "code,name,active\n13.01.07,Baru,1\n13.01.07.2001,Nagari Baru,1\n13.01.07.2002,Nagari Lain,1\n"
    page, confirm = upload("/admin/regions/region/", sheet)
    assert "Berkas ini lebih dari 2 baris. Bagi menjadi beberapa berkas." in page
    assert "manage.py load_regions" in page
    assert confirm is None
    page, _confirm = upload("/admin/complaints/holiday/", "on,name\n2026-05-01,A\n2026-05-02,B\n2026-05-03,C\n")
    assert "Berkas ini lebih dari 2 baris." in page
    assert "load_regions" not in page


def test_between_preview_and_confirmation_the_file_lies_sealed(upload, registers, uploads):
    _page, confirm = upload("/admin/accounts/user/", "username,full_name\nbaru,Warga Rahasia\n")
    stored = list(uploads.iterdir())
    assert len(stored) == 2, "the file, and what its preview showed"
    assert not [path for path in stored if b"Rahasia" in path.read_bytes()]
    confirm()
    assert list(uploads.iterdir()) == []


def test_a_file_nobody_confirmed_goes_after_a_day(upload, registers, uploads):
    _page, confirm = upload("/admin/accounts/user/", "username,full_name\nbaru,Warga Baru\n")
    with clock.told(clock.now() + timedelta(hours=25)):
        clear_expired()
    assert list(uploads.iterdir()) == []
    assert "sudah tidak ada" in confirm()
    assert not User.objects.filter(username="baru").exists()


def test_a_name_that_leads_elsewhere_opens_nothing(browse, chief, registers):
    for name in ("../../etc/passwd", "passwd", "0" * 32):
        fields = {"import_file_name": name, "original_file_name": "x", "format": CSV, "resource": ""}
        answer = browse(chief).post("/admin/accounts/user/process_import/", fields, follow=True)
        assert "sudah tidak ada" in answer.content.decode()
