"""Which columns each kind of list needs and may have, said beside the upload, and a blank sheet with just these headings."""

import io

import openpyxl
import pytest
from django.urls import reverse

from households.choices.imports import ImportKind
from households.importing import blank
from households.importing.columns import EXTRACT, GOODS
from households.importing.kinds import KINDS
from households.importing.reading import NoRows, read
from tests.importing.families import ROSNA
from tests.importing.rows import imported

pytestmark = pytest.mark.django_db


def _columns(kind):
    return EXTRACT if kind == ImportKind.EXTRACT else KINDS[kind].columns


@pytest.mark.parametrize("kind", ImportKind.values)
def test_a_blank_sheet_has_every_heading_and_is_read_as_its_kind(lestari, browse, kind):
    answer = browse(lestari).get(reverse("households:import_blank", args=[kind]))
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert [list(row) for row in rows] == [[*_columns(kind).all, *_columns(kind).seldom]]
    table = read([answer.content], _columns(kind))
    assert table.unused == []
    with pytest.raises(NoRows):
        list(table.parts)


def test_a_blank_sheet_is_named_after_its_kind_in_the_words_of_the_page(lestari, browse):
    answer = browse(lestari).get(reverse("households:import_blank", args=[ImportKind.MATCH]))
    assert answer["Content-Disposition"] == 'attachment; filename="lembar-kosong-hasil-pemadanan-dukcapil.xlsx"'


def test_a_sheet_that_was_filled_in_goes_in(places, lestari):
    book = openpyxl.load_workbook(io.BytesIO(blank.sheet(ImportKind.EXTRACT)))
    titles = [cell.value for cell in book.active[1]]
    book.active.append([ROSNA.get(title, "") for title in titles])
    out = io.BytesIO()
    book.save(out)
    assert imported(lestari, out.getvalue(), "isian.xlsx").counts["people"]["new"] == 1


def test_the_form_says_what_each_kind_needs(lestari, browse):
    page = browse(lestari).get(reverse("households:imports")).content.decode()
    for kind in ImportKind.values:
        assert reverse("households:import_blank", args=[kind]) in page
    assert ", ".join(EXTRACT.required) in page
    assert next(iter(GOODS)) in page
    assert "Salah satu dari ID_KELUARGA, NO_KK" in page


def test_no_sheet_of_an_unknown_kind_and_none_for_who_does_not_import(lestari, fitri, browse):
    assert browse(lestari).get("/impor/lembar/bukan/").status_code == 404
    assert browse(fitri).get(reverse("households:import_blank", args=["extract"])).status_code == 403
