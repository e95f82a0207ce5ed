"""The sector of a programme is read as words in its sheet, and stays what it was when the sheet comes back."""

import pytest
import tablib

from programs.models import Programme
from tests.exports.register_pages import CSV, out

PROGRAMMES = "/admin/programs/programme/"


def _sheet(client):
    return out(client, PROGRAMMES, CSV).content.decode("utf-8-sig")


def test_a_sheet_says_sectors_in_words_and_comes_back_unchanged(browse, chief, registers, upload):
    Programme.objects.filter(code="PKH").update(sector="Pangan")
    before = dict(Programme.objects.values_list("code", "sector"))
    text = _sheet(browse(chief))
    said = set(tablib.Dataset().load(text, format="csv")["Bidang"])
    assert {"food (Pangan)", "health (Kesehatan)", "Pangan"} <= said
    page, _confirm = upload(PROGRAMMES, text)
    assert "Tidak ada yang perlu disimpan." in page
    assert dict(Programme.objects.values_list("code", "sector")) == before


@pytest.mark.parametrize(
    ("cell", "kept"),
    [("food", "food"), ("food (Pangan)", "food"), ("Pertanian", "Pertanian"), ("lain (kota)", "lain (kota)")],
)
def test_a_code_is_taken_with_and_without_its_words(registers, upload, cell, kept):
    _page, confirm = upload(PROGRAMMES, f"code,sector\nPKH,{cell}\n")
    if confirm:
        confirm()
    assert Programme.objects.get(code="PKH").sector == kept
