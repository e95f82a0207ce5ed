"""Folds Indonesian spelling, so that a name is found however it was written: Moch. Djoefri = Muhammad Jufri."""

import re
import unicodedata

_TITLES = {
    "m",
    "mhd",
    "moh",
    "moch",
    "mohd",
    "mohamad",
    "mohammad",
    "muh",
    "muhamad",
    "muhammad",
    "mochamad",
    "mokhamad",
}
_SPELLINGS = (("oe", "u"), ("dj", "j"), ("tj", "c"), ("sj", "sy"), ("nj", "ny"), ("ch", "kh"), ("kh", "k"))


# Letters that a folded name keeps: folding writes short titles out, and a column has to hold it.
FOLDED = 140


def fold(name: str) -> str:
    """Return the name as lower-case words without marks, old spelling and double letters, in their order; `FOLDED` letters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return " ".join(_word(word) for word in re.findall(r"[a-z0-9]+", plain.replace("'", "")))[:FOLDED].rstrip()


def _word(word: str) -> str:
    if word in _TITLES:
        return "muhamad"
    for old, new in _SPELLINGS:
        word = word.replace(old, new)
    return re.sub(r"(.)\1+", r"\1", word)
