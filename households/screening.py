"""The poverty screening of Kepmensos 262/HUK/2022: which signs a family's answers show. Advice with reasons, never a decision.

The decree (second and third dictum; it revoked Kepmensos 146/HUK/2013) says: without a place to live, poor at once; otherwise eight
signs joined by "and/or", without saying how many. So the number that an office looks at is its own setting
(`SCREENING_THRESHOLD`). A sign that the answers cannot tell is counted apart, as neither there nor absent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from households.codebook import ASKED
from households.codebook.variable import UNKNOWN

Answers = dict[str, Any]
YES, NO, OPEN = "yes", "no", "unknown"


@dataclass(frozen=True)
class Sign:
    """One sign of the decree. `outcome`: yes (shown by the answers), no, or unknown; `reason` says from which answer."""

    key: str
    label: str
    outcome: str
    reason: str


@dataclass(frozen=True)
class Screening:
    """The signs of one round. `homeless` is the sign that stands alone: yes, no or unknown."""

    signs: tuple[Sign, ...]
    homeless: str
    threshold: int

    @property
    def present(self) -> list[Sign]:
        return [sign for sign in self.signs if sign.outcome == YES]

    @property
    def absent(self) -> list[Sign]:
        return [sign for sign in self.signs if sign.outcome == NO]

    @property
    def unknown(self) -> list[Sign]:
        return [sign for sign in self.signs if sign.outcome == OPEN]

    @property
    def count(self) -> int:
        """How many signs are there, without those that are not known."""
        return len(self.present)

    @property
    def reaches(self) -> bool:
        """Whether the family shows as many signs as the office looks for, or has no place to live."""
        return self.homeless == YES or self.count >= self.threshold

    @property
    def may_reach(self) -> bool:
        """Whether it could, once what is not known has been asked."""
        return not self.reaches and (self.count + len(self.unknown) >= self.threshold)


def screen(book: str, answers: Answers) -> Screening:
    """Return the screening of one round's household answers (raw codes of `book`: bdt2015 or regsosek2022k)."""
    signs = tuple(
        Sign(key, str(label()), *_judged(book, answers, names, rule.get(book))) for key, label, names, rule in _SIGNS
    )
    return Screening(signs, _direct(answers.get("tanpa_rumah")), settings.SCREENING_THRESHOLD)


def _direct(code: Any) -> str:
    return {"1": YES, "2": NO}.get(str(code or ""), OPEN)


def _judged(
    book: str, answers: Answers, names: tuple[str, ...], rule: Callable[[Answers], str] | None
) -> tuple[str, str]:
    known = ASKED[book]
    said = [
        f"{known[name].label}: {known[name].say(answers[name])}"
        for name in names
        if name in known and answers.get(name)
    ]
    if rule is None or not said:
        return OPEN, _("Belum ditanyakan.")
    first = answers.get(names[0])
    return (OPEN if first in (None, "", UNKNOWN) else rule(answers)), "; ".join(said)


def _asked(name: str) -> Callable[[Answers], str]:
    return lambda answers: _direct(answers.get(name))


def _codes(name: str, yes: str, no: str) -> Callable[[Answers], str]:
    there, absent = yes.split(), no.split()
    return lambda answers: YES if answers.get(name) in there else NO if answers.get(name) in absent else OPEN


def _bdt_wall(answers: Answers) -> str:
    """Masonry counts only when it is not plastered, which the book does not ask: good masonry is taken as plastered."""
    wall = answers.get("dinding")
    if wall == "1":
        return NO if answers.get("kondisi_dinding") == "1" else OPEN
    return YES if wall in ("2", "3", "4", "6") else OPEN


def _bdt_light(answers: Answers) -> str:
    source, power = answers.get("penerangan"), answers.get("daya")
    if source == "3":
        return YES
    if source != "1":
        return OPEN
    return YES if power == "1" else NO if power in ("2", "3", "4", "5") else OPEN


def _regsosek_light(answers: Answers) -> str:
    if answers.get("penerangan") == "4":
        return YES
    if answers.get("penerangan") != "1":
        return OPEN
    meters = [answers[name] for name in ("daya", "daya_2", "daya_3") if answers.get(name)]
    if not meters or UNKNOWN in meters:
        return OPEN
    return YES if meters == ["1"] else NO


_BOTH = ("bdt2015", "regsosek2022k")
# Key, what the decree says, the variables that tell it, and the rule of each book. A book without a rule leaves the sign unknown.
_SIGNS: tuple[tuple[str, Callable[[], str], tuple[str, ...], dict[str, Callable[[Answers], str]]], ...] = (
    (
        "head_idle",
        lambda: _("Kepala keluarga tidak bekerja"),
        ("kepala_tidak_bekerja",),
        dict.fromkeys(_BOTH, _asked("kepala_tidak_bekerja")),
    ),
    (
        "hunger",
        lambda: _("Pernah khawatir tidak makan atau tidak makan dalam setahun terakhir"),
        ("takut_lapar",),
        dict.fromkeys(_BOTH, _asked("takut_lapar")),
    ),
    (
        "food",
        lambda: _("Belanja makan lebih dari separuh pengeluaran"),
        ("belanja_makan",),
        dict.fromkeys(_BOTH, _asked("belanja_makan")),
    ),
    (
        "clothes",
        lambda: _("Tidak ada belanja pakaian dalam setahun terakhir"),
        ("tidak_beli_baju",),
        dict.fromkeys(_BOTH, _asked("tidak_beli_baju")),
    ),
    (
        "floor",
        lambda: _("Lantai sebagian besar tanah atau plester"),
        ("lantai",),
        {
            "bdt2015": _codes("lantai", "6 9", "1 2 3 4 5 7 8"),
            "regsosek2022k": _codes("lantai", "6 8", "1 2 3 4 5 7"),
        },
    ),
    (
        "walls",
        lambda: _("Dinding sebagian besar bambu, kawat, papan, kayu, atau tembok tanpa plester"),
        ("dinding", "kondisi_dinding"),
        {"bdt2015": _bdt_wall, "regsosek2022k": _codes("dinding", "2 4 6", "")},
    ),
    (
        "toilet",
        lambda: _("Tidak punya jamban sendiri, atau memakai jamban komunal"),
        ("fasbab",),
        {"bdt2015": _codes("fasbab", "2 3 4", "1"), "regsosek2022k": _codes("fasbab", "2 3 4 6", "1")},
    ),
    (
        "light",
        lambda: _("Penerangan listrik 450 watt atau bukan listrik"),
        ("penerangan", "daya", "daya_2", "daya_3"),
        {"bdt2015": _bdt_light, "regsosek2022k": _regsosek_light},
    ),
)
