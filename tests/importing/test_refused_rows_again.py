"""Refused rows come back as the file they came in, are mended in a spreadsheet, and go in."""

import csv
import io
import threading

import openpyxl
import pytest
from django.db import connections

from households.choices.imports import ImportKind
from households.importing import applying, matching, previewing, rejects, rows, uploading
from households.models import DecileRecord, Household, ImportRun, Person
from slrt.audit.models import AuditEntry
from slrt.core.idempotency import new_key
from slrt.exports.models import Export
from tests import people
from tests.importing.lists import taken

HEAD = ["No. KK", "nik", "CATATAN", "Nama", "Tgl Lahir", "JK", "Jenis Kelamin", "Hub Keluarga", "Kode Desa", "RT"]
ADDED = ["BARIS", "KOLOM BERMASALAH", "ALASAN", "CARA MEMPERBAIKI"]
ANI = [
    "1301990106800001",
    "1301994106800001",
    "-jangan hilang",
    "=Ani",
    "1980-06-01",
    "?",
    "X",
    "1",
    "1301052006",
    "001",
]
BUDI = ["1301990206800001", "1301990206800001", "", "Budi", "1980-06-02", "?", "1", "1", "1301052006", "002"]


@pytest.fixture
def manager(places, lestari):
    return lestari


def _csv(*rows, separator=","):
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def _previewed(manager, data, name="berkas.csv", kind=ImportKind.EXTRACT):
    started = uploading.upload(data, name, by=manager, kind=kind)
    previewing.preview(started.pk)
    started.refresh_from_db()
    return started


def _applied(manager, started):
    assert started.state == "previewed", started.problem
    applying.request_apply(started, by=manager, version=started.version)
    applying.apply(started.pk)
    started.refresh_from_db()
    return started


def test_a_workbook_of_refused_rows_is_mended_in_a_spreadsheet_and_goes_in(manager):
    started = _applied(manager, _previewed(manager, _csv(HEAD, ANI, BUDI)))
    book = openpyxl.load_workbook(io.BytesIO(rejects.build(started, by=manager)))
    sheet = book.active
    titles, row = ([cell.value for cell in line] for line in sheet.iter_rows())
    assert titles == [*HEAD, *ADDED]
    assert row[:10] == [*ANI[:2], "'-jangan hilang", "'=Ani", *ANI[4:]]
    assert {cell.data_type for cell in sheet[2]} == {"s"}
    assert {cell.number_format for cell in sheet[2]} == {"@"}
    sheet["G2"] = "P"
    mended = io.BytesIO()
    book.save(mended)
    again = _applied(manager, _previewed(manager, mended.getvalue(), "ditolak.xlsx"))
    assert again.counts["refused"] == 0
    assert set(Person.objects.values_list("name", flat=True)) == {"=Ani", "Budi"}


def test_as_a_csv_long_numbers_keep_their_digits_and_zeros(manager):
    started = _applied(manager, _previewed(manager, _csv(HEAD, ANI, BUDI)))
    titles, row = csv.reader(
        io.StringIO(rejects.build(started, by=manager, form="csv").decode("utf-8-sig")), delimiter=";"
    )
    assert titles == [*HEAD, *ADDED]
    assert (row[0], row[1], row[3], row[9]) == ("'1301990106800001", "'1301994106800001", "'=Ani", "'001")
    row[6] = "P"
    _applied(manager, _previewed(manager, _csv(titles, row, separator=";"), "ditolak.csv"))
    home = Household.objects.get(families__memberships__person__name="=Ani")
    assert home.rt == "001"


def test_refused_twice_the_row_brings_its_reasons_only_once(manager):
    started = _previewed(manager, _csv(HEAD, ANI))
    again = _previewed(manager, rejects.build(started, by=manager, form="csv"), "ditolak.csv")
    titles, _row = csv.reader(
        io.StringIO(rejects.build(again, by=manager, form="csv").decode("utf-8-sig")), delimiter=";"
    )
    assert titles == [*HEAD, *ADDED]


def test_a_row_that_was_never_told_apart_comes_back_too(manager):
    started = _previewed(manager, _csv(HEAD, BUDI) + b'1301990106800001,1301994106800001,"Ani\n')
    _titles, row = csv.reader(
        io.StringIO(rejects.build(started, by=manager, form="csv").decode("utf-8-sig")), delimiter=";"
    )
    assert row[:4] == ["'1301990106800001", "'1301994106800001", '"Ani', ""]
    assert "petik" in row[12]


def test_headings_that_were_matched_once_are_matched_alike_when_the_mended_rows_return(manager, browse):
    head = ["NM LENGKAP" if title == "Nama" else title for title in HEAD]
    started = _previewed(manager, _csv(head, ANI, BUDI))
    assert started.state == "columns"
    matching.match_columns(started, {"NAMA": "NM LENGKAP"}, by=manager, source="")
    previewing.preview(started.pk)
    started.refresh_from_db()
    again = _previewed(manager, rejects.build(started, by=manager, form="csv"), "ditolak.csv")
    assert (again.state, again.counts["rows"]) == ("previewed", 1)
    assert again.mapping == {"NM LENGKAP": "NAMA"}
    assert "dicocokkan seperti pada berkas.csv" in browse(manager).get(f"/impor/{again.pk}/").content.decode()


def test_the_page_offers_both_forms_and_each_download_stands_in_the_trail(manager, browse):
    started = _previewed(manager, _csv(HEAD, ANI))
    client, page = browse(manager), f"/impor/{started.pk}/"
    shown = client.get(page).content.decode()
    assert f'href="{page}ditolak/"' in shown
    assert f'href="{page}ditolak/?bentuk=csv"' in shown
    assert taken(client, f"{page}ditolak/")[:2] == b"PK"
    assert taken(client, f"{page}ditolak/?bentuk=csv").startswith(b"\xef\xbb\xbfNo. KK;nik;")
    assert AuditEntry.objects.filter(verb="rejects", subject_id=started.pk).count() == 2
    asked, *_more = AuditEntry.objects.filter(verb="export_ask")
    assert (asked.actor, asked.kind, asked.note) == (manager, "export", f"Memperbaiki baris berkas IMP-{started.pk}")
    assert asked.details["impor"] == str(started.pk)
    assert AuditEntry.objects.filter(verb="export_download").count() == 2
    assert AuditEntry.objects.filter(verb="reveal_list", kind="read").count() == 2, "the numbers are in full"


def test_without_purpose_or_basis_no_refused_row_leaves(manager, browse):
    started = _previewed(manager, _csv(HEAD, ANI))
    form = browse(manager).get(f"/impor/{started.pk}/ditolak/", follow=True)
    assert "1 baris ditolak" in form.content.decode()
    address, why = form.request["PATH_INFO"] + "?" + form.request["QUERY_STRING"], {"format": "csv"}
    for entered in (why, {**why, "purpose": "Memperbaiki berkas"}, {**why, "basis": "public_task"}):
        assert browse(manager).post(address, {**entered, "idempotency_key": new_key()}).status_code == 422
    assert not Export.objects.exists()
    assert not AuditEntry.objects.filter(kind="export").exists()


def test_who_did_not_upload_the_file_says_why_in_own_words(manager, browse, hendra):
    started = _previewed(manager, _csv(HEAD, ANI))
    other = people.make_user("tuti", people.CAST["lestari"])
    mine, hers = (
        browse(who).get(f"/impor/{started.pk}/ditolak/", follow=True).content.decode() for who in (manager, other)
    )
    assert "Memperbaiki baris berkas" in mine
    assert "Memperbaiki baris berkas" not in hers
    page = browse(hendra).get(f"/impor/{started.pk}/").content.decode()
    assert "/ditolak/" not in page, "who only approves gets no link that refuses"
    assert browse(hendra).get(f"/impor/{started.pk}/ditolak/").status_code == 403


def test_rows_of_an_import_elsewhere_are_nobodys_here(manager, browse):
    started = _previewed(manager, _csv(HEAD, ANI))
    far = people.make_user("tuti", people.Part("manager", "13.71"))
    assert browse(far).get(f"/impor/{started.pk}/ditolak/").status_code == 404
    form = browse(far).get(f"/ekspor/baru/impor-ditolak/?impor={started.pk}").content.decode()
    assert "Tidak ada baris untuk diunduh" in form
    assert "berkas" not in form.split("<h1")[1].split("</p>")[0].lower()


@pytest.mark.django_db(transaction=True)
def test_a_list_whose_refused_rows_are_fetched_while_it_is_applied_is_written_whole(manager, monkeypatch):
    _applied(
        manager,
        _previewed(
            manager,
            _csv(
                ["NO_KK", "NIK", "NAMA", "TGL_LAHIR", "JENIS_KELAMIN", "HUB_KELUARGA", "KODE_DESA", "ID_KELUARGA"],
                [BUDI[0], BUDI[1], "Budi", "1980-06-02", "1", "1", "1301052006", "K1"],
            ),
        ),
    )
    data = b"ID_KELUARGA,DESIL,PERIODE_DESIL\nK1,5,2026-Q4\nZZ,3,2026-Q4\n"
    started = _previewed(manager, data, "desil.csv", ImportKind.DECILES)
    applying.request_apply(started, by=manager, version=started.version)
    examining, go = threading.Event(), threading.Event()
    real = rows.Rows.take

    def slowly(self, *call):
        if threading.current_thread() is not threading.main_thread():
            examining.set()
            go.wait(10)
        real(self, *call)

    monkeypatch.setattr(rows.Rows, "take", slowly)
    fetched = []

    def fetch():
        try:
            fetched.append(rejects.build(ImportRun.objects.get(pk=started.pk), by=manager, form="csv"))
        finally:
            connections.close_all()

    other = threading.Thread(target=fetch)
    other.start()
    examining.wait(10)
    threading.Timer(0.5, go.set).start()
    applying.apply(started.pk)
    other.join()
    assert b"ZZ" in fetched[0]
    assert DecileRecord.objects.filter(period="2026-Q4").count() == 1
