"""A routing rule tried out on the complaints of the last weeks before it is saved. Nothing is written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from complaints.choices import ComplaintState, Issue, Sector
from complaints.models import Complaint, RoutingRule
from complaints.routing import Case, effect
from complaints.selectors import ROUTED
from slrt.accounts.models import User
from slrt.accounts.querysets import covers, within
from slrt.accounts.roles import Permission as P
from slrt.core import clock
from slrt.regions.models import Region

DAYS = 90  # back from now, by the day of intake
EXAMPLES = 5
FEW = 5  # below it a number of cases is not told to somebody who may not see them


@dataclass(frozen=True)
class Example:
    """One complaint a rule would propose for.

    `pk`, the village and the day only for whoever may see the complaint; somebody else is told the kecamatan and the month.
    """

    pk: int | None
    received: date
    place: str
    sector: str
    issue: str
    state: str
    instead_of: RoutingRule | None


@dataclass(frozen=True)
class Rehearsal:
    """For how many open complaints a rule would have proposed, for how many of them the way is still open (`waiting`), and how many
    another rule proposes for today (`displaced`). A number too small to be told to this person is None."""

    count: int | None
    waiting: int | None
    displaced: int | None
    examples: list[Example]


def rehearse(user: User, candidate: RoutingRule) -> Rehearsal:
    """Return what a rule, saved or not, active or not, would do in the areas whose complaints or registers are the person's.

    It is taken as active. Small numbers, and what is particular to a case, are kept from those who may not see complaints.
    """
    others = list(RoutingRule.objects.filter(active=True).exclude(pk=candidate.pk).select_related("organisation"))
    hits = []
    for row in _cases(user, candidate):
        found = effect(candidate, others, Case(row["sector"], row["issue"], row["village_id"]))
        if found.proposes:
            hits.append((row, found.instead_of))
    sees = user.areas_for(P.COMPLAINT_VIEW)
    unseen = any(not _covered(sees, row["village_id"]) for row, _other in hits)
    numbers = (
        len(hits),
        sum(row["state"] in ROUTED for row, _other in hits),
        sum(other is not None for _row, other in hits),
    )
    told = [None if unseen and 0 < number < FEW else number for number in numbers]
    examples = [] if told[0] is None else _examples(hits[:EXAMPLES], sees)
    return Rehearsal(told[0], told[1], told[2], examples)


def _cases(user: User, candidate: RoutingRule) -> Iterable[Any]:
    areas = user.areas_for(P.COMPLAINT_VIEW) + user.areas_for(P.USERS_MANAGE)
    since = clock.now() - timedelta(days=DAYS)
    found = Complaint.objects.filter(within(areas, "village__code"), received_at__gte=since)
    kind = {name: value for name in ("sector", "issue") if (value := getattr(candidate, name))}
    found = found.open().in_region(candidate.area_id).filter(**kind).order_by("-received_at", "-pk")
    return found.values("pk", "received_at", "village_id", "sector", "issue", "state")


def _covered(areas: Iterable[str], place: str) -> bool:
    return any(covers(area, place) for area in areas)


def _examples(hits: list[tuple[dict[str, Any], Any]], sees: Iterable[str]) -> list[Example]:
    codes = {row["village_id"] for row, _other in hits}
    names = Region.objects.in_bulk(codes | {code.rpartition(".")[0] for code in codes})
    made = []
    for row, other in hits:
        village = row["village_id"]
        seen = _covered(sees, village)
        received = timezone.localdate(row["received_at"])
        made.append(
            Example(
                pk=row["pk"] if seen else None,
                received=received if seen else received.replace(day=1),
                place=names[village if seen else village.rpartition(".")[0]].name,
                sector=str(Sector(row["sector"]).label),
                issue=str(Issue(row["issue"]).label),
                state=str(ComplaintState(row["state"]).label),
                instead_of=other,
            )
        )
    return made
