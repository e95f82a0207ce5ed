"""No cell runs as a formula, no number loses its digits, whatever people are called."""

import io
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.models import Person
from slrt.exports.cells import RISKY, defuse, shaper
from slrt.exports.registry import Column, Kind
from slrt.exports.writing import _text
from tests import cases, people
from tests.exports.reading import book_of, csv_rows

ZONE = ZoneInfo("Asia/Jakarta")
NIK = "1301994506850001"


@given(st.text())
def test_no_text_starts_as_a_formula(text):
    made = shaper(Column("x", "x"), full=False, typed=False, zone=ZONE)([text, None])
    assert made[0] == defuse(text)
    assert made[0][:1] not in RISKY
    assert made[0].removeprefix("'") == text.removeprefix("'") if text[:1] in RISKY else made[0] == text
    assert made[1] == ""


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_is_a_cell_that_can_be_read(text):
    from xml.etree import ElementTree

    cell = ElementTree.fromstring(_text(text))  # noqa: S314  (our own text)
    kept = "".join(sign for sign in text if sign in "\t\n\r" or (sign >= " " and sign not in "￾￿"))
    assert cell[0][0].text in (kept.replace("\r\n", "\n").replace("\r", "\n"), None if kept == "" else "")


def test_moments_are_the_offices_and_dates_are_iso():
    moment, day = datetime(2026, 11, 28, 2, 30, 45, tzinfo=UTC), date(2026, 1, 2)
    csv_moment = shaper(Column("x", "x", Kind.MOMENT), full=False, typed=False, zone=ZONE)
    csv_day = shaper(Column("x", "x", Kind.DATE), full=False, typed=False, zone=ZONE)
    assert csv_moment([moment, None]) == ["2026-11-28 09:30", ""]
    assert csv_day([day, None]) == ["2026-01-02", ""]
    book_moment = shaper(Column("x", "x", Kind.MOMENT), full=False, typed=True, zone=ZONE)
    assert book_moment([moment]) == [datetime(2026, 11, 28, 9, 30, 45)]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_name_that_is_a_formula(lestari, places, ask, content, sign, format):
    family = cases.family_in(people.SAGO, "Rosna")
    Person.objects.filter(pk=family.head_id).update(name=f"{sign}HYPERLINK(1)")
    _answer, export = ask(lestari, "keluarga", format=format)
    data = content(lestari, export)
    if format == "csv":
        assert csv_rows(data)[1][0][1] == f"'{sign}HYPERLINK(1)"
    else:
        cell = book_of(data)["Keluarga"].cell(2, 2)
        assert cell.data_type in ("s", "inlineStr")
        assert cell.value.startswith("'")


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_numbers_are_text_and_masked(lestari, places, ask, content, format):
    cases.family_in(people.SAGO, "Rosna", NIK)
    _answer, export = ask(lestari, "anggota", format=format)
    data = content(lestari, export)
    if format == "csv":
        header, rows = csv_rows(data)
        shown = rows[0][header.index("NIK")]
    else:
        sheet = book_of(data)["Anggota keluarga"]
        cell = sheet.cell(2, [c.value for c in sheet[1]].index("NIK") + 1)
        assert cell.data_type in ("s", "inlineStr")
        shown = cell.value
    assert shown == "1301••••••••0001"


@pytest.mark.parametrize(("format", "shown"), [("csv", f"'{NIK}"), ("xlsx", NIK)])
def test_full_numbers_are_text_that_keeps_its_digits(lestari, places, ask, content, format, shown):
    cases.family_in(people.SAGO, "Rosna", NIK)
    _answer, export = ask(
        lestari, "anggota", format=format, full_numbers="on", numbers_reason="Pemadanan dengan Disdukcapil"
    )
    data = content(lestari, export)
    if format == "csv":
        header, rows = csv_rows(data)
        assert rows[0][header.index("NIK")] == shown
    else:
        sheet = book_of(data)["Anggota keluarga"]
        cell = sheet.cell(2, [c.value for c in sheet[1]].index("NIK") + 1)
        assert (cell.value, cell.data_type) == (shown, "s")


def test_a_zip_made_without_seeking_is_whole(lestari, places, ask, content):
    import zipfile

    cases.family_in(people.SAGO, "Rosna & <Tanjung>")
    _answer, export = ask(lestari, "keluarga", format="xlsx")
    book = zipfile.ZipFile(io.BytesIO(content(lestari, export)))
    assert book.testzip() is None
    assert b"Rosna &amp; &lt;Tanjung&gt;" in book.read("xl/worksheets/sheet1.xml")
