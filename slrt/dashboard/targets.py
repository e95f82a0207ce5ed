"""Targets beside the numbers they are for: the number is the indicator's own, so it cannot differ from the list behind it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from slrt.accounts.models import User
from slrt.accounts.querysets import covers
from slrt.accounts.roles import Permission as P
from slrt.core import clock
from slrt.core.bounded import MOST, Beyond
from slrt.dashboard import homes
from slrt.dashboard.homes import SMALL
from slrt.dashboard.indicators import FUNNEL, INDICATORS, NEEDED, Indicator
from slrt.dashboard.models import Target

OWN = frozenset({"visited", "imports_apply"})  # count what is for whoever looks, so they are no number of an area
TARGETABLE: dict[str, Indicator] = {code: item for code, item in INDICATORS.items() if code not in OWN}
SHOWN = 12
WHOLE = 100


@dataclass(frozen=True)
class Reached:
    """A target and how far its number is. `masked` stands in place of a number that is too small to be shown, `url` may be empty."""

    target: Target
    label: Any
    actual: int
    url: str
    masked: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the number is on the right side of the target now; None where that would give a masked number away."""
        if self.masked and self.target.number < SMALL:
            return None
        if self.target.goal == Target.Goal.AT_MOST:
            return self.actual <= self.target.number
        return self.actual >= self.target.number

    @property
    def percent(self) -> int:
        """The number in per cent of the target, rounded down, so that 100 means all of it; a target of nothing is met by nothing.

        Of a number that was counted no further than a bound it is that bound's, `Beyond` it.
        """
        if not self.target.number:
            return 0 if self.actual else WHOLE
        if isinstance(self.actual, Beyond):
            return Beyond(WHOLE * (self.actual - 1) // self.target.number + 1)
        return WHOLE * self.actual // self.target.number


def reached(user: User, area: str = "") -> list[Reached]:
    """Return this day's targets of the chosen area, or of the person's own areas, each with its number of now.

    Only for indicators whose rows the person sees in that whole area: a part would look like a failure.
    """
    areas = (area,) if area else user.areas_for(P.DASHBOARD_VIEW)
    found = []
    for target in _running(user, areas, TARGETABLE):
        indicator = TARGETABLE[target.indicator]
        if any(covers(own, target.area_id) for own in user.areas_for(NEEDED[indicator.kind])):
            url = f"{reverse('dashboard:rows', args=[indicator.code])}?wilayah={target.area_id}"
            count = indicator.count(user, target.area_id, max(MOST, target.number))
            found.append(Reached(target, indicator.label, count, url))
    return found


def totals(user: User) -> list[Reached]:
    """Return this day's targets of the own areas for readers who may not see cases.

    Within the limits of their funnel (`homes.aggregate_funnel`): its steps only, no way to rows, a count below five masked with
    everything it could be worked out from.
    """
    found = []
    for target in _running(user, user.areas_for(P.DASHBOARD_VIEW), FUNNEL):
        count = homes.area_totals((target.area_id,))[target.indicator]
        masked = homes.masked(count)
        label = TARGETABLE[target.indicator].label
        found.append(Reached(target, label, 0 if masked else count, "", masked))
    return found


def _running(user: User, areas: Iterable[str], indicators: Iterable[str]) -> Iterable[Target]:
    targets = Target.objects.visible_to(user).running(clock.today())
    return targets.filter(area__in=areas, indicator__in=list(indicators)).select_related("area")[:SHOWN]
