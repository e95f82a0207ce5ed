"""A register's pages speak plainly: what would be saved, what is refused and why, and that nothing is saved yet."""

import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest

from complaints.models import Holiday
from slrt.accounts.models import Assignment, Organisation
from slrt.exports import sheets
from slrt.regions.models import Region
from tests import people
from tests.exports import register_pages

HOLIDAYS = "/admin/complaints/holiday/"
ENGLISH = re.compile(r"\b(Import|Export|Confirm|Submit|Skipped|Errors|Preview|Row|Line number|File to import|Format)\b")


@pytest.fixture
def upload(browse, chief):
    """Upload a sheet as adi and return what the page says, without its markup."""

    def page(content, path=HOLIDAYS, name="libur.csv", **headers):
        file = io.BytesIO(content if isinstance(content, bytes) else content.encode())
        file.name = name
        return said(browse(chief).post(f"{path}import/", {"import_file": file, "resource": ""}, **headers))

    return page


def said(answer):
    main = answer.content.decode().split('id="content-start"')[-1].split('id="footer"')[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("&quot;", '"')


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_adi_sees_what_a_column_means_and_what_it_takes_before_uploading(browse, chief):
    page = said(browse(chief).get("/admin/accounts/organisation/import/"))
    assert "Muat lembaga dari berkas" in page
    assert "agency Dinas atau instansi" in page
    assert "Satu kode dari daftar wilayah" in page
    assert not ENGLISH.search(page)


def test_a_preview_counts_in_words_and_says_that_nothing_is_saved(upload):
    Holiday.objects.create(on=date(2026, 12, 25), name="Natall")
    Holiday.objects.create(on=date(2026, 8, 17), name="Hari Kemerdekaan")
    page = upload("on,name\n2026-08-17,Hari Kemerdekaan\n2026-12-25,Natal\n2026-05-01,Buruh\n")
    assert "Belum ada yang disimpan." in page
    assert "Baru 1 Berubah 1 Tetap 1 Ditolak 0" in page
    assert "3 Berubah: Nama 2026-12-25 Natall Natal" in page, "the row, its effect and on which column, old and new"
    assert not ENGLISH.search(page)
    assert Holiday.objects.count() == 2


def test_a_cell_that_was_empty_and_is_filled_is_named_as_a_change(upload):
    people.make_organisation("dinkes")
    page = upload("code,phone\ndinkes,075621000\n", path="/admin/accounts/organisation/")
    assert "2 Berubah: Telepon" in page
    assert not Organisation.objects.exclude(phone="").exists()


def test_a_refused_row_is_named_by_number_column_and_sentence_and_holds_back_the_rest(upload):
    page = upload("on,name\n2026-05-01,Buruh\n,Tanpa tanggal\n2026-06-01,\n31-06-2026,Salah\n")
    assert "Tidak ada yang disimpan." in page
    assert "Baru 1 Berubah 0 Tetap 0 Ditolak 3" in page
    assert "3 Tanggal (on) Kolom ini wajib diisi." in page
    assert "4 Nama (name) Kolom ini wajib diisi." in page
    assert '5 Tanggal (on) Tanggal "31-06-2026" tidak terbaca. Tulis seperti 2026-11-28.' in page
    assert not ENGLISH.search(page)
    assert not Holiday.objects.exists()


def test_a_sheet_that_changes_nothing_offers_nothing_to_save(upload):
    Holiday.objects.create(on=date(2026, 12, 25), name="Natal")
    page = upload("on,name\n2026-12-25,Natal\n")
    assert "Tidak ada yang perlu disimpan." in page
    assert "Belum ada yang disimpan." not in page


def test_the_same_row_twice_is_refused(upload):
    page = upload("on,name\n2026-12-25,Natal\n2026-12-25,Natal kedua\n")
    assert "Baris ini sama kuncinya dengan baris 2." in page


@pytest.mark.parametrize(
    ("path", "sheet"),
    [
        ("/admin/complaints/holiday/", "on,name\n2027-05-10,Satu\n10/05/2027,Dua\n"),
        (
            "/admin/accounts/assignment/",
            "user,role,area,started_on,decree\nsari,supervisor,13.01,2027-01-01,SK 1\nsari,Supervisor,13.01,01/01/2027,SK 2\n",
        ),
    ],
)
def test_the_same_row_written_in_another_way_is_refused(upload, sari, path, sheet):
    """The second would have written over the first: a day and a role are one however they are written."""
    page = upload(sheet, path)
    assert "Baris ini sama kuncinya dengan baris 2." in page
    assert not Holiday.objects.exists()
    assert not Assignment.objects.filter(decree__in=("SK 1", "SK 2")).exists()


def test_empty_rows_are_left_out_and_keep_their_number(upload):
    page = upload(workbook(["on", "name"], [None, None], [date(2026, 5, 1), "Buruh"], [None, None]), name="x.xlsx")
    assert "Baru 1 Berubah 0 Tetap 0 Ditolak 0" in page
    assert "3 Baru 2026-05-01 Buruh" in page


def test_a_column_nobody_knows_is_named(upload):
    assert "Kolom ini tidak dikenal dan dilewati: catatan." in upload("ON,name,catatan\n2026-05-01,Buruh,x\n")


@pytest.mark.parametrize(
    "content",
    [
        "on;name\r\n01/05/2026;Buruh\r\n",
        "on\tname\n2026-05-01\tBuruh\n",
        "\ufeffon,name\n2026-05-01,Buruh\n",
        "on\tname\n2026-05-01\tBuruh\n".encode("utf-16"),
    ],
    ids=["semicolons", "tabs", "mark", "utf-16"],
)
def test_what_a_spreadsheet_saves_as_csv_is_understood(upload, content):
    assert "Baru 2026-05-01 Buruh" in upload(content)


def _zip(**files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Berkas ini kosong."),
        (b" \n \n", "Berkas ini kosong."),
        (b"on,name\n", "hanya berisi judul kolom"),
        (b"\non,name\n2026-05-01,Buruh\n", "Baris pertama kosong."),
        (b"on,name,on\n2026-05-01,Buruh,x\n", "Kolom on ada dua kali."),
        (b"on,name\n2026-05-01,Buruh,Internasional\n", "Baris 2 punya lebih banyak kolom"),
        (b"%PDF-1.7 ...", "bukan XLSX atau CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "berkata sandi atau bentuk lama (.xls)"),
        (b"<html><table>", "bukan XLSX atau CSV"),
        (_zip(foto="x"), "bukan XLSX atau CSV"),
        (b"PK\x03\x04 broken", "terpotong atau rusak"),
        (_zip(**{"xl/workbook.xml": "x"}), "Lembar kerja ini tidak bisa dibuka."),
        (b"on,name\n2026-05-01,Hari \xe9l\n", "Huruf di berkas ini tidak terbaca."),
        (b"on,name\n2026-05-01,Bu\x00ruh\n", "Huruf di berkas ini tidak terbaca."),
    ],
)
def test_a_file_that_is_no_sheet_is_answered_with_a_sentence(upload, uploads, content, sentence):
    page = upload(content)
    assert sentence in page
    assert not ENGLISH.search(page)
    assert not Holiday.objects.exists()


def test_a_file_that_is_too_large_is_not_read(upload, settings):
    settings.REGISTER_MAX_BYTES = 20
    assert "terlalu besar" in upload("on,name\n2026-05-01,Hari Buruh\n")
    settings.REGISTER_MAX_BYTES, settings.REGISTER_MAX_ROWS = 10_000, 1
    assert "lebih dari 1 baris" in upload("on,name\n2026-05-01,Buruh\n2026-05-02,Cuti\n")
    bomb = _zip(**{"xl/workbook.xml": "0" * 500_000})
    with pytest.raises(sheets.Unreadable, match="jauh lebih besar"):
        sheets.is_workbook(bomb)


def test_a_word_that_is_neither_yes_nor_no_is_refused_and_never_taken_for_no(upload, places):
    people.make_organisation("dinkes")
    head = "code,name,kind,area,active\ndinkes,Dinas Kesehatan,{},13.01,{}\n"
    page = upload(head.format("agency", "mungkin"), "/admin/accounts/organisation/")
    assert 'Aktif (active) "mungkin" tidak terbaca. Tulis 1 untuk ya atau 0 untuk tidak.' in page
    page = upload(head.format("kantor", "ya"), "/admin/accounts/organisation/")
    assert '"kantor" tidak dikenal. Pilih salah satu: social_office, agency, partner.' in page
    page = upload(head.format("mitra", "tidak"), "/admin/accounts/organisation/")
    assert "Dinas atau instansi (agency) Mitra (partner)" in page, "codes are read with their labels"
    assert "Ya Tidak" in page
    page = upload(head.format("Dinas atau instansi", "ya"), "/admin/accounts/organisation/")
    assert "Baru 0 Berubah 0 Tetap 1 Ditolak 0" in page
    assert Organisation.objects.get(code="dinkes").active


def test_what_was_saved_is_said_in_words_and_kept_in_the_history(browse, chief):
    client = browse(chief)
    file = io.BytesIO(b"on,name\n2026-05-01,Buruh\n")
    file.name = "x.csv"
    page = client.post(f"{HOLIDAYS}import/", {"import_file": file, "resource": ""}).content.decode()
    fields = dict(re.findall(r'name="(import_file_name|original_file_name|format|resource)" value="([^"]*)"', page))
    answer = client.post(f"{HOLIDAYS}process_import/", fields, follow=True).content.decode()
    assert "Tersimpan: 1 baris baru, 0 berubah, 0 tetap." in answer
    history = client.get(f"{HOLIDAYS}{Holiday.objects.get().pk}/history/").content.decode()
    assert "Dimuat dari berkas." in history


def test_confirming_nothing_asks_for_the_file_again(browse, chief):
    answer = browse(chief).post(f"{HOLIDAYS}process_import/", {}, follow=True).content.decode()
    assert "Berkasnya sudah tidak ada. Unggah lagi." in answer


def test_the_download_names_columns_and_file_as_people_do(browse, chief, places):
    page = browse(chief).get("/admin/regions/region/export/")
    assert "Nama Aktif" in said(page)
    assert "(name)" not in said(page)
    assert not ENGLISH.search(said(page))
    name = 'name="regionresource_code"'
    assert "disabled" in page.content.decode().split(name)[1].split(">")[0], "the key stays in the sheet"
    answer = browse(chief).post(
        "/admin/regions/region/export/",
        {"format": "1", "resource": "", "purpose": "Periksa daftar wilayah", "basis": "public_task"},
    )
    assert re.search(r'filename="wilayah-\d{4}-\d\d-\d\d\.csv"', answer["Content-Disposition"])
    assert answer.content.decode().startswith("\ufeffKode\r\n")
    assert answer.content.decode().count("\n") == Region.objects.count() + 1


@pytest.mark.parametrize("asked", ["active__exact=NaN", "page=2", "bukan_kolom=1"])
def test_an_address_that_asks_for_what_the_register_does_not_have_leads_to_all_of_it(browse, chief, asked):
    path = "/admin/accounts/organisation/export/"
    answer = browse(chief).get(f"{path}?{asked}")
    assert (answer.status_code, answer.headers["Location"]) == (302, path)


def test_the_sheet_of_a_workbook_is_named_after_its_register(browse, chief):
    Holiday.objects.create(on=date(2026, 12, 25), name="Natal")
    answer = register_pages.out(browse(chief), HOLIDAYS, register_pages.XLSX)
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames == ["Hari libur"]
