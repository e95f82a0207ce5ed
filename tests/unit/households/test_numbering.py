"""Families are numbered as the file brings them, however its rows are cut into parts."""

import polars as pl

from households.importing.numbering import Numbers


def part(*families: str) -> pl.DataFrame:
    return pl.DataFrame({"line": range(len(families)), "family": families})


def test_families_are_numbered_in_the_order_of_the_file_and_rows_keep_theirs() -> None:
    rows, first_new = Numbers().number(part("B", "A", "A", "B", "C"))

    assert first_new == 0
    assert rows["n"].to_list() == [0, 1, 1, 0, 2]
    assert rows["line"].to_list() == [0, 1, 2, 3, 4]


def test_a_family_whose_rows_come_in_a_later_part_keeps_its_number_and_new_ones_follow() -> None:
    numbers = Numbers()
    numbers.number(part("B", "A"))

    rows, first_new = numbers.number(part("C", "A", "D", "C"))
    again, next_new = numbers.number(part("D", "B", "E"))

    assert (first_new, rows["n"].to_list()) == (2, [2, 1, 3, 2])
    assert (next_new, again["n"].to_list()) == (4, [3, 0, 4])


def test_a_number_is_asked_for_without_giving_one_away() -> None:
    numbers = Numbers()
    numbers.number(part("B", "A"))

    assert numbers.of(part("A", "stranger", "B")).to_list() == [1, None, 0]
    assert numbers.number(part("C"))[0]["n"].to_list() == [2]


def test_a_part_without_rows_gives_no_number_away() -> None:
    numbers = Numbers()

    rows, first_new = numbers.number(part("A").clear())

    assert (rows.height, first_new) == (0, 0)
    assert numbers.number(part("A"))[0]["n"].to_list() == [0]
