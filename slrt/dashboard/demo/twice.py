"""A few people entered twice, each spoilt in a way that happens, for the duplicate search to find."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from households.duplicates.search import search
from households.models import DuplicateCandidate, Family, Person
from slrt.dashboard.demo.office import Office
from slrt.dashboard.demo.people import Inventor, Member
from slrt.dashboard.demo.roster import NAGARI, OTHER_NAGARI


def _without_number(again: Member) -> Member:
    """Written in the old way, the card lost."""
    name = again.name.replace("u", "oe", 1) if "u" in again.name else again.name.replace("i", "ie", 1)
    return replace(again, name=name, nik="")


def _one_digit(again: Member) -> Member:
    """The last digit of the number mistyped."""
    return replace(again, nik=f"{again.nik[:-1]}{(int(again.nik[-1]) + 5) % 10}")


def _turned(again: Member) -> Member:
    """First name and clan in the other order, no number."""
    return replace(again, name=" ".join(reversed(again.name.split())), nik="")


WAYS: tuple[tuple[Callable[[Member], Member], str, str], ...] = (
    (_without_number, NAGARI, "fasilitator"),
    (_one_digit, OTHER_NAGARI, "fasilitator2"),
    (_turned, NAGARI, "fasilitator"),
)


def enter_twice(office: Office, inventor: Inventor, visited: list[int], now: datetime) -> int:
    """Let facilitators enter heads of visited families once more in another family, search, and return how many pairs were found."""
    heads = Family.objects.filter(pk__in=visited, head__nik_index__isnull=False).order_by("pk")
    for n, (family, way) in enumerate(zip(heads.select_related("head"), WAYS, strict=False)):
        spoil, village, account = way
        assert family.head is not None
        other = inventor.family(village)
        again = replace(other, members=[*other.members, spoil(_entered(family.head))])
        office.visit(again, account, now - timedelta(days=1, hours=2 + n))
    search()
    return DuplicateCandidate.objects.to_decide().count()


def _entered(person: Person) -> Member:
    """The person as a relative who stays with another family, so that the two can be merged and the families stay."""
    assert person.birth_date is not None
    assert person.nik_encrypted is not None
    return Member(person.name, person.sex, person.birth_date, "8", "4", person.nik_encrypted)
