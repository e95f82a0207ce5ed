"""From the database's text to cells of a file, a column of a chunk at a time. Pure: no database, no request.

Values come as PostgreSQL's COPY writes them (text format): NULL as \\N, a backslash before what would end a value or a line.

A cell that a spreadsheet would take for a formula gets a leading apostrophe (OWASP, CSV injection: = + - @, tab, carriage
return; line feed and the full-width signs besides). In a CSV a full number gets one too, else a spreadsheet turns its sixteen digits
into 1.30199E+15; the import of SLRT reads numbers with it.
"""

import json
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from slrt.core import crypto, numbers
from slrt.core.sentence import Sentence
from slrt.exports.registry import Column, Kind

RISKY = frozenset("=+-@\t\r\n＝＋－＠")
NULL = "\\N"
LOOKED_AT = 200  # values of a chunk that tell whether its values repeat themselves
HEX_FROM = 3  # of \\x6b31...: how COPY writes bytes, its own backslash doubled

Values = Sequence[str]
Shaper = Callable[[Values], Sequence[Any]]

_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def defuse(text: str) -> str:
    """Return the text so that no spreadsheet runs it."""
    return "'" + text if text[:1] in RISKY else text


def harmless(text: str) -> str:
    """Return what `defuse` was given: without the apostrophe it put there."""
    return text[1:] if text[:1] == "'" and text[1:2] in RISKY else text


def plain(value: str) -> str:
    """Return a value of COPY's text format as it stands in the table; NULL as empty text."""
    if "\\" not in value:
        return value
    return "" if value == NULL else _ESCAPED.sub(lambda found: _MEANT.get(found[1], found[1]), value)


def shaper(column: Column, *, full: bool, typed: bool) -> Shaper:
    """Return the function that turns a column's values into cells.

    `full`: numbers of persons in full instead of masked. `typed`: the file knows types (XLSX), so dates and numbers stay what
    they are; else (CSV) all becomes text, dates as 2026-11-28, moments as 2026-11-28 09:30.
    """
    if column.kind is Kind.CODE:
        labels = {NULL: "", "": "", **{str(code): defuse(str(label)) for code, label in column.labels.items()}}
        return lambda values: [labels[value] if value in labels else defuse(plain(value)) for value in values]
    if column.kind is Kind.CODES:
        words = {str(code): str(label) for code, label in column.labels.items()}
        return lambda values: [_listed(value, words) for value in values]
    if column.kind is Kind.SHAPED:
        before, rest = column.shape.split("{", 1)
        if rest == "}":
            return lambda values: ["" if value == NULL else before + value for value in values]
        shape = column.shape.format
        return lambda values: ["" if value == NULL else shape(int(value)) for value in values]
    if column.kind is Kind.WHOLE:
        return _typed(int) if typed else _bare
    if column.kind is Kind.DATE:
        return _typed(date.fromisoformat) if typed else _bare
    if column.kind is Kind.MOMENT:
        return _typed(datetime.fromisoformat) if typed else _minutes
    if column.kind is Kind.SAID:
        return lambda values: [_sentence(value) for value in values]
    if column.kind is Kind.GUARDED:
        return _numbers(crypto.mask_many if not full else list if typed else _apostrophed)
    if column.kind in _UNNUMBERED:
        unnumbered = _UNNUMBERED[column.kind]
        return lambda values: [defuse(unnumbered(plain(value))) for value in values]
    return _texts


_UNNUMBERED = {Kind.WORDS: numbers.masked, Kind.REFERENCE: numbers.masked_whole}


def each_once(shape: Shaper, write: Callable[[Sequence[Any]], Sequence[str]]) -> Shaper:
    """Return the shaper that shapes and writes every distinct value of a chunk once.

    Most columns say the same again and again: a village, a code, the card of a family. The first values of a chunk decide,
    since looking for equal ones among names costs more than it spares.
    """

    def shaped(values: Values) -> Sequence[Any]:
        first = values[:LOOKED_AT]
        if len(set(first)) * 2 > len(first):
            return write(shape(values))
        distinct = list(dict.fromkeys(values))
        shown = dict(zip(distinct, write(shape(distinct)), strict=True))
        return list(map(shown.__getitem__, values))

    return shaped


def _listed(value: str, words: dict[str, str]) -> str:
    """Codes that have a label, joined; a code of an older version of the program has none and says nothing."""
    codes = json.loads(plain(value) or "[]")
    return defuse(", ".join(words[code] for code in codes if code in words))


def _sentence(value: str) -> str:
    kept = json.loads(plain(value))
    return defuse(str(Sentence.of(kept)))


def _texts(values: Values) -> list[str]:
    # The test stands here and not in a function: it runs once for every cell.
    return [value if "\\" not in value and value[:1] not in RISKY else defuse(plain(value)) for value in values]


def _bare(values: Values) -> list[str]:
    return ["" if value == NULL else value for value in values]


def _minutes(values: Values) -> list[str]:
    return ["" if value == NULL else value[:16] for value in values]


def _typed(read: Callable[[str], Any]) -> Shaper:
    return lambda values: [None if value == NULL else read(value) for value in values]


def _apostrophed(numbers: Values) -> list[str]:
    return ["'" + number for number in numbers]


def _numbers(show: Callable[[Values], list[str]]) -> Shaper:
    def shape(values: Values) -> list[str]:
        there = [bytes.fromhex(value[HEX_FROM:]) for value in values if value != NULL]
        shown = show(crypto.decrypt_many(there))
        if len(there) == len(values):
            return shown
        following = iter(shown)
        return ["" if value == NULL else next(following) for value in values]

    return shape
