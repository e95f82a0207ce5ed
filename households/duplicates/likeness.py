"""How two folded names stand to each other: the same, nearly so, one a part of the other, or two people's names."""

from itertools import permutations

from rapidfuzz.distance import OSA, Indel

from households.duplicates.folding import MUHAMMAD, key

# Share of letters two names have in common, in their order, from which they count as nearly the same, or as similar.
NEAR, LIKE = 0.9, 0.78
# Of names shorter than this one letter makes another one: Andi, Ani.
SHORT = 5
MOST_WORDS = 3
_OTHER_NAMES = frozenset(("name_short", "name_share", "name_far"))
# Words that half the country bears; sharing one says nothing.
_EVERYBODYS = frozenset((MUHAMMAD, "siti", "nur", "abdul"))


def likeness(one: str, other: str) -> str:
    """Return how two folded names stand to each other, as a code of the reasons: "name_same" to "name_far"."""
    if one == other:
        # A name of one word is borne by many; nothing at all is borne by nobody.
        return "name_same" if " " in one else "name_word" if one else "name_far"
    ours, theirs = one.split(), other.split()
    best = Indel.normalized_similarity(one, other)
    if 0.5 < best < NEAR:
        best = max(best, _rearranged(ours, theirs))
    if best >= NEAR:
        return "name_near"
    shorter, longer = sorted((ours, theirs), key=lambda words: (len(words), words))
    if shorter and set(shorter) < set(longer) and max(map(len, shorter)) >= 4:
        return "name_part"
    if best >= LIKE:
        return "name_short" if min(len(one), len(other)) < SHORT else "name_like"
    return "name_share" if any(_same_word(a, b) for a in ours for b in theirs) else "name_far"


def alike_names(one: str, other: str) -> bool:
    """Whether two folded names can be one person's: the same, nearly so, or the one a part of the other.

    A shared word is not enough, nor is a short name but for one letter. Women drop Siti, and write what follows it in one word
    or two.
    """
    pairs = [(one, other)]
    if MUHAMMAD not in one.split() + other.split():
        pairs.append((_without_siti(one), _without_siti(other)))
    return any(likeness(a, b) not in _OTHER_NAMES for a, b in pairs)


def is_another(name: str, here: str) -> bool:
    """Whether a file names somebody else than the registry does, both as written; another spelling is the same name, none says nothing."""
    there = key(name)
    return bool(there) and not alike_names(key(here), there)


def _without_siti(name: str) -> str:
    return " ".join(word for word in name.split() if word != "siti")


def _same_word(one: str, other: str) -> bool:
    """Whether a word that says something is in both names, one slip allowed in a long one."""
    if one in _EVERYBODYS or min(len(one), len(other)) < 4:
        return False
    return one == other or (min(len(one), len(other)) >= 5 and OSA.distance(one, other, score_cutoff=1) <= 1)


def _rearranged(ours: list[str], theirs: list[str]) -> float:
    """How alike two names are in their best order: a wrong first letter moves a word; Nur Hayati is Nurhayati, too."""
    if len(ours) > MOST_WORDS or len(theirs) > MOST_WORDS:
        return 0.0
    if len(ours) == len(theirs):
        mine = " ".join(ours)
        return max(_one_slip(mine, " ".join(order)) for order in permutations(theirs))
    ours_joined, theirs_joined = ({"".join(order) for order in permutations(side)} for side in (ours, theirs))
    return max(Indel.normalized_similarity(a, b) for a in ours_joined for b in theirs_joined)


def _one_slip(one: str, other: str) -> float:
    """One letter more, less, other or swapped with its neighbour is near, whatever the length; else the share of letters kept."""
    if min(len(one), len(other)) >= 5 and OSA.distance(one, other, score_cutoff=1) <= 1:
        return NEAR
    return Indel.normalized_similarity(one, other)
