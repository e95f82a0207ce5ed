"""Row numbers as pages send them: in hidden fields, ticked boxes and addresses, where anybody may write anything."""

from collections.abc import Iterable

# The largest number a row can bear: keys are PostgreSQL's bigint, counted from 1.
LARGEST = 2**63 - 1


def row_id(text: object) -> int | None:
    """Return the row number that was sent, None for anything else.

    A row number is 1 to 19 ASCII digits up to 9223372036854775807. Other signs that count as digits in Unicode (²,
    Arabic-Indic), signs, spaces and 0 are none.
    """
    if not isinstance(text, str) or not text.isascii() or not text.isdigit() or len(text) > len(str(LARGEST)):
        return None
    number = int(text)
    return number if 1 <= number <= LARGEST else None


def row_ids(texts: Iterable[object]) -> list[int]:
    """Return the row numbers among what was sent, each once, in the order of their first appearance."""
    return list(dict.fromkeys(number for text in texts if (number := row_id(text)) is not None))
