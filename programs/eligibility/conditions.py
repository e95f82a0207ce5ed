"""The kinds of conditions a rule can be made of. Each answers yes, no or not known, with a sentence that says why."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.eligibility.facts import FamilyFacts, MemberFacts

Answer = tuple[bool | None, str]
Condition = Callable[[FamilyFacts, dict[str, Any], date], Answer]
Fits = Callable[[Any], bool]
CONDITIONS: dict[str, Condition] = {}
# What a condition of a kind has to say besides its kind, and what fits there.
PARTS: dict[str, dict[str, Fits]] = {}


def condition(kind: str, **parts: Fits) -> Callable[[Condition], Condition]:
    """Register a kind of condition under the name used in a rule's data, with the parts it cannot be answered without."""

    def register(function: Condition) -> Condition:
        CONDITIONS[kind], PARTS[kind] = function, parts
        return function

    return register


def faults(conditions: list[Any]) -> list[str]:
    """Say what keeps a rule's conditions from being answered, a sentence each; none when they are well formed."""
    unknown = [str(kind) for kind in map(_kind, conditions) if kind not in CONDITIONS]
    found = [_("Jenis ketentuan tidak dikenal: %(kinds)s.") % {"kinds": ", ".join(unknown)}] if unknown else []
    for rule in conditions:
        for part, fits in PARTS.get(_kind(rule), {}).items():
            if not fits(rule.get(part)):
                found.append(
                    _("Ketentuan %(kind)s tidak punya %(part)s yang bisa dipakai.")
                    % {"kind": rule["kind"], "part": part}
                )
    return found


def _kind(rule: Any) -> Any:
    kind = rule.get("kind") if isinstance(rule, dict) else rule
    return kind if isinstance(kind, str) else str(kind)


def _between(low: int, high: int) -> Fits:
    return lambda value: type(value) is int and low <= value <= high


def _some_of(known: Callable[[Any], bool]) -> Fits:
    return lambda value: isinstance(value, list) and bool(value) and all(known(one) for one in value)


@condition("decile", to=_between(1, 10))
def decile(family: FamilyFacts, rule: dict[str, Any], on: date) -> Answer:
    """Official decile at most `to`."""
    if family.decile is None:
        return None, _("Desil belum ada; keluarga belum terdaftar di DTSEN.")
    said = {"n": family.decile, "to": rule["to"]}
    if family.decile <= rule["to"]:
        return True, _("Desil %(n)d, syaratnya 1 sampai %(to)d.") % said
    return False, _("Desil %(n)d, syaratnya 1 sampai %(to)d.") % said


@condition("component", any=_some_of(lambda name: isinstance(name, str) and name in WORDS))
def component(family: FamilyFacts, rule: dict[str, Any], on: date) -> Answer:
    """At least one of the named kinds of members."""
    unknown = False
    for name in rule["any"]:
        found, asked = _members(family, name, on)
        if found:
            return True, _("Ada %(who)s.") % {"who": _words(name)}
        unknown |= not asked
    wanted = ", ".join(_words(name) for name in rule["any"])
    if unknown:
        return None, _("Belum diketahui apakah ada %(who)s.") % {"who": wanted}
    return False, _("Tidak ada %(who)s.") % {"who": wanted}


@condition("house_poor", least=_between(1, 7))
def house_poor(family: FamilyFacts, rule: dict[str, Any], on: date) -> Answer:
    """At least `least` poor features of the house (floor, wall, roof, light, toilet)."""
    poor = {
        "lantai": {"7", "8", "9"},
        "dinding": {"4", "5", "6"},
        "atap": {"8", "9"},
        "kondisi_dinding": {"2"},
        "kondisi_atap": {"2"},
        "penerangan": {"3"},
        "fasbab": {"3", "4"},
    }
    if not any(family.house.get(name) for name in ("lantai", "dinding", "atap")):
        return None, _("Keadaan rumah belum didata.")
    count = sum(family.house.get(name) in codes for name, codes in poor.items())
    said = {"n": count, "least": rule["least"]}
    if count >= rule["least"]:
        return True, _("%(n)d ciri rumah tidak layak (perlu %(least)d).") % said
    return False, _("Hanya %(n)d ciri rumah tidak layak (perlu %(least)d).") % said


@condition("owns_house")
def owns_house(family: FamilyFacts, rule: dict[str, Any], on: date) -> Answer:
    """Lives in an own house on land that is not the state's."""
    owned = family.house.get("status_bangunan")
    if not owned or owned == "?":
        return None, _("Status kepemilikan rumah belum didata.")
    return (True, _("Rumah milik sendiri.")) if owned == "1" else (False, _("Rumah bukan milik sendiri."))


@condition("has_any", programmes=_some_of(lambda code: isinstance(code, str)))
def has_any(family: FamilyFacts, rule: dict[str, Any], on: date) -> Answer:
    """Takes part in one of the named programmes."""
    if family.programmes & set(rule["programmes"]):
        return True, _("Sudah ikut program yang menjadi syaratnya.")
    return False, _("Belum ikut program yang menjadi syaratnya.")


@condition("has_none", programmes=_some_of(lambda code: isinstance(code, str)))
def has_none(family: FamilyFacts, rule: dict[str, Any], on: date) -> Answer:
    """Does not take part in any of the named programmes."""
    if family.programmes & set(rule["programmes"]):
        return False, _("Sudah menerima.")
    return True, _("Belum menerima.")


@condition("nik_missing")
def nik_missing(family: FamilyFacts, rule: dict[str, Any], on: date) -> Answer:
    """Somebody stands without NIK."""
    if any(not member.nik_known for member in family.members):
        return True, _("Ada anggota tanpa NIK.")
    return False, _("Semua anggota punya NIK.")


@condition("assessment")
def assessment(family: FamilyFacts, rule: dict[str, Any], on: date) -> Answer:
    """What no data can tell: an officer has to look."""
    return None, _("Perlu penilaian petugas.")


# The first and the last full year of those who are told apart by their age; there is no last one for the elderly.
NO_END = 200
AGES = {
    "toddler": (0, 6),
    "pupil": (6, 21),
    "school_age": (6, 21),
    "worker": (18, 60),
    "adult": (21, 65),
    "elderly": (60, NO_END),
    "old": (70, NO_END),
    "very_old": (75, NO_END),
}


def turning_points() -> tuple[int, ...]:
    """Return the birthdays with which somebody begins or ceases to be one of these, the earliest first."""
    begins = {low for low, _high in AGES.values() if low}
    return tuple(sorted(begins | {high + 1 for _low, high in AGES.values() if high < NO_END}))


def _members(family: FamilyFacts, name: str, on: date) -> tuple[bool, bool]:
    """Return (somebody is one, everybody was asked)."""
    answers = [_is(member, name, on) for member in family.members]
    return any(a is True for a in answers), all(a is not None for a in answers)


def _is(member: MemberFacts, name: str, on: date) -> bool | None:
    age = member.age(on)
    if name == "pregnant":
        if member.sex != "2" or age is None or not 10 <= age <= 49:
            return False
        return None if not member.pregnant else member.pregnant == "1"
    if name == "disabled":
        return None if member.disability in ("", "?") else member.disability != "00"
    if name == "ill":
        return None if member.illness in ("", "?") else member.illness != "0"
    if age is None:
        return None
    if name == "pupil":
        low, high = AGES[name]
        if not low <= age <= high:
            return False
        return None if member.schooling in ("", "?") else member.schooling == "1"
    low, high = AGES[name]
    return low <= age <= high


def _words(name: str) -> str:
    return str(WORDS[name])


WORDS: dict[str, Any] = {
    "pregnant": gettext_lazy("ibu hamil"),
    "toddler": gettext_lazy("anak 0–6 tahun"),
    "pupil": gettext_lazy("anak sekolah 6–21 tahun"),
    "school_age": gettext_lazy("anak usia sekolah"),
    "disabled": gettext_lazy("penyandang disabilitas"),
    "ill": gettext_lazy("orang sakit menahun"),
    "elderly": gettext_lazy("lansia 60 tahun ke atas"),
    "old": gettext_lazy("lansia 70 tahun ke atas"),
    "very_old": gettext_lazy("lansia 75 tahun ke atas"),
    "worker": gettext_lazy("orang usia kerja"),
    "adult": gettext_lazy("orang dewasa"),
}
