"""From stored values to cells of a file, a column of a chunk at a time. Pure: no database, no request.

A cell that a spreadsheet would take for a formula gets a leading apostrophe (OWASP, CSV injection: = + - @, tab, carriage
return; line feed and the full-width signs besides). In a CSV a full number gets one too, else a spreadsheet turns its sixteen digits
into 1.30199E+15; the import of SLRT reads numbers with it.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from slrt.core import crypto
from slrt.exports.registry import Column, Kind

RISKY = frozenset("=+-@\t\r\n＝＋－＠")

Values = Sequence[Any]
Shaper = Callable[[Values], Sequence[Any]]


def defuse(text: str) -> str:
    """Return the text so that no spreadsheet runs it."""
    return "'" + text if text[:1] in RISKY else text


def _texts(values: Values) -> list[str]:
    return [
        "" if value is None else value if value[:1] not in RISKY else "'" + value for value in values
    ]  # inline: runs once for every cell


def shaper(column: Column, *, full: bool, typed: bool, zone: ZoneInfo) -> Shaper:
    """Return the function that turns a column's stored values into cells.

    `full`: numbers of persons in full instead of masked. `typed`: the file knows types (XLSX), so dates and numbers stay what
    they are; else (CSV) all becomes text, dates as 2026-11-28, moments as 2026-11-28 09:30.
    """
    if column.kind is Kind.CODE:
        labels = {code: defuse(str(label)) for code, label in column.labels.items()}
        return lambda values: [labels.get(value) or defuse(str(value or "")) for value in values]
    if column.kind is Kind.SHAPED:
        shape = column.shape.format
        return lambda values: ["" if value is None else shape(value) for value in values]
    if column.kind is Kind.WHOLE:
        return lambda values: values
    if column.kind is Kind.DATE:
        return (lambda values: values) if typed else _iso_dates
    if column.kind is Kind.MOMENT:
        return lambda values: _moments(values, zone, typed)
    if column.kind is Kind.GUARDED:
        show = (lambda number: number) if full and typed else (lambda number: "'" + number) if full else crypto.mask
        return lambda values: _numbers(values, show)
    return _texts


def _iso_dates(values: Sequence[date | None]) -> list[str]:
    return ["" if value is None else value.isoformat() for value in values]


def _moments(values: Sequence[datetime | None], zone: ZoneInfo, typed: bool) -> list[Any]:
    local = (None if value is None else value.astimezone(zone).replace(tzinfo=None, microsecond=0) for value in values)
    if typed:
        return list(local)
    return ["" if value is None else value.isoformat(" ", "minutes") for value in local]


def _numbers(values: Values, show: Callable[[str], str]) -> list[str]:
    """Members of a family share its card: each distinct value of a chunk is decrypted once."""
    stored = [None if value is None else bytes(value) for value in values]
    distinct = [value for value in dict.fromkeys(stored) if value is not None]
    shown: dict[bytes | None, str] = {None: ""}
    shown.update(zip(distinct, (show(number) for number in crypto.decrypt_many(distinct)), strict=True))
    return [shown[value] for value in stored]
