"""NIK and KK numbers that stand inside other texts: notes, file names, headings. Wherever such a text is kept it is kept masked.

A column of its own is encrypted and found by its index; a sentence is neither, and whoever may read the sentence may not
therefore see the number.
"""

import re
from typing import Any

from slrt.core import crypto

_GAP = r"[\s.\-_/'’`]{0,3}"
# In one piece: also a digit too few or too many, for that is how numbers are mistyped. An NIP has eighteen.
_WHOLE = re.compile(r"(?<!\d)\d{15,17}(?!\d)")
# With gaps: only what is built like such a number, since two dates or two telephone numbers side by side are none:
# province, region, day (women's is 40 more), month, year, serial.
_DIGIT = rf"{_GAP}\d"
_DAY = rf"{_GAP}(?:[04]{_GAP}[1-9]|[1256]{_GAP}\d|[37]{_GAP}[01])"
_MONTH = rf"{_GAP}(?:0{_GAP}[1-9]|1{_GAP}[0-2])"
_PROVINCE = rf"(?:[1359]{_GAP}[1-6]|1{_GAP}[7-9]|2{_GAP}1|6{_GAP}[1-5]|7{_GAP}[1-6]|8{_GAP}[12])"
_PARTED = re.compile(rf"(?<!\d){_PROVINCE}(?:{_DIGIT}){{4}}{_DAY}{_MONTH}(?:{_DIGIT}){{6}}(?!\d)")


def masked(text: str) -> str:
    """Return a text with every NIK or KK number in it as lists show it: 1301••••••••0003."""
    return _WHOLE.sub(_mask, _PARTED.sub(_mask, text))


def masked_whole(text: str) -> str:
    """Return the number of a letter or a decree with every NIK or KK number in one piece masked.

    With signs between its digits such a number may be built like a NIK: 13.01.05.2006/01/2026 holds a village, no birth date.
    """
    return _WHOLE.sub(_mask, text)


def holds_one(text: str) -> bool:
    """Whether a NIK or KK number stands in a text."""
    return masked(text) != text


def stands_in(value: Any) -> bool:
    """Whether such a number stands anywhere in what a field holds: a text, or texts in lists and tables."""
    if isinstance(value, dict):
        return any(map(stands_in, (*value, *value.values())))
    return (
        holds_one(value) if isinstance(value, str) else isinstance(value, list | tuple) and any(map(stands_in, value))
    )


def _mask(found: re.Match[str]) -> str:
    return crypto.mask(re.sub(r"\D", "", found[0]))
