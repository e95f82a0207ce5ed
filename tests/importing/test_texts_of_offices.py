"""Texts as offices' programs really write them: encodings, line ends, marks nobody sees, years of two digits, names that are none."""

import pytest

from households.choices.imports import ImportKind
from households.importing import previewing, rejects, uploading
from households.importing.reading import read
from tests.importing.families import BUDI, CITRA, ROSNA, bring, file_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(places, lestari):
    return lestari


def _names(data):
    return [name for part in read([data]).parts for name in part["NAMA"].to_list()]


def _previewed(by, data, kind=ImportKind.EXTRACT):
    started = uploading.upload(data, "berkas.csv", by=by, kind=kind)
    previewing.preview(started.pk)
    started.refresh_from_db()
    return started


def test_one_byte_of_another_encoding_spoils_no_other_row():
    first, second = file_of({**ROSNA, "NAMA": "Nur’aini"}), file_of({**BUDI, "NAMA": "René"}, CITRA)
    rows = second.decode().split("\n")[1:]
    data = first + rows[0].encode("cp1252") + b"\n" + "\n".join(rows[1:]).encode()
    assert _names(data) == ["Nur’aini", "René", "Citra"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_unicode_text_of_a_spreadsheet_is_read(encoding, separator):
    text = file_of({**ROSNA, "NAMA": "Nur’aini"}, BUDI).decode().replace(",", separator)
    data = text.encode(encoding)
    if encoding == "utf-16-be":
        data = b"\xfe\xff" + data
    assert _names(data) == ["Nur’aini", "Budi"]
    assert [name for part in read(data[n : n + 7] for n in range(0, len(data), 7)).parts for name in part["NAMA"]] == [
        "Nur’aini",
        "Budi",
    ]


def test_unicode_text_goes_the_whole_way_and_its_refused_rows_come_back(manager):
    data = file_of(ROSNA, {**BUDI, "JENIS_KELAMIN": "X"}).decode().encode("utf-16")
    started = _previewed(manager, data)
    assert (started.counts["accepted"], started.counts["refused"]) == (1, 1)
    assert "Budi" in rejects.build(started, by=manager, form="csv").decode()


def test_lines_that_end_as_on_an_old_macintosh_are_lines():
    assert _names(file_of(ROSNA, BUDI).replace(b"\n", b"\r")) == ["Rosna", "Budi"]


def test_an_address_may_still_hold_a_carriage_return():
    assert _names(file_of({**ROSNA, "LANTAI": "8\r"}, BUDI)) == ["Rosna", "Budi"]


MARKS = "\u200b\u200e\u202a\u202c\u2060\ufeff\u00ad"


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("column", ["NIK", "NO_KK", "KODE_DESA", "TGL_LAHIR"])
def test_a_mark_that_nobody_sees_refuses_no_row(manager, column, mark):
    started = _previewed(manager, file_of({**ROSNA, column: f"{mark}{ROSNA[column]}{mark}"}))
    assert started.counts["reasons"] == {}


@pytest.mark.parametrize("day", ["05/06/80", "5/6/80", "01-02-03"])
def test_a_year_of_two_digits_is_no_date_and_nobody_is_nineteen_hundred_years_old(manager, day):
    assert _previewed(manager, file_of({**ROSNA, "TGL_LAHIR": day})).counts["reasons"] == {"birth_garbage": 1}


def test_a_result_of_dukcapil_with_such_a_year_is_refused_not_dated_to_antiquity(manager):
    bring(manager, ROSNA)
    data = f"NIK,HASIL,TANGGAL\n{ROSNA['NIK']},PADAN,01/02/26\n".encode()
    assert _previewed(manager, data, ImportKind.MATCH).counts["reasons"] == {"match_date": 1}


@pytest.mark.parametrize("name", ["0", "-", "123", "...", "?"])
def test_a_name_without_a_letter_is_refused(manager, name):
    assert _previewed(manager, file_of({**ROSNA, "NAMA": name})).counts["reasons"] == {"name_letters": 1}


@pytest.mark.parametrize("name", ["M", "Nur’aini", "Ñ", "3 Putri"])
def test_a_name_with_one_is_not(manager, name):
    assert _previewed(manager, file_of({**ROSNA, "NAMA": name})).counts["refused"] == 0


def test_columns_of_an_extract_that_are_not_used_are_named(manager, browse):
    data = file_of(ROSNA).replace(b"DESIL,", b"DESSIL,", 1).replace(b"SEKOLAH", b"NAMA", 1)
    started = _previewed(manager, data)
    assert started.counts["ignored"] == ["DESSIL", "NAMA"]
    assert (
        "Judul kolom yang tidak dibaca: DESSIL, NAMA" in browse(manager).get(f"/impor/{started.pk}/").content.decode()
    )


def test_what_was_added_to_refused_rows_is_no_unused_column(manager):
    refused = _previewed(manager, file_of({**ROSNA, "JENIS_KELAMIN": "X"}))
    again = _previewed(manager, rejects.build(refused, by=manager, form="csv"))
    assert again.counts["ignored"] == []
