"""Row numbers as pages send them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slrt.core.row_ids import LARGEST, row_id, row_ids

NO_NUMBERS = [
    "",
    "²",
    "1²",
    "٣",
    "-1",
    "+1",
    " 1",
    "1 ",
    "1.0",
    "1e3",
    "0",
    "0x1",
    str(LARGEST + 1),
    "9" * 5000,
    None,
    7,
]


@pytest.mark.parametrize("sent", NO_NUMBERS)
def test_whatever_is_no_row_number_is_none(sent):
    assert row_id(sent) is None
    assert row_ids([sent]) == []


def test_numbers_keep_their_order_and_count_once():
    assert row_ids(["12", "²", "3", "12", "0012", str(LARGEST)]) == [12, 3, LARGEST]


@given(st.text())
def test_no_text_raises_and_every_number_fits_the_column(text):
    number = row_id(text)
    assert number is None or 1 <= number <= LARGEST
