"""Raw answers of a source under their own book: in clear, private, or refused, and never translated."""

import pytest

from households.codebook import BOOKS
from households.codebook.sorting import sort_answers

BDT, REGSOSEK = BOOKS["bdt2015"], BOOKS["regsosek2022k"]


def test_answers_are_sorted_and_stay_as_they_came():
    found = sort_answers(BDT, {"lantai": "8", "nama_ibu": "Rosna", "aset": ["tv"], "daya": "", "fasbab": "?"})
    assert found.open == {"lantai": "8", "aset": ["tv"], "fasbab": "?"}
    assert found.private == {"nama_ibu": "Rosna"}
    assert found.refused == {}


@pytest.mark.parametrize(
    ("book", "name", "code", "allowed"),
    [
        (BDT, "lantai", "10", True),
        (REGSOSEK, "lantai", "10", False),
        (BDT, "kondisi_dinding", "2", True),
        (REGSOSEK, "kondisi_dinding", "2", False),
        (REGSOSEK, "identitas", "7", True),
        (REGSOSEK, "identitas", "8", False),
        (BDT, "hamil", "3", False),
        (BDT, "aset", ["perahu", "kereta"], False),
        (BDT, "aset", "tv", False),
        (BDT, "jam_kerja", "169", False),
        (REGSOSEK, "terima_pkh_bulan", "13", False),
        (REGSOSEK, "terima_pkh_tahun", "2025", True),
        (REGSOSEK, "lapangan_kerja", "26", True),
        (BDT, "usaha", [{"art": "1"}], True),
        (BDT, "lantai", 8, False),
    ],
)
def test_a_code_is_measured_by_its_own_book(book, name, code, allowed):
    found = sort_answers(book, {name: code})
    assert (found.open, found.refused) == (({name: code}, {}) if allowed else ({}, {name: code}))
