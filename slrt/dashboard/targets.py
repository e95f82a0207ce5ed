"""Targets beside the numbers they are for: the number is the indicator's own, so it cannot differ from the list behind it."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from slrt.accounts.models import User
from slrt.accounts.querysets import covers
from slrt.accounts.roles import Permission as P
from slrt.core import clock
from slrt.dashboard.indicators import INDICATORS, NEEDED, Indicator
from slrt.dashboard.models import Target

OWN = frozenset({"visited"})  # counts the rows of whoever looks, so it is no number of an area
TARGETABLE: dict[str, Indicator] = {code: item for code, item in INDICATORS.items() if code not in OWN}
SHOWN = 12
WHOLE = 100


@dataclass(frozen=True)
class Reached:
    """A target and how far its number is."""

    target: Target
    label: Any
    actual: int
    url: str

    @property
    def met(self) -> bool:
        """Whether the number is on the right side of the target now."""
        if self.target.goal == Target.Goal.AT_MOST:
            return self.actual <= self.target.number
        return self.actual >= self.target.number

    @property
    def percent(self) -> int:
        """The number in per cent of the target, rounded down, so that 100 means all of it; a target of nothing is met by nothing."""
        if not self.target.number:
            return 0 if self.actual else WHOLE
        return WHOLE * self.actual // self.target.number


def reached(user: User, area: str = "") -> list[Reached]:
    """Return this day's targets of the chosen area, or of the person's own areas, each with its number of now.

    Only for indicators whose rows the person sees in that whole area: a part would look like a failure.
    """
    areas = (area,) if area else user.areas_for(P.DASHBOARD_VIEW)
    targets = Target.objects.visible_to(user).running(clock.today()).filter(area__in=areas, indicator__in=TARGETABLE)
    found = []
    for target in targets.select_related("area")[:SHOWN]:
        indicator = TARGETABLE[target.indicator]
        if any(covers(own, target.area_id) for own in user.areas_for(NEEDED[indicator.kind])):
            url = f"{reverse('dashboard:rows', args=[indicator.code])}?wilayah={target.area_id}"
            count = indicator.rows(user, target.area_id).count()
            found.append(Reached(target, indicator.label, count, url))
    return found
