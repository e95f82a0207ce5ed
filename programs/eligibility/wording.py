"""The kinds of conditions in words: what is chosen in a rule's form, what is said of a faulty row, how a rule reads. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.eligibility.conditions import WORDS, faults


@dataclass(frozen=True)
class Wording:
    """A kind: `choice` names fact and comparison, `part` is what the rule's data call its value, `takes` what that is (number,
    members, programmes or nothing), `wanted` says how to mend a faulty one, `reads` is its piece of the rule's sentence."""

    choice: Any
    reads: Any
    part: str = ""
    takes: str = ""
    wanted: Any = ""


WORDINGS: dict[str, Wording] = {
    "decile": Wording(
        gettext_lazy("Desil resmi paling tinggi …"),
        gettext_lazy("desilnya 1 sampai %(value)s"),
        *("to", "number", gettext_lazy("Isi angka 1 sampai 10.")),
    ),
    "component": Wording(
        gettext_lazy("Ada anggota: salah satu dari …"),
        gettext_lazy("ada %(value)s"),
        *("any", "members", gettext_lazy("Pilih sedikitnya satu kelompok anggota.")),
    ),
    "house_poor": Wording(
        gettext_lazy("Ciri tidak layak: sedikitnya …"),
        gettext_lazy("rumahnya punya paling sedikit %(value)s ciri tidak layak"),
        *("least", "number", gettext_lazy("Isi angka 1 sampai 7.")),
    ),
    "owns_house": Wording(gettext_lazy("Rumah milik sendiri"), gettext_lazy("rumahnya milik sendiri")),
    "has_any": Wording(
        gettext_lazy("Sudah ikut salah satu program …"),
        gettext_lazy("sudah ikut %(value)s"),
        *("programmes", "programmes", gettext_lazy("Pilih sedikitnya satu program dari daftar.")),
    ),
    "has_none": Wording(
        gettext_lazy("Belum ikut satu pun program …"),
        gettext_lazy("belum ikut %(value)s"),
        *("programmes", "programmes", gettext_lazy("Pilih sedikitnya satu program dari daftar.")),
    ),
    "nik_missing": Wording(gettext_lazy("Ada anggota tanpa NIK"), gettext_lazy("ada anggota tanpa NIK")),
    "assessment": Wording(gettext_lazy("Petugas harus menilai sendiri"), gettext_lazy("petugas menilainya layak")),
}


def sentence(conditions: Iterable[Any], programmes: Mapping[str, str]) -> str:
    """Return a rule as people read it. `programmes`: names by code; a code without a name is said as it is."""
    pieces = [_piece(rule, programmes) for rule in conditions]
    if not pieces:
        return _("Tanpa ketentuan: petugas menilai setiap keluarga sendiri.")
    return _("Keluarga memenuhi bila %(all)s.") % {"all": _joined(pieces, _("dan"), "; ")}


def stored(conditions: Any) -> str:
    """Return what a line of the trail holds of a rule as people read it, programmes by their codes."""
    return sentence(conditions if isinstance(conditions, list) else [conditions], {})


def _piece(rule: Any, programmes: Mapping[str, str]) -> str:
    if faults([rule]):
        return _("(satu ketentuan tidak bisa dibaca)")
    wording = WORDINGS[rule["kind"]]
    value = rule.get(wording.part)
    if wording.takes == "members":
        value = _joined([str(WORDS[name]) for name in value], _("atau"))
    elif wording.takes == "programmes":
        value = _joined([programmes.get(code, code) for code in value], _("atau"))
    return str(wording.reads) % {"value": value}


def _joined(words: list[str], last: str, between: str = ", ") -> str:
    if len(words) < 3:
        return f" {last} ".join(words)
    return f"{between.join(words[:-1])}{between}{last} {words[-1]}"
