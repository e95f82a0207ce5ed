"""A file says what it is, of when and by whom, in the language of who asked for it, and its columns can be read as they are opened."""

import io
import re

import openpyxl
import pytest
from django.utils import timezone

from households.models import ImportRun, Visit
from slrt.audit import trail
from slrt.core import clock
from slrt.exports.models import Export
from tests import cases, people
from tests.exports.conftest import ASKED, new_key
from tests.exports.reading import csv_rows


@pytest.fixture
def in_english(browse):
    """Ask for a list on English pages and return (the page of the export, its file's name, its workbook)."""

    def asked(user, key, query):
        client = browse(user)
        client.cookies["django_language"] = "en"
        entered = {**ASKED, "format": "xlsx", "idempotency_key": new_key()}
        page = client.post(f"/ekspor/baru/{key}/{query}", entered, follow=True).content.decode()
        answer = client.get(f"/ekspor/{Export.objects.order_by('-pk').first().pk}/unduh/")
        book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
        return page, answer["Content-Disposition"], book

    return asked


def about(book):
    """The second sheet: what a file is."""
    return dict(book.worksheets[1].iter_rows(values_only=True))


@pytest.mark.parametrize(
    ("key", "query", "said"),
    [
        ("keluarga", f"?village={people.SAGO}&listed=no", ["Village: Sago Salido", "DTSEN: Not registered yet"]),
        ("pendaftaran", "?tab=village&name=Warga", ["Village meeting", "Name: Warga"]),
        ("daftar-desa", f"?desa={people.SAGO}&daftar=awal", ["Initial list · Sago Salido"]),
        ("angka-pendaftaran", "?angka=registrations_meeting", ["Waiting for the village meeting"]),
    ],
)
def test_what_was_filtered_is_told_in_the_language_of_who_asked(in_english, lestari, families, key, query, said):
    cases.registration(families[0], "initial_list")
    page, _name, book = in_english(lestari, key, query)
    assert " · ".join(said) in page
    told = about(book)
    assert told["Filter"] == "; ".join(said)
    assert told["Legal basis"] == "Public service task"


def test_the_name_of_a_file_says_which_list_of_which_day(in_english, browse, lestari, families, ask):
    day = timezone.localdate(clock.now()).isoformat()
    _answer, export = ask(lestari, "anggota")
    answer = browse(lestari).get(f"/ekspor/{export.pk}/unduh/")
    assert answer["Content-Disposition"] == f'attachment; filename="anggota-keluarga-{day}-{export.number}.csv"'
    _page, name, _book = in_english(lestari, "anggota", "")
    assert f'filename="family-member-{day}-EKS-' in name


def test_dates_and_numbers_fit_into_their_columns(browse, lestari, families, ask, content):
    """A spreadsheet shows ##### for a date that its column has no room for."""
    cases.registration(families[0], "initial_list")
    _answer, export = ask(lestari, "pendaftaran", "?tab=village", format="xlsx")
    rows, words = openpyxl.load_workbook(io.BytesIO(content(lestari, export))).worksheets
    heading = {cell.value: cell.column_letter for cell in rows[1]}
    assert rows.column_dimensions[heading["Sejak"]].width >= len("2026-11-30 10:02")
    assert rows.column_dimensions[heading["Tanggal kirim"]].width >= len("2026-11-30")
    assert rows.column_dimensions[heading["Nomor KK"]].width >= 16
    assert all(rows.column_dimensions[letter].width > len(name) for name, letter in heading.items())
    assert words.column_dimensions["A"].width >= max(len(str(row[0].value)) for row in words.iter_rows())


def test_people_stand_in_files_by_their_names_as_on_the_page(lestari, sari, families, ask, content):
    Visit.objects.create(facilitator=sari, village_id=people.SAGO, family=families[0], state="sent", answers={})
    made = {"area_id": "13.01", "file_name": "nagari.csv", "file_hash": "0", "state_since": clock.now(), "counts": {}}
    ImportRun.objects.create(started_by=lestari, **made)
    for key, name in (("kunjungan", "Sari"), ("impor", "Lestari")):
        header, rows = csv_rows(content(lestari, ask(lestari, key)[1]))
        assert [row[header.index("Oleh")] for row in rows] == [name]
    type(sari).objects.filter(pk=sari.pk).update(full_name="")
    header, rows = csv_rows(content(lestari, ask(lestari, "kunjungan")[1]))
    assert [row[header.index("Oleh")] for row in rows] == ["sari"], "whose name nobody wrote is named by the account"


def test_the_trail_says_in_words_that_nobody_acted(dewi, sari, families, ask, content):
    trail.write("propose", cases.registration(families[0]), by=None)
    trail.write("propose", cases.registration(families[1]), by=None, console=True)
    header, rows = csv_rows(content(dewi, ask(dewi, "jejak")[1]))
    whom = {row[header.index("Oleh")] for row in rows if row[header.index("Langkah")] == "Diusulkan ke DTSEN"}
    assert whom == {"SLRT (otomatis)", "Konsol server"}


def test_who_takes_the_programmes_out_is_told_which_sheet_can_be_uploaded_again(browse, lestari, chief, ask, content):
    cases.programme("KIS")
    said = "Lembar ini untuk dibaca."
    assert said in browse(lestari).get("/ekspor/baru/program/").content.decode()
    assert said not in browse(lestari).get("/ekspor/baru/musyawarah/").content.decode()
    _answer, export = ask(lestari, "program", format="xlsx")
    assert about(openpyxl.load_workbook(io.BytesIO(content(lestari, export))))["Catatan"].startswith(said)
    way = 'href="/admin/programs/programme/"'
    assert way in browse(chief).get("/program/").content.decode()
    assert way not in browse(lestari).get("/program/").content.decode()
    sheet = browse(chief).get("/admin/programs/programme/").content.decode()
    assert re.search(r'href="[^"]*/export/', sheet), "the page it leads to has the register's sheet"
