"""One box that understands a NIK, a KK number or a name. Names from outside the own area are never shown.

Numbers are looked up first by their blind index, which gives at most a handful of families; only those are compared with the
area. Names come from the word index together with the area, and stop at NAMES_SHOWN families: nobody reads further.
"""

from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q

from households.models import Family, FormerFamilyCard, Membership, Person
from households.names import fold
from households.querysets.household import FamilyQuerySet, PersonQuerySet
from households.registry import former_numbers
from households.registry.numbers import whom_to_ask
from households.validators import clean_digits
from slrt.accounts.models import User
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission
from slrt.core import crypto

NAMES_SHOWN = 200
# A family may have several members of one name: read some more memberships than families are shown.
_READ = 3 * NAMES_SHOWN
# Letters a folded word needs before the names that begin with it are looked for; doubled letters count as one.
LEAST_LETTERS = 2


@dataclass(frozen=True)
class Found:
    """Families in the own area; `elsewhere`: the number is known, but outside of it; `capped`: more bear this name;
    `short`: too few letters to look for."""

    families: FamilyQuerySet
    elsewhere: bool = False
    by_number: bool = False
    capped: bool = False
    short: bool = False
    ask: str = ""  # who may change families both there and here


def is_number(text: str) -> bool:
    """Whether the text is meant as a NIK or KK number."""
    digits = clean_digits(text)
    return digits.isdigit() and len(digits) >= 8


def is_short(text: str) -> bool:
    """Whether no word of a name has enough letters to be looked for: "z", and "zzzz", which is folded to it."""
    return all(len(word) < LEAST_LETTERS for word in fold(text).split())


def search(text: str, user: User) -> Found:
    """Return the families a text leads to."""
    visible = Family.objects.visible_to(user)
    if is_number(text):
        known = _families_of_number(crypto.blind_index(clean_digits(text)))
        families = visible.filter(pk__in=known)
        if not known or families.exists():
            return Found(families, by_number=True)
        place = Family.objects.filter(pk__in=known).values_list("household__village", flat=True)[0]
        return Found(
            families, True, by_number=True, ask=whom_to_ask(place, *user.areas_for(Permission.FAMILY_VIEW)[:1])
        )
    if is_short(text):
        return Found(visible.none(), short=True)
    found = _families_of_name(text, user)
    return Found(visible.filter(pk__in=found[:NAMES_SHOWN]), capped=len(found) > NAMES_SHOWN)


def _families_of_number(index: bytes) -> list[int]:
    """Return the families that hold or held a KK number, and where the bearer of a NIK lives or lived last.

    A NIK that was dropped when two entries were merged leads to the person too.
    """
    held = Family.objects.filter(kk_index=index).values_list("pk")
    before = FormerFamilyCard.objects.filter(kk_index=index).values_list("family_id")
    found = {pk for (pk,) in held.union(before, all=True)}
    # Two questions, since open and ended memberships have an index each and both together have none.
    bearer = former_numbers.bearer_of(index)
    of_bearer = (
        Membership.objects.filter(person=bearer) if bearer else Membership.objects.filter(person__nik_index=index)
    )
    lives = list(of_bearer.open().values_list("family", flat=True))
    if not lives:
        ended = of_bearer.filter(ended_on__isnull=False).order_by("-ended_on", "-pk")
        lives = list(ended.values_list("family", flat=True)[:1])
    return sorted(found.union(lives))


def _families_of_name(text: str, user: User) -> list[int]:
    """Return families of the own area with somebody of this name, at most one more than are shown."""
    persons = named(text)
    if persons is None:
        return []
    area = within(user.areas_for(Permission.FAMILY_VIEW), "family__household__village__code")
    rows = Membership.objects.open().filter(area).filter(person__in=persons).values_list("family_id", flat=True)
    return list(dict.fromkeys(rows[:_READ]))[: NAMES_SHOWN + 1]


def named(text: str) -> PersonQuerySet | None:
    """Return persons who bear every word of a text, or None when it is too short. Beginnings suffice, of a single letter the
    whole word."""
    if is_short(text):
        return None
    words = [word if len(word) < LEAST_LETTERS else f"{word}:*" for word in fold(text).split()]
    query = SearchQuery(" & ".join(words), search_type="raw", config="simple")
    return Person.objects.annotate(words=SearchVector("name_folded", config="simple")).filter(words=query)


def name_matches(text: str) -> Q:
    """Return the condition that somebody in the family bears every word of the text (beginnings suffice)."""
    persons = named(text)
    if persons is None:
        return Q(pk__in=[])
    return Q(pk__in=persons.filter(memberships__ended_on=None).values("memberships__family"))
