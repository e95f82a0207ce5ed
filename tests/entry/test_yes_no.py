"""The paper form's alternating yes and no: a slip of one row is noticed, never read as its opposite."""

import pytest

from households.codebook import BOOKS
from households.codebook.yes_no import ROWS, CodeOutOfRow, owned, yes_no


@pytest.mark.parametrize(
    ("row", "code", "said"),
    [
        (0, "1", "1"),
        (0, "2", "2"),
        (1, "3", "1"),
        (1, "4", "2"),
        (2, "1", "1"),
        (14, "2", "2"),
        (3, " 3 ", "1"),
        (5, "", ""),
    ],
)
def test_odd_rows_use_one_and_two_even_rows_three_and_four(row, code, said):
    assert yes_no(row, code) == said


@pytest.mark.parametrize(("row", "code"), [(0, "3"), (0, "4"), (1, "1"), (1, "2"), (0, "0"), (4, "ya"), (7, "?")])
def test_a_code_of_the_row_above_or_below_is_refused(row, code):
    with pytest.raises(CodeOutOfRow) as fault:
        yes_no(row, code)
    assert (fault.value.row, fault.value.code) == (row + 1, code)


def test_a_whole_column_becomes_what_is_owned_and_what_was_left_empty():
    column = ["1", "4", "2", "4", "2", "3", "", "4", "1", "3", "2", "4", "2", "4", "2"]
    assert owned(column) == (["gas", "tv", "sepeda", "motor"], ["emas"])
    assert owned(["1"])[1] == list(ROWS[1:])


def test_a_column_with_a_line_too_many_is_refused():
    with pytest.raises(CodeOutOfRow):
        owned(["1", "3"] * 8)


def test_the_rows_are_the_goods_of_the_book():
    assert set(ROWS) == set(BOOKS["bdt2015"]["aset"].codes)
