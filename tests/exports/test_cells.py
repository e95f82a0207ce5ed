"""No cell runs as a formula, no number loses its digits, whatever people are called."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.models import Person
from slrt.core import crypto
from slrt.exports.cells import RISKY, defuse, each_once, harmless, plain, shaper
from slrt.exports.registry import Column, Kind
from slrt.exports.writing import SEPARATOR, Sink, _cells, _text, quoted
from tests import cases, people
from tests.exports.reading import book_of, csv_rows

NIK = "1301994506850001"


def copied(text):
    """A value as COPY's text format writes it (PostgreSQL, COPY, Text Format)."""
    if text is None:
        return "\\N"
    signs = {"\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
    return "".join(signs.get(sign, sign) for sign in text)


SAID = st.text(
    alphabet=st.one_of(
        st.sampled_from("=+-@\\N\t\r\n;\"'"), st.characters(exclude_characters="\0", exclude_categories=["Cs"])
    )
)


@given(SAID)
def test_no_text_starts_as_a_formula_and_none_is_changed_otherwise(text):
    made = shaper(Column("x", "x"), full=False, typed=False)([copied(text), copied(None)])
    assert made == [defuse(text), ""]
    assert made[0][:1] not in RISKY
    assert harmless(made[0]) == text or text[:1] == "'"


@given(st.lists(st.text(max_size=8), min_size=1, max_size=8))
def test_a_line_of_any_texts_is_read_as_it_was(texts):
    line = SEPARATOR.join(quoted([text])[0] for text in texts)
    assert next(csv.reader(io.StringIO(line, newline=""), delimiter=";"), [""]) == texts


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.tuples(*[st.none() | SAID] * n), min_size=1)))
def test_lines_of_the_database_become_columns(rows):
    taken, told = [], []
    sink = Sink(taken.append, told.append)
    for row in rows:
        sink.write(("\t".join(map(copied, row)) + "\n").encode())
    sink.flush()
    assert [[plain(value) for value in column] for column in taken[0]] == [
        [value or "" for value in column] for column in zip(*rows, strict=True)
    ]
    assert told == [sink.rows] == [len(rows)]


def test_lines_of_unequal_length_are_no_list():
    taken = []
    sink = Sink(taken.append, taken.append)
    sink.write(b"a\tb\n")
    sink.write(b"c\n")
    with pytest.raises(ValueError, match="same number"):
        sink.flush()
    assert taken == []


SHAPED = [
    (Column("x", "x"), SAID.map(copied)),
    (Column("x", "x", Kind.CODE, {"1": "=Kepala", "2": 'Istri; "suami"'}), st.sampled_from(["1", "2", "3", "-4", ""])),
    (Column("x", "x", Kind.SHAPED, shape="KEL-{:06}"), st.integers(1).map(str)),
    (Column("x", "x", Kind.WHOLE), st.integers().map(str)),
    (Column("x", "x", Kind.DATE), st.dates().map(str)),
]


@pytest.mark.parametrize(("column", "values"), SHAPED)
@pytest.mark.parametrize(("typed", "write"), [(False, quoted), (True, _cells)])
@given(data=st.data())
def test_a_value_that_comes_again_is_the_cell_it_was(column, values, typed, write, data):
    chosen = data.draw(st.lists(values | st.just("\\N"), min_size=1, max_size=9))
    shape = shaper(column, full=False, typed=typed)
    for chunk in (chosen, chosen * 30, sorted(chosen * 30)):
        assert list(each_once(shape, write)(chunk)) == [write(shape([value]))[0] for value in chunk]


def test_the_card_of_a_family_is_decrypted_once(monkeypatch):
    decrypted, real = [], crypto.decrypt_many
    monkeypatch.setattr(crypto, "decrypt_many", lambda values: decrypted.extend(values) or real(values))
    card = f"\\\\x{crypto.encrypt(NIK).hex()}"
    cells = each_once(shaper(Column("x", "x", Kind.GUARDED), full=False, typed=False), quoted)([card] * 400)
    assert cells == ["1301••••••••0001"] * 400
    assert len(decrypted) == 1


def test_who_has_no_number_takes_none_of_a_neighbours():
    numbers = [NIK, None, None, "1301994506850002", "13", None]
    stored = ["\\N" if number is None else f"\\\\x{crypto.encrypt(number).hex()}" for number in numbers]

    def cells(full, typed):
        return shaper(Column("x", "x", Kind.GUARDED), full=full, typed=typed)(stored)

    assert cells(False, False) == cells(False, True) == ["1301••••••••0001", "", "", "1301••••••••0002", "••", ""]
    assert cells(True, False) == [f"'{NIK}", "", "", "'1301994506850002", "'13", ""]
    assert cells(True, True) == [NIK, "", "", "1301994506850002", "13", ""]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_is_a_cell_that_can_be_read(text):
    from xml.etree import ElementTree

    cell = ElementTree.fromstring(_text(text))  # noqa: S314  (our own text)
    kept = "".join(sign for sign in text if sign in "\t\n\r" or (sign >= " " and sign not in "￾￿"))
    assert cell[0][0].text in (kept.replace("\r\n", "\n").replace("\r", "\n"), None if kept == "" else "")


def test_moments_are_the_offices_and_dates_are_iso():
    def cells(kind, typed, *values):
        return shaper(Column("x", "x", kind), full=False, typed=typed)(values)

    assert cells(Kind.MOMENT, False, "2026-11-28 09:30:00", "\\N") == ["2026-11-28 09:30", ""]
    assert cells(Kind.MOMENT, True, "2026-11-28 09:30:00", "\\N") == [datetime(2026, 11, 28, 9, 30), None]
    assert cells(Kind.DATE, False, "2026-01-02", "\\N") == ["2026-01-02", ""]
    assert cells(Kind.DATE, True, "2026-01-02", "\\N") == [date(2026, 1, 2), None]
    assert cells(Kind.WHOLE, True, "-12", "\\N") == [-12, None]


def test_every_sign_comes_through_the_database(lestari, places, ask, content):
    names = ["Tab\tdan\\garis", "Baris\nbaru", 'Kutip "dua"; titik', "\\N", "\\t", "Ñandú 🙂", "\\x41", "'Aisyah"]
    for n, name in enumerate(names):
        cases.family_in(people.SAGO, name, f"13019945068500{n:02d}")
    for format in ("csv", "xlsx"):
        _answer, export = ask(lestari, "keluarga", format=format)
        data = content(lestari, export)
        if format == "csv":
            read = [row[1] for row in csv_rows(data)[1]]
        else:
            read = [row[1].value for row in list(book_of(data)["Keluarga"].iter_rows())[1:]]
        assert read == names[::-1]


def test_a_moment_of_the_database_is_the_offices(lestari, sari, places, ask, content):
    row = cases.complaint(cases.family_in(people.SAGO), sari)
    type(row).objects.filter(pk=row.pk).update(received_at=datetime(2026, 11, 27, 18, 5, 40, tzinfo=UTC))
    _answer, export = ask(lestari, "keluhan", "?tab=new")
    header, rows = csv_rows(content(lestari, export))
    assert rows[0][header.index("Diterima")] == "2026-11-28 01:05"
    _answer, export = ask(lestari, "keluhan", "?tab=new", format="xlsx")
    sheet = book_of(content(lestari, export))["Keluhan"]
    cell = sheet.cell(2, header.index("Diterima") + 1)
    assert cell.value == datetime(2026, 11, 28, 1, 5)


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
