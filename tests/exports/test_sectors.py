"""The sector of a programme is read as words wherever people read it, and what they write back means the same sector."""

import re

import pytest
import tablib
from django.utils import translation

from programs.models import Programme
from programs.sectors import SECTORS
from slrt.audit.models import AuditEntry
from tests import cases
from tests.access.test_what_the_administrator_does import change
from tests.exports.reading import csv_rows
from tests.exports.register_pages import CSV, XLSX, out

PROGRAMMES = "/admin/programs/programme/"


def _sheet(client):
    return out(client, PROGRAMMES, CSV).content.decode("utf-8-sig")


def _sector(code="PKH"):
    return Programme.objects.get(code=code).sector


@pytest.mark.parametrize("format", [XLSX, CSV])
def test_a_sheet_says_sectors_in_words_and_comes_back_unchanged(browse, chief, registers, upload, format):
    Programme.objects.filter(code="PKH").update(sector="Pertanian")
    before = dict(Programme.objects.values_list("code", "sector"))
    said = set(tablib.Dataset().load(_sheet(browse(chief)), format="csv", delimiter=";")["Bidang"])
    assert {"food (Pangan)", "health (Kesehatan)", "Pertanian"} <= said
    sheet = out(browse(chief), PROGRAMMES, format).content
    page, _confirm = upload(PROGRAMMES, sheet, "x.xlsx" if format == XLSX else "x.csv", format)
    assert "Tidak ada yang perlu disimpan." in page
    assert dict(Programme.objects.values_list("code", "sector")) == before


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        *((cell, "food") for cell in ("food", "FOOD", "food (Pangan)", "Pangan", "pangan", "Food", "food (Food)")),
        *((cell, "civil_registration") for cell in ("Administrasi kependudukan", "Civil registration")),
        *((cell, cell) for cell in ("Pertanian", "lain (kota)", "Pangan lokal", "food atau lain")),
    ],
)
def test_a_sector_is_taken_by_its_code_and_by_its_words(registers, upload, cell, kept):
    Programme.objects.filter(code="PKH").update(sector="housing")
    _page, confirm = upload(PROGRAMMES, f"code,sector\nPKH,{cell}\n")
    confirm()
    assert _sector() == kept


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_sector_comes_back_from_its_words_in_either_language(registers, upload, language):
    Programme.objects.filter(code="PKH").update(sector="")
    for code, words in SECTORS.items():
        with translation.override(language):
            cell = str(words)
        upload(PROGRAMMES, f"code,sector\nPKH,{cell}\n")[1]()
        assert _sector() == code


def test_words_that_were_kept_as_a_sector_of_their_own_are_offered_as_the_code(registers, upload):
    Programme.objects.filter(code="PKH").update(sector="Pangan")
    page, confirm = upload(PROGRAMMES, "code,sector\nPKH,Pangan\n")
    assert "<ins>food (Pangan)</ins>" in page
    assert _sector() == "Pangan", "nothing before somebody agreed"
    confirm()
    assert _sector() == "food"


def test_the_administrations_form_and_filter_say_words(browse, chief, registers):
    Programme.objects.filter(code="PKH").update(sector="health")
    client, row = browse(chief), Programme.objects.get(code="PKH")
    path = f"{PROGRAMMES}{row.pk}/change/"
    page = client.get(path).content.decode()
    assert re.search(r'name="sector" value="Kesehatan"', page)
    shown = client.get(PROGRAMMES).content.decode().split('id="changelist-filter"')[1]
    for code, words in SECTORS.items():
        if Programme.objects.filter(sector=code).exists():
            assert re.search(rf'href="\?sector={code}"[^>]*>\s*{words}\s*<', shown), code
            assert not re.search(rf">\s*{code}\s*<", shown)
    listed = client.get(f"{PROGRAMMES}?sector=health").content.decode()
    assert "PKH" in listed
    assert listed.count('class="field-code"') == Programme.objects.filter(sector="health").count()


def test_a_form_saved_as_it_was_shown_changes_nothing_and_other_words_their_code(browse, chief, registers):
    Programme.objects.filter(code="PKH").update(sector="health")
    client, path = browse(chief), f"{PROGRAMMES}{Programme.objects.get(code='PKH').pk}/change/"
    change(client, path)
    for typed, kept in (("Kesehatan", "health"), ("Pendidikan", "education"), ("Pertanian", "Pertanian")):
        change(client, path, sector=typed)
        assert _sector() == kept
    told = [line.details["fields"] for line in AuditEntry.objects.filter(verb="admin_change").order_by("pk")]
    assert told == [{"sector": ["health", "education"]}, {"sector": ["education", "Pertanian"]}]


def test_the_programmes_list_leaves_with_words(lestari, places, ask, content):
    cases.programme("KIS")
    cases.programme("BPNT")
    Programme.objects.filter(code="KIS").update(sector="health")
    Programme.objects.filter(code="BPNT").update(sector="Pertanian")
    _answer, export = ask(lestari, "program")
    header, rows = csv_rows(content(lestari, export))
    said = {row[0]: row[header.index("Bidang")] for row in rows}
    assert (said["KIS"], said["BPNT"]) == ("Kesehatan", "Pertanian")
