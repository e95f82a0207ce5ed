"""One box that understands a NIK, a KK number or a name. Names from outside the own area are never shown."""

from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q

from households.models import Family, Person
from households.names import fold
from households.querysets import FamilyQuerySet
from households.validators import clean_digits
from slrt.accounts.models import User
from slrt.core import crypto

LIMIT = 50


@dataclass(frozen=True)
class Found:
    """Families in the own area; `elsewhere`: the number is known, but outside of it."""

    families: FamilyQuerySet
    elsewhere: bool = False
    by_number: bool = False


def is_number(text: str) -> bool:
    """Whether the text is meant as a NIK or KK number."""
    digits = clean_digits(text)
    return digits.isdigit() and len(digits) >= 8


def search(text: str, user: User) -> Found:
    """Return the families a text leads to."""
    visible = Family.objects.visible_to(user)
    if is_number(text):
        index = crypto.blind_index(clean_digits(text))
        known = Q(kk_index=index) | Q(former_cards__kk_index=index)
        known |= Q(
            pk__in=Person.objects.filter(nik_index=index, memberships__ended_on=None).values("memberships__family")
        )
        families = visible.filter(known).distinct()
        elsewhere = not families.exists() and Family.objects.filter(known).exists()
        return Found(families, elsewhere, by_number=True)
    return Found(visible.filter(name_matches(text)))


def name_matches(text: str) -> Q:
    """Return the condition that somebody in the family bears every word of the text (beginnings suffice)."""
    words = [word for word in fold(text).split() if word]
    if not words:
        return Q(pk__in=[])
    query = SearchQuery(" & ".join(f"{word}:*" for word in words), search_type="raw", config="simple")
    persons = Person.objects.annotate(words=SearchVector("name_folded", config="simple")).filter(
        words=query, memberships__ended_on=None
    )
    return Q(pk__in=persons.values("memberships__family"))
