"""Rows that are not what their heading promises: stray quotes, too few cells, broken bytes. Each is named, and harms no other."""

import io

import pytest
import xlsxwriter

from households.importing import applying, delimited, previewing, uploading
from households.importing.reading import Unreadable, grid, read
from households.models import Person
from households.refusals import REFUSALS

HEAD = "NO_KK,NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN,HUB_KELUARGA,KODE_DESA,ID_KELUARGA,DESIL,ALAMAT"


@pytest.fixture
def manager(places, lestari):
    return lestari


def _row(n, name="", address="Jorong A", born=""):
    number = f"130199{n % 28 + 1:02d}0680{n // 28 + 1:04d}"
    born = born or f"1980-06-{n % 28 + 1:02d}"
    return f"{number},{number},{name or f'Orang {n}'},{born},1,1,1301052006,K{n},3,{address}"


def _data(*rows, head=HEAD, end="\n"):
    return ("\n".join([head, *rows]) + end).encode()


def _read(data):
    """Line -> name of the rows that could be read, and line -> reason of the others."""
    rows = [row for part in read([data]).parts for row in part.select("line", "NAMA", "unread").iter_rows()]
    return {line: name for line, name, why in rows if not why}, {line: why for line, _name, why in rows if why}


def _previewed(manager, data, name="berkas.csv"):
    started = uploading.upload(data, name, by=manager)
    previewing.preview(started.pk)
    started.refresh_from_db()
    return started


def test_a_stray_quote_loses_no_family_and_shows_no_number(manager, browse):
    rows = [_row(0), _row(1, name='"Siti'), _row(2), _row(3, name='Ani"'), _row(4)]
    started = _previewed(manager, _data(*rows))
    assert (started.counts["accepted"], started.counts["reasons"]) == (3, {"quote_open": 2})
    page = browse(manager).get(f"/impor/{started.pk}/").content.decode()
    assert "tidak berpasangan" in page
    assert "1301990306800001" not in page
    applying.request_apply(started, by=manager, version=started.version)
    applying.apply(started.pk)
    assert set(Person.objects.values_list("name", flat=True)) == {"Orang 0", "Orang 2", "Orang 4"}


@pytest.mark.parametrize("column", ["name", "address"])
def test_stray_quotes_in_two_rows_are_named_and_what_lies_between_is_read(column):
    rows = [_row(0), _row(1, **{column: '"A'}), _row(2), _row(3, **{column: 'B"'}), _row(4, **{column: '"C'}), _row(5)]
    names, reasons = _read(_data(*rows))
    assert names == {2: "Orang 0", 4: "Orang 2", 7: "Orang 5"}
    assert reasons == dict.fromkeys((3, 5, 6), "quote_open")


def test_stray_quotes_in_neighbouring_rows_make_no_row_of_two():
    _names, reasons = _read(_data(_row(0), _row(1, name='"Siti'), _row(3, name='Ani"')))
    assert reasons == {3: "quote_open", 4: "quote_open"}


def test_an_address_over_several_lines_is_one_row_and_counts_as_one():
    names, reasons = _read(_data(_row(0, address='"Jorong ""A""\nRT 1,\n\nRW 2"'), _row(1)))
    assert (names, reasons) == ({2: "Orang 0", 3: "Orang 1"}, {})


def test_a_name_over_two_lines_is_refused_as_one_row():
    names, reasons = _read(_data(_row(0), _row(1, name='"Siti\nAni"'), _row(2)))
    assert (names, reasons) == ({2: "Orang 0", 4: "Orang 2"}, {3: "line_break"})


def test_a_name_over_two_lines_in_a_workbook_is_refused_too(manager):
    rows = [
        HEAD.split(","),
        _row(0).split(","),
        _row(1, name="Siti\nAni").split(","),
        _row(2, address="A\nB").split(","),
    ]
    started = _previewed(manager, _xlsx(rows), "berkas.xlsx")
    assert (started.counts["accepted"], started.counts["reasons"]) == (2, {"line_break": 1})


def test_a_name_that_holds_a_number_is_refused(manager):
    started = _previewed(manager, _data(_row(0), _row(1, name="Siti 1301990306800001")))
    assert started.counts["reasons"] == {"name_number": 1}


def test_rows_with_too_few_or_too_many_cells_are_refused_alone(manager):
    short, long = _row(1).rsplit(",", 2)[0], _row(2, address="Jorong A, RT 3")
    started = _previewed(manager, _data(_row(0), short, long, _row(3) + ",,", _row(4)))
    assert (started.counts["accepted"], started.counts["reasons"]) == (3, {"row_short": 1, "row_long": 1})


def test_a_file_cut_off_in_its_last_row_names_that_row(manager):
    started = _previewed(manager, _data(_row(0), _row(1)[:-20], end=""))
    assert (started.counts["accepted"], started.counts["reasons"]) == (1, {"row_cut": 1})
    assert _read(_data(_row(0), _row(1)[:-20]))[1] == {3: "row_short"}
    assert _read(_data(_row(0), _row(1), end=""))[1] == {}


def test_a_broken_byte_refuses_its_row_however_late_it_comes(manager):
    rows = [_row(n) for n in range(300)]
    rows[250] = _row(250, name="A\0B")
    started = _previewed(manager, _data(*rows))
    assert (started.state, started.counts["accepted"]) == ("previewed", 299)
    assert started.counts["reasons"] == {"row_nul": 1}


def test_blank_lines_and_lines_of_separators_are_no_rows_but_count():
    names, reasons = _read(_data(_row(0), "", ",,,,,,,,,", ",,", _row(1)))
    assert (names, reasons) == ({2: "Orang 0", 6: "Orang 1"}, {})


def test_what_is_odd_at_the_edge_of_a_block_reads_the_same(monkeypatch):
    rows = [_row(n) for n in range(40)]
    rows[5], rows[17], rows[30] = _row(5, address='"A\nB\nC"'), _row(17, name='"Siti'), _row(30, address='"A\nB"')
    data = _data(*rows)
    whole = _read(data)
    for size in range(90, 1200, 37):
        monkeypatch.setattr(delimited, "BLOCK_BYTES", size)
        assert _read(data) == whole


def test_a_quote_that_never_closes_is_named_and_the_rest_is_read_with_little_memory(monkeypatch):
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 20_000)
    rows = [_row(n) for n in range(5_000)]
    rows[10] = _row(10, name='"Siti')
    held = []
    real = delimited._Reader._part
    monkeypatch.setattr(
        delimited._Reader, "_part", lambda self, block, *, last: held.append(len(block)) or real(self, block, last=last)
    )
    names, reasons = _read(_data(*rows))
    assert (len(names), reasons) == (4_999, {12: "quote_open"})
    assert max(held) < 25_000


def test_a_line_without_end_is_one_sentence_that_names_it(monkeypatch):
    with pytest.raises(Unreadable, match="Baris 3 terlalu panjang"):
        _read(_data(_row(0), "x" * 6_000_000))


def test_a_small_table_with_an_odd_row_names_its_number():
    with pytest.raises(Unreadable, match=r"Baris 4: Sel di baris ini lebih sedikit"):
        grid(b"A;B\n1;2\n\n3\n")


def test_every_such_reason_has_words():
    assert all(code in REFUSALS for code in ("row_short", "row_long", "row_cut", "row_nul", "quote_open", "line_break"))


def _xlsx(rows, merge=()):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("BNBA")
    for n, row in enumerate(rows):
        sheet.write_row(n, 0, row)
    for span in merge:
        sheet.merge_range(*span)
    book.close()
    return out.getvalue()


def test_a_year_alone_is_no_birth_date_and_says_so(manager):
    rows = [HEAD.split(","), _row(0, born="1980").split(","), _row(1).split(",")]
    started = _previewed(manager, _xlsx(rows), "berkas.xlsx")
    assert started.counts["reasons"] == {"birth_year_only": 1}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_title_above_the_headings_is_passed_over_and_the_page_says_which_row_was_taken(manager, browse, form):
    rows = [["DATA BNBA, NAGARI SAGO SALIDO"], [""], HEAD.split(","), _row(0).split(",")]
    data = _xlsx(rows) if form == "xlsx" else "\n".join(",".join(row) for row in rows).encode()
    started = _previewed(manager, data, f"berkas.{form}")
    assert (started.state, started.counts["accepted"]) == ("previewed", 1)
    assert "Judul kolom dibaca dari baris 3" in browse(manager).get(f"/impor/{started.pk}/").content.decode()


def test_headings_of_two_rows_are_read_together(manager):
    lower = ["", "", *HEAD.split(",")[2:]]
    rows = [["NO_KK", "NIK", "ORANG", *[""] * 7], lower, _row(0).split(",")]
    started = _previewed(manager, _xlsx(rows, [(0, 2, 0, 9, "ORANG"), (0, 0, 1, 0, "NO_KK")]), "berkas.xlsx")
    assert (started.state, started.counts["accepted"]) == ("previewed", 1)


def test_merged_headings_that_leave_columns_open_are_named(manager):
    rows = [["NOMOR", "", "ORANG"], ["a", "b", *HEAD.split(",")[2:]], _row(0).split(",")]
    started = _previewed(manager, _xlsx(rows, [(0, 0, 0, 1, "NOMOR")]), "berkas.xlsx")
    assert started.state == "columns"
    assert "sel gabungan" in started.problem
    assert started.counts["headers"][:3] == ["a", "b", "NAMA"]


def test_a_merged_number_refuses_the_rows_below_it_in_these_words(manager):
    rows = [HEAD.split(",")] + [["", *_row(n).split(",")[1:]] for n in range(3)]
    started = _previewed(manager, _xlsx(rows, [(1, 0, 3, 0, "1301990106800001")]), "berkas.xlsx")
    assert (started.counts["accepted"], started.counts["reasons"]) == (1, {"merged_cells": 2})
