"""How much two entries look like one person: points that can be read and added up, and the reasons behind them.

The points follow Fellegi and Sunter (1969): what agrees by chance seldom counts much, what differs between two people
counts against them, and what is missing says nothing. A name that hardly anybody bears says more than one that many bear,
a birthday on which unknown ones are put less than another. Nothing is decided here; a person looks at the pair.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from math import prod
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from rapidfuzz.distance import OSA, Indel

from households.duplicates.likeness import likeness

# From here on a pair is shown to somebody.
THRESHOLD = 70
MOTHERS_ALIKE = 0.85
# Share of all people who bear a name by chance (the shares of its words multiplied): below the first it is rare, above the
# second common.
RARE, COMMON = 2e-5, 1e-3
_MOTHERS = frozenset(("mother_rare", "mother_full", "mother_same"))
_GUESSED_DAYS = frozenset(((1, 1), (7, 1), (12, 31)))

# Returns the share of people whose name holds a folded word, 0 when that is not known.
Share = Callable[[str], float]


class Record(NamedTuple):
    """What is compared of a person. Names folded (`folding.key`); `village` a region code; `nik` sixteen digits or None."""

    name: str
    mother: str
    born: date | None
    sex: str
    village: str
    family: int | None
    has_nik: bool
    nik: str | None = None


@dataclass(frozen=True)
class Verdict:
    """0 to 100 and the codes of `REASONS`, the weightiest first."""

    score: int
    reasons: tuple[str, ...]

    @property
    def alike(self) -> bool:
        """Whether somebody should look at the pair."""
        return self.score >= THRESHOLD


# code: (points, the reason in words)
REASONS: dict[str, tuple[int, Any]] = {
    "name_same": (40, _("Nama sama (ejaan dan urutan kata disamakan)")),
    "name_word": (30, _("Nama sama, hanya satu kata")),
    "name_near": (33, _("Nama hampir sama")),
    "name_part": (27, _("Nama yang satu bagian dari yang lain")),
    "name_like": (22, _("Nama mirip")),
    "name_short": (19, _("Nama pendek yang hampir sama")),
    "name_share": (8, _("Satu kata dari nama sama, yang lain berbeda")),
    "name_far": (-30, _("Nama berbeda")),
    "name_rare": (9, _("Nama ini jarang")),
    "name_common": (-4, _("Nama ini dipakai banyak orang")),
    "born_same": (35, _("Tanggal lahir sama")),
    "born_guessed": (26, _("Tanggal lahir sama, tetapi tanggal yang sering hanya perkiraan")),
    "born_swapped": (29, _("Hari dan bulan lahir tertukar")),
    "born_digit": (25, _("Tanggal lahir beda satu angka")),
    "born_part": (20, _("Tanggal lahir beda di satu bagian")),
    "born_near": (3, _("Tahun lahir berdekatan")),
    "born_missing": (0, _("Tanggal lahir tidak diketahui")),
    "born_far": (-18, _("Tanggal lahir berbeda")),
    "sex_other": (-15, _("Jenis kelamin berbeda")),
    "mother_rare": (28, _("Nama lengkap ibu sama, dan nama itu jarang")),
    "mother_full": (22, _("Nama lengkap ibu sama")),
    "mother_same": (18, _("Nama ibu sama atau hampir sama")),
    "mother_far": (-5, _("Nama ibu berbeda")),
    "family_same": (8, _("Satu keluarga")),
    "village_same": (9, _("Satu desa")),
    "village_other": (-6, _("Desa berbeda")),
    "nik_missing": (6, _("Salah satu tanpa NIK")),
    "nik_digit": (25, _("NIK beda satu angka atau dua angka tertukar")),
    "nik_close": (8, _("NIK beda dua angka")),
    "nik_far": (-18, _("NIK berbeda")),
    "twins_apart": (-40, _("Mungkin kembar yang tinggal terpisah: ibu dan tanggal lahir sama, nama dan NIK berbeda")),
    "twins": (-55, _("Mungkin kembar: keluarga dan tanggal lahir sama, nama berbeda")),
}
_POINTS = {code: points for code, (points, _words) in REASONS.items()}
_BEST_NUMBER = _POINTS["nik_digit"]
_BEST_NAME = _POINTS["name_same"] + _POINTS["name_rare"]


def _unknown(word: str) -> float:
    return 0.0


def compare(one: Record, other: Record, share: Share = _unknown) -> Verdict:
    """Return how alike two entries are; the order of the two makes no difference.

    Without the numbers (`nik` None on both though `has_nik`) the best that the numbers could still add is left out; without
    `share` no name is rare or common.
    """
    found = [likeness(one.name, other.name), _born(one.born, other.born)]
    found += _rarity(one, other, found[0], share)
    if one.sex and other.sex and one.sex != other.sex:
        found.append("sex_other")
    found += _mother(one, other, share)
    found += _place(one, other)
    found += _nik(one, other)
    found += _twins(one, other, found)
    points = sum(_POINTS[code] for code in found)
    found.sort(key=lambda code: (-_POINTS[code], code))
    return Verdict(max(0, min(100, points)), tuple(found))


def wants_mothers(one: Record, other: Record) -> bool:
    """Whether the pair might be shown, whatever the names say: worth decrypting the mothers' names."""
    return _beside_names(one, other) + _BEST_NAME + _POINTS["mother_rare"] >= THRESHOLD


def _beside_names(one: Record, other: Record) -> int:
    points = _BEST_NUMBER if one.has_nik and other.has_nik else _POINTS["nik_missing"]
    points += _POINTS[_born(one.born, other.born)] + sum(_POINTS[code] for code in _place(one, other))
    return points + _POINTS["sex_other"] if one.sex and other.sex and one.sex != other.sex else points


def could_be(one: Record, other: Record, share: Share = _unknown) -> bool:
    """Whether the pair would be shown if its numbers agreed as well as numbers of two entries can: worth decrypting them.

    Cheap first: most pairs are out before their names are compared letter by letter.
    """
    points = _beside_names(one, other)
    if points + _BEST_NAME + _POINTS["mother_rare"] < THRESHOLD:
        return False
    points += sum(_POINTS[code] for code in _mother(one, other, share))
    if points + _BEST_NAME < THRESHOLD:
        return False
    name = likeness(one.name, other.name)
    points += _POINTS[name] + sum(_POINTS[code] for code in _rarity(one, other, name, share))
    return points >= THRESHOLD


def _rarity(one: Record, other: Record, name: str, share: Share) -> list[str]:
    """How many bear what is the same in both names. Of a mistyped name the commoner spelling counts: the slip is rare itself."""
    if one.family is not None and one.family == other.family:
        return []  # a family hands its names on
    if name in ("name_same", "name_word"):
        chance = _chance(one.name.split(), share)
    elif name == "name_near":
        chance = max(_chance(one.name.split(), share), _chance(other.name.split(), share))
    elif name == "name_part":
        chance = _chance(sorted(set(one.name.split()) & set(other.name.split())), share)
    else:
        return []
    return ["name_rare"] if 0 < chance < RARE else ["name_common"] if chance > COMMON else []


def _chance(words: list[str], share: Share) -> float:
    return prod(map(share, words)) if words else 0.0


def _born(one: date | None, other: date | None) -> str:
    if one is None or other is None:
        return "born_missing"
    if one == other:
        return "born_guessed" if (one.month, one.day) in _GUESSED_DAYS else "born_same"
    if one.year == other.year and (one.month, one.day) == (other.day, other.month):
        return "born_swapped"
    if OSA.distance(_digits(one), _digits(other), score_cutoff=1) <= 1:
        return "born_digit"
    if (one.year == other.year) + (one.month == other.month) + (one.day == other.day) == 2:
        return "born_part"
    return "born_near" if abs(one.year - other.year) <= 1 else "born_far"


def _digits(day: date) -> str:
    return day.isoformat().replace("-", "")


def _mother(one: Record, other: Record, share: Share) -> list[str]:
    ours, theirs = one.mother, other.mother
    if not ours or not theirs:
        return []
    if ours == theirs:
        if one.family is not None and one.family == other.family:
            return []  # brothers and sisters have one mother
        if " " not in ours:
            return ["mother_same"]
        return ["mother_rare" if 0 < _chance(ours.split(), share) < RARE else "mother_full"]
    alike = Indel.normalized_similarity(ours, theirs)
    if alike >= MOTHERS_ALIKE:
        return [] if one.family is not None and one.family == other.family else ["mother_same"]
    return ["mother_far"] if alike < 0.6 else []


def mothers_agree(ours: str, theirs: str) -> str:
    """Return how two folded names of mothers stand to each other: "same", "alike", "different", "" when one is missing."""
    if not ours or not theirs:
        return ""
    if ours == theirs:
        return "same"
    return "alike" if Indel.normalized_similarity(ours, theirs) >= MOTHERS_ALIKE else "different"


def _twins(one: Record, other: Record, found: list[str]) -> list[str]:
    """Twins share family or mother, birthday, village and often half of the name; their numbers follow each other."""
    if one.born is None or one.born != other.born or not _two_children(found):
        return []
    if "family_same" in found:
        return ["twins"]
    one_mother = not _MOTHERS.isdisjoint(found)
    return ["twins_apart"] if one_mother and "nik_missing" not in found and found[0] != "name_near" else []


def _two_children(found: list[str]) -> bool:
    """Whether the names speak for two: twins often rhyme and have numbers in a row; one letter off without a number is a slip."""
    return found[0] not in ("name_same", "name_word", "name_part") and not (
        found[0] == "name_near" and "nik_missing" in found
    )


def _place(one: Record, other: Record) -> list[str]:
    if one.family is not None and one.family == other.family:
        return ["family_same"]
    if not one.village or not other.village:
        return []
    return ["village_same" if one.village == other.village else "village_other"]


def _nik(one: Record, other: Record) -> list[str]:
    if not one.has_nik or not other.has_nik:
        return ["nik_missing"]
    if one.nik is None or other.nik is None:
        return []
    distance = OSA.distance(one.nik, other.nik, score_cutoff=2)
    return ["nik_digit" if distance <= 1 else "nik_close" if distance == 2 else "nik_far"]
