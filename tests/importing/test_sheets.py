"""Workbooks of several sheets: what is hidden is not read, covers are passed over, and what was left out is named."""

import io

import pytest
import xlsxwriter

from households.choices.imports import ImportKind
from households.importing import previewing, rejects, uploading
from tests.importing.families import BUDI, HEAD, ROSNA

pytestmark = pytest.mark.django_db
TITLE = [*HEAD]


@pytest.fixture
def manager(places, lestari):
    return lestari


def _book(**sheets):
    """A workbook of sheets by name: rows, and "hidden" as first row for one that is not shown."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if rows and rows[0] == "hidden":
                rows = rows[1:]
                sheet.hide()
            else:
                sheet.activate()
                sheet.set_first_sheet()
            for n, row in enumerate(rows):
                sheet.write_row(n, 0, [row[c] for c in HEAD] if isinstance(row, dict) else row)
    return out.getvalue()


def _previewed(by, data, kind=ImportKind.EXTRACT):
    started = uploading.upload(data, "berkas.xlsx", by=by, kind=kind)
    previewing.preview(started.pk)
    started.refresh_from_db()
    assert started.state == "previewed", started.problem
    return started


def test_a_second_sheet_of_data_is_not_left_out_in_silence(manager, browse):
    started = _previewed(manager, _book(Sago=[TITLE, ROSNA], Salido=[TITLE, BUDI]))
    assert (started.counts["sheet"], started.counts["other_sheets"]) == ("Sago", ["Salido"])
    assert [row["name"] for row in started.counts["sample"]] == ["Rosna"]
    page = browse(manager).get(f"/impor/{started.pk}/").content.decode()
    assert "Lembar lain tidak dibaca: Salido" in page


def test_a_hidden_sheet_in_front_is_last_years_and_is_not_read(manager):
    started = _previewed(manager, _book(Lama=["hidden", TITLE, BUDI], Data=[TITLE, ROSNA]))
    assert [row["name"] for row in started.counts["sample"]] == ["Rosna"]
    assert started.counts["other_sheets"] == []


def test_a_cover_is_passed_over_and_refused_rows_name_the_sheet_they_stand_on(manager):
    started = _previewed(
        manager, _book(Petunjuk=[["Petunjuk pengisian"]], Data=[TITLE, ROSNA, {**BUDI, "JENIS_KELAMIN": "X"}])
    )
    assert (started.counts["accepted"], started.counts["other_sheets"]) == (1, ["Petunjuk"])
    assert b"Data" in rejects.build(started, by=manager, form="csv")


def test_a_list_names_the_sheets_it_left_out_too(manager, browse):
    head = ["ID_KELUARGA", "DESIL", "PERIODE_DESIL"]
    data = _book(Satu=[head, ["K0", "2", "2026-Q3"]], Dua=[head, ["K1", "2", "2026-Q3"]])
    started = _previewed(manager, data, ImportKind.DECILES)
    assert started.counts["other_sheets"] == ["Dua"]
    assert "Lembar lain tidak dibaca: Dua" in browse(manager).get(f"/impor/{started.pk}/").content.decode()


def test_one_sheet_is_not_worth_a_word(manager, browse):
    started = _previewed(manager, _book(Data=[TITLE, ROSNA]))
    assert "Lembar lain tidak dibaca" not in browse(manager).get(f"/impor/{started.pk}/").content.decode()
