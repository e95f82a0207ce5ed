"""Checks of what is typed: NIK, card numbers, birth date, the codes of the paper form."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from households.codebook.yes_no import ROWS, CodeOutOfRow, owned
from households.refusals import REFUSALS
from households.validators import birth_fault, check_kk, check_nik
from slrt.core import crypto


class TypedForm(forms.Form):
    """A form whose numbers and dates are checked where they are among its fields. `today` is the day of the visit."""

    today: date
    from_paper: list[str] | None = None  # the goods that the codes of the paper form name

    def clean_nik(self) -> str:
        text = self.cleaned_data["nik"]
        if not text:
            return ""
        check = check_nik(text)
        for _code, sentence in check.errors:
            raise forms.ValidationError(sentence)
        return check.number

    def clean_kk(self) -> str:
        return _card(self.cleaned_data["kk"])

    def clean_nomor_kk(self) -> str:
        return _card(self.cleaned_data["nomor_kk"])

    def clean_daftar_kk(self) -> list[dict[str, str]]:
        lines = [line.strip() for line in self.cleaned_data["daftar_kk"].splitlines() if line.strip()]
        return [{"nuk": str(n), "nomor_kk": _card(line)} for n, line in enumerate(lines, start=2)]

    def clean_birth_date(self) -> date | None:
        born = self.cleaned_data["birth_date"]
        fault = birth_fault(born, self.today) if born else ""
        if fault:
            raise forms.ValidationError(f"{REFUSALS[fault].reason} {REFUSALS[fault].mend}")
        return born

    def clean_aset_kertas(self) -> str:
        codes = self.cleaned_data["aset_kertas"].split()
        if not codes:
            return ""
        try:
            have, _empty = owned(codes)
        except CodeOutOfRow as fault:
            message = _("Baris %(row)s di formulir tidak punya kode %(code)s. Periksa apakah ada baris yang terlewat.")
            raise forms.ValidationError(message % {"row": fault.row, "code": fault.code}) from None
        if len(codes) < len(ROWS):
            message = _("Formulir punya %(all)s baris. Anda baru mengisi %(typed)s.")
            raise forms.ValidationError(message % {"all": len(ROWS), "typed": len(codes)})
        self.from_paper = have
        return ""


def odd_numbers(data: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what is odd about the numbers of a screen: (code, sentence), each sentence once.

    A code holds for one number and what it was compared with: a reason given for it says nothing about another.
    """
    found: dict[str, str] = {}
    if data.get("nik"):
        signs = {"nik_birth": data.get("birth_date"), "nik_sex": data.get("sex", "")}
        check = check_nik(data["nik"], born=data.get("birth_date"), sex=data.get("sex", ""))
        for code, sentence in check.warnings:
            found.setdefault(sentence, f"{code}-{_sign(data['nik'])}-{signs.get(code, '')}")
    for card in (data.get("kk"), data.get("nomor_kk"), *(line["nomor_kk"] for line in data.get("daftar_kk") or [])):
        for code, sentence in check_kk(card).warnings if card else ():
            found.setdefault(sentence, f"{code}-{_sign(card)}")
    return [(code, sentence) for sentence, code in found.items()]


def _sign(number: Any) -> str:
    """A number as the page may carry it: told apart, not read."""
    return crypto.blind_index(str(number)).hex()[:8]


def _card(text: str) -> str:
    if not text:
        return ""
    check = check_kk(text)
    for _code, sentence in check.errors:
        raise forms.ValidationError(sentence)
    return check.number
