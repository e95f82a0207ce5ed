"""A block of a file ends anywhere; the rows of a family that stand one below the other are checked and kept together."""

from itertools import pairwise
from random import Random

import polars as pl
import pytest

from households.importing.together import LONGEST, families_together


def part(*rows):
    """A part of a file: each row as family number and card."""
    numbers, cards = [row[0] for row in rows], [row[1] for row in rows]
    return pl.DataFrame({"ID_KELUARGA": numbers, "NO_KK": cards}, schema={"ID_KELUARGA": pl.String, "NO_KK": pl.String})


def families(*names):
    return part(*((name, f"card of {name}") for name in names))


def cut(*parts):
    return ["".join(found["ID_KELUARGA"]) for found in families_together(parts)]


def test_a_family_that_goes_on_comes_with_the_part_it_goes_on_in():
    assert cut(families(*"AABB"), families(*"BCC"), families(*"DD")) == ["AA", "BBB", "CC", "DD"]


def test_a_part_of_one_family_waits_for_what_follows():
    assert cut(families(*"CC"), families(*"C"), families(*"CD")) == ["CCCC", "D"]


def test_one_card_under_two_family_numbers_is_two_families():
    rows = [("A", "1"), ("B", "1")], [("C", "1"), ("D", "1")]
    assert cut(*(part(*some) for some in rows)) == ["A", "BC", "D"]


def test_rows_that_name_no_family_are_nobodys():
    assert cut(part(("A", "1"), ("", "")), part(("", ""))) == ["A", ""]


@pytest.mark.parametrize(("rows", "together"), [(LONGEST - 1, True), (LONGEST, False)])
def test_a_family_as_long_as_a_village_may_be_cut(rows, together):
    found = cut(families("B", *"A" * rows), families("A"))
    assert found == (["B", "A" * (rows + 1)] if together else ["B" + "A" * rows, "A"])


def test_no_row_is_lost_and_none_changes_places():
    lot = Random(7)
    for _time in range(200):
        rows = [(lot.choice("ABC"), lot.choice("12")) for _row in range(lot.randint(1, 40))]
        places = sorted({0, len(rows), *(lot.randint(0, len(rows)) for _cut in range(5))})
        parts = [part(*rows[a:b]) for a, b in pairwise(places)]
        found = list(families_together(parts))
        assert [row for some in found for row in some.rows()] == rows
        assert all(some.height for some in found)
        assert all(one.row(-1) != other.row(0) for one, other in pairwise(found))


def test_a_file_without_a_part_has_none():
    assert cut() == []
