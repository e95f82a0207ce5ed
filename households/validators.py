"""What is impossible in a NIK, a KK number or a date, and what is only odd.

A NIK is PPKKCC DDMMYY SSSS; for women 40 is added to the day; the serial begins at 0001; there is no check digit. It stays
for life: place of first registration, whose region may since have been renumbered, and a birth date that was corrected later
may disagree with it, so those are warnings with a reason to give, never a block (Law 24/2013 on civil
registration; practice of Dukcapil).
"""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

DIGITS = 16
# The first two digits of every province that numbers were given out in, 54 (East Timor, until 1999) among them. What follows,
# regency and district, changed too often to be called wrong.
# fmt: off
PROVINCES = frozenset((
    "11", "12", "13", "14", "15", "16", "17", "18", "19", "21", "31", "32", "33", "34", "35", "36", "51", "52", "53", "54",
    "61", "62", "63", "64", "65", "71", "72", "73", "74", "75", "76", "81", "82", "91", "92", "93", "94", "95", "96",
))
# fmt: on
OLDEST_YEARS = 120
# Degrees from the southernmost to the northernmost and from the westernmost to the easternmost island of Indonesia.
LATITUDES, LONGITUDES = (-11.1, 6.1), (95, 141.1)
# Metres a phone may be wrong by at most; more is no position.
LEAST_EXACT = 99_999
# A quarter as deciles are published by, for Python, Polars and PostgreSQL.
PERIOD = r"^\d{4}-Q[1-4]$"
_SCIENTIFIC = re.compile(r"\d+([.,]\d+)?[eE]\+?\d+")
_SEPARATORS = re.compile(r"[\s.\-'’`]")


@dataclass(frozen=True)
class NumberCheck:
    """A cleaned number, the codes of what is impossible (see `refusals`) with a sentence, and warnings."""

    number: str
    errors: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.errors


def clean_digits(text: Any) -> str:
    """Return the text without apostrophe, spaces, dots and dashes."""
    return _SEPARATORS.sub("", str(text or ""))


def is_scientific(text: Any) -> bool:
    """Whether a spreadsheet turned the number into 1.30199E+15 and lost its digits."""
    return bool(_SCIENTIFIC.fullmatch(str(text or "").strip().lstrip("'")))


def check_nik(text: Any, *, born: date | None = None, sex: str = "", today: date | None = None) -> NumberCheck:
    """Check a NIK. Errors only for what cannot be; `born` and `sex` ("1" or "2") add warnings when they disagree."""
    number, errors = _shape(text, "nik", _("NIK"))
    if errors:
        return NumberCheck(number, errors)
    day, month = int(number[6:8]), int(number[8:10])
    woman = day > 40
    if not birth_dates_of(number):
        return NumberCheck(
            number,
            [("nik_bad_date", _("Angka ke-7 sampai 12 pada NIK bukan tanggal yang ada. Cocokkan lagi dengan KTP."))],
        )
    if number.endswith("0000"):
        return NumberCheck(
            number, [("nik_serial_zero", _("NIK tidak pernah berakhir 0000. Cocokkan lagi dengan KTP."))]
        )
    warnings = []
    if born is not None and born not in birth_dates_of(number):
        shown = f"{day - 40 * woman:02d}-{month:02d}-{number[10:12]}"
        warnings.append(
            ("nik_birth", _("Tanggal lahir di NIK (%(nik)s) beda dengan yang diisi. Tetap pakai?") % {"nik": shown})
        )
    if sex and (sex == "2") != woman:
        warnings.append(("nik_sex", _("Jenis kelamin di NIK beda dengan yang diisi. Tetap pakai?")))
    return NumberCheck(number, [], warnings + _region(number, "nik", _("NIK")))


def check_kk(text: Any) -> NumberCheck:
    """Check a KK number: sixteen digits that are not all zero; a region of issue that no province has is a warning."""
    number, errors = _shape(text, "kk", _("Nomor KK"))
    if errors:
        return NumberCheck(number, errors)
    if not number.strip("0"):
        return NumberCheck(number, [("kk_zero", _("Nomor KK tidak pernah nol semua. Cocokkan lagi dengan kartunya."))])
    return NumberCheck(number, [], _region(number, "kk", _("Nomor KK")))


def _region(number: str, kind: str, label: str) -> list[tuple[str, str]]:
    """Warn of a number whose province does not exist: it may still be what stands on the card."""
    if number[:2] in PROVINCES:
        return []
    sentence = _("%(label)s ini berawalan %(code)s; tidak ada provinsi dengan kode itu. Tetap pakai?")
    return [(f"{kind}_region", sentence % {"label": label, "code": number[:2]})]


def _shape(text: Any, kind: str, label: str) -> tuple[str, list[tuple[str, str]]]:
    if is_scientific(text):
        sentence = _("%(label)s ini dirusak lembar kerja (bentuk 1.3E+15). Isi lagi 16 angka dari kartu.")
        return "", [(f"{kind}_float", sentence % {"label": label})]
    number = clean_digits(text)
    if not number.isascii() or not number.isdigit():
        sentence = _("%(label)s hanya boleh berisi angka.")
        return number, [(f"{kind}_letters", sentence % {"label": label})]
    if len(number) != DIGITS:
        sentence = _("%(label)s harus 16 angka. Anda baru mengisi %(n)d.")
        if len(number) > DIGITS:
            sentence = _("%(label)s harus 16 angka. Anda mengisi %(n)d, kelebihan.")
        return number, [(f"{kind}_short", sentence % {"label": label, "n": len(number)})]
    return number, []


def birth_dates_of(nik: str) -> list[date]:
    """Return the birth dates a NIK can stand for: its two-digit year in this century and the one before."""
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    day -= 40 if day > 40 else 0
    if not 1 <= month <= 12 or day < 1:
        return []
    return [date(c + year, month, day) for c in (1900, 2000) if day <= monthrange(c + year, month)[1]]


_FORMS = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?"), (1, 2, 3)),
    (re.compile(r"(\d{1,2})[/\-.](\d{1,2})[/\-.](\d{4})"), (3, 2, 1)),
)
_SPREADSHEET_ZERO = date(1899, 12, 30)


def parse_date(text: Any) -> date | None:
    """Read 1980-12-31, 31/12/1980, 31-12-1980 or a spreadsheet's day number; None when it is none of them."""
    if isinstance(text, date):
        return text
    raw = str(text or "").strip()
    for form, (year, month, day) in _FORMS:
        match = form.fullmatch(raw)
        if match:
            try:
                return date(int(match[year]), int(match[month]), int(match[day]))
            except ValueError:
                return None
    if re.fullmatch(r"\d{4,5}(\.0)?", raw) and 1000 < float(raw) < 80000:
        return _SPREADSHEET_ZERO + timedelta(days=int(float(raw)))
    return None


def birth_fault(born: date | None, today: date) -> str:
    """Return the refusal code of a birth date, or an empty text when it is possible."""
    if born is None:
        return "birth_garbage"
    if born > today:
        return "birth_future"
    if born.year < today.year - OLDEST_YEARS:
        return "birth_too_old"
    return ""
