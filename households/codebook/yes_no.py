"""The paper form's yes and no: its rows use the codes 1/2 and 3/4 in turn (gas 1/2, fridge 3/4, AC 1/2 ...).

Source: BDT 2015 paper form, block of movable assets. On the form one glance at the column tells a row that was skipped;
read as one code list the third row's "1" and the second row's "3" mean the same thing. Here each becomes "1" yes or "2" no.
"""

from collections.abc import Sequence

# The rows of the form from top to bottom, by the codes of the variable `aset`.
ROWS = (
    *("gas", "kulkas", "ac", "pemanas", "telepon", "tv", "emas", "laptop"),
    *("sepeda", "motor", "mobil", "perahu", "motor_tempel", "perahu_motor", "kapal"),
)
PAIRS = ({"1": "1", "2": "2"}, {"3": "1", "4": "2"})


class CodeOutOfRow(ValueError):
    """A code that the form does not have in this row: copied from the line above or below. `row` counts from 1."""

    def __init__(self, row: int, code: str) -> None:
        super().__init__(f"row {row} of the form does not have code {code}")
        self.row, self.code = row, code


def yes_no(row: int, code: str) -> str:
    """Return "1" (yes), "2" (no) or "" (left empty) for what stands in a row of the form, rows counted from 0.

    Raises CodeOutOfRow for a code of the other pair: it is a slip of one row, and guessing would turn a no into a yes.
    """
    text = code.strip()
    if not text:
        return ""
    try:
        return PAIRS[row % 2][text]
    except KeyError:
        raise CodeOutOfRow(row + 1, text) from None


def codes_of(row: int) -> dict[str, str]:
    """Return every code that the form has in a row, rows counted from 0, with "1" (yes) or "2" (no)."""
    return {code: yes_no(row, code) for code in PAIRS[row % 2]}


def codes_under_heading(row: int) -> dict[str, str]:
    """Return every code that a column with a heading may have for a row of the form, with "1" (yes) or "2" (no).

    A heading says which row it is, so an extract that was normalised before, with 1 and 2 in every row, is taken as well; 3 and 4
    where the form never prints them stay a slip.
    """
    return {**codes_of(0), **codes_of(row)}


def owned(codes: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return (goods owned, goods left empty) for the codes of the form's rows from top to bottom.

    Fewer codes than rows leave the last rows empty. Raises CodeOutOfRow, also for a code beyond the last row.
    """
    if len(codes) > len(ROWS):
        raise CodeOutOfRow(len(ROWS) + 1, codes[len(ROWS)])
    said = {name: yes_no(row, codes[row]) if row < len(codes) else "" for row, name in enumerate(ROWS)}
    return [name for name in ROWS if said[name] == "1"], [name for name in ROWS if not said[name]]
