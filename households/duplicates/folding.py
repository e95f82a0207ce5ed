"""Folds names harder than the stored search key does: only to compare, never to show or to keep.

The rules are those of the spelling reform of 1972 (oe, dj, tj, nj, sj, ch, j became u, j, c, ny, sy, kh, y) and of what
Indonesian offices write in each other's stead: f, v and p; z and s; silent h; iy and uw; doubled letters; a final y;
Muh., Moch., Mohd.; Hj. and degrees before and after the name; the order of the words.
"""

import re
import unicodedata
from functools import lru_cache

from households.names import FOLDED

MUHAMMAD = "muhamad"
_OF_MUHAMMAD = """m mhd md moh moch mohd muh muhd muhamad muhammad mohamad mohammad mochamad mochammad mokhamad muchamad
muchammad mukhamad"""
_MUHAMMADS = frozenset(_OF_MUHAMMAD.split())
# Before a name: pilgrimage, learning, office, "the late". After it, behind a comma: degrees.
_TITLES = "h hj haji hajah hajjah ir dr drs dra prof kh kyai tgk ust ustad ustadz alm almh bpk bapak ibu sdr"
_BEFORE = frozenset(_TITLES.split())
_BETWEEN = frozenset(("bin", "binti", "bt", "bti"))
_SHORT = {"abd": "abdul", "abdoel": "abdul", "st": "siti", "sitti": "siti", "nr": "nur", "noer": "nur", "nurul": "nur"}
_LETTERS = (
    ("oe", "u"), ("dj", "y"), ("tj", "c"), ("ch", "h"), ("kh", "h"), ("sy", "s"), ("sj", "s"), ("j", "y"), ("ie", "i"),
    ("iy", "i"), ("uw", "u"), ("dh", "d"), ("th", "t"), ("ph", "p"), ("f", "p"), ("v", "p"), ("z", "s"), ("q", "k"),
    ("x", "ks"), ("sh", "s"),
)  # fmt: skip
_VOWELS = re.compile("[aeiou]")


def words(name: str) -> tuple[str, ...]:
    """Return the folded words of a name in the order of the alphabet; titles and degrees left out.

    A name of nothing but titles keeps its words: somebody is called Ir. Folding what was folded changes nothing.
    """
    plain = _plain(name)
    # "Rina Marlina, S.Pd., M.M.": what stands behind the comma is a degree when it is a handful of short pieces.
    front, _comma, behind = plain.partition(",")
    pieces = re.findall("[a-z0-9]+", front)
    if not pieces or any(len(piece) > 4 for piece in re.findall("[a-z0-9]+", behind)):
        pieces += re.findall("[a-z0-9]+", behind)
    kept = _untitled(pieces)
    folded = sorted(filter(None, map(_word, kept)))
    again = sorted(filter(None, map(_word, _untitled(folded))))
    while again != folded:
        folded, again = again, sorted(filter(None, map(_word, _untitled(again))))
    return tuple(folded)


def key(name: str) -> str:
    """Return the folded words as one text: equal for the spellings of one name, whatever their order; `FOLDED` letters."""
    return " ".join(words(name))[:FOLDED].rstrip()


def skeleton(word: str) -> str:
    """Return a word's first letter and the consonants after it, six signs at most: what a mistyped vowel leaves."""
    return (word[:1] + _VOWELS.sub("", word[1:]))[:6]


def skeletons(folded: tuple[str, ...]) -> tuple[str, str]:
    """Return the skeletons of the two longest words, without the one that half the country bears; "" where there is none."""
    telling = [word for word in folded if word not in (MUHAMMAD, "siti", "nur", "abdul")] or list(folded)
    longest = sorted(telling, key=lambda word: (-len(word), word))[:2]
    found = [skeleton(word) for word in longest] + ["", ""]
    return found[0], found[1]


def _plain(name: str) -> str:
    return (
        unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("'", "").replace("`", "")
    )


def _untitled(pieces: list[str]) -> list[str]:
    kept = [piece for piece in pieces if piece not in _BETWEEN]
    while len(kept) > 1 and kept[0] in _BEFORE:
        kept = kept[1:]
    return kept or pieces


@lru_cache(maxsize=100_000)
def _word(word: str) -> str:
    if word in _MUHAMMADS:
        return MUHAMMAD
    before = ""
    while word != before:
        before = word
        word = _SHORT.get(word, word)
        for old, new in _LETTERS:
            word = word.replace(old, new)
        word = re.sub(r"(.)\1+", r"\1", word)
        word = re.sub(r"y(?![aeiou])", "i", word)
        if len(word) > 2 and word.endswith("h"):
            word = word[:-1]
    return MUHAMMAD if word in _MUHAMMADS else word
