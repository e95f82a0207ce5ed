"""Where the findings of the integrity checks are mended: the pages of the families they lie in."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from households.models import Family, Membership
from slrt.accounts.models import User
from slrt.jobs import selectors
from slrt.jobs.models import Alert

SHOWN = 20  # rows of a finding


@dataclass(frozen=True)
class Finding:
    """An alert, and for its first rows the families (by number) and their pages; no addresses for who may not open them."""

    alert: Alert
    families: list[tuple[int, str]]


def _of_families(ids: list[int]) -> list[int]:
    return ids


def _of_households(ids: list[int]) -> list[int]:
    return list(Family.objects.filter(household__in=ids, merged_into=None).order_by("pk").values_list("pk", flat=True))


def _of_people(ids: list[int]) -> list[int]:
    return sorted(set(Membership.objects.open().filter(person__in=ids).values_list("family_id", flat=True)))


FAMILIES: dict[str, Callable[[list[int]], list[int]]] = {
    "family.head": _of_families,
    "household.head": _of_households,
    "household.one_head": _of_households,
    "membership.twice": _of_people,
    "membership.overlap": _of_people,
}


def findings(user: User) -> list[Finding]:
    """Return what is not mended yet, for whoever is told of it; only families that the person sees have an address."""
    return [_finding(alert, user) for alert in selectors.alerts(user)]


def _finding(alert: Alert, user: User) -> Finding:
    found = FAMILIES.get(alert.check_code, lambda ids: [])(alert.ids[:SHOWN])[:SHOWN]
    open_to = set(Family.objects.visible_to(user).filter(pk__in=found).values_list("pk", flat=True)) if found else set()
    return Finding(alert, [(pk, reverse("dashboard:case_file", args=[pk]) if pk in open_to else "") for pk in found])
