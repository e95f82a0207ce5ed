"""Numbers day by day: a snapshot of the indicators per regency and district, and the line they draw."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import Left

from slrt.accounts.models import User
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission as P
from slrt.core import clock
from slrt.dashboard.indicators import INDICATORS
from slrt.jobs.models import Snapshot
from slrt.regions.models import Region

KEPT = (
    *("families", "listed", "referred", "served", "confirmed", "decile1_nothing", "old_data"),
    *("complaints_open", "complaints_late", "referrals_late"),
)
SHOWN = ("confirmed", "complaints_open", "complaints_late", "old_data")
PLACE = {
    "family": "household__village_id",
    "registration": "family__household__village_id",
    "complaint": "village_id",
    "referral": "family__household__village_id",
}
DISTRICT, REGENCY = 8, 5  # signs in the code of a kecamatan (13.01.05) and a kabupaten (13.01)
DAYS, POINTS = 84, 12  # twelve weeks, a point a week


class Everywhere:
    """Stands for nobody: sees every area, so that an indicator counts the whole installation for its snapshot."""

    pk = None

    def __init__(self) -> None:
        self._provinces = tuple(Region.objects.filter(level=1).values_list("code", flat=True))

    def areas_for(self, permission: str) -> tuple[str, ...]:
        """Every province."""
        return self._provinces

    def organisations_for(self, permission: str) -> tuple[int, ...]:
        """No organisation's rows besides."""
        return ()


def snapshot(step: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Keep today's numbers per district and regency; return how many. A second run of the day replaces the first's."""
    today, everywhere = clock.today(), Everywhere()
    kept = 0
    for number, code in enumerate(KEPT, 1):
        rows = [Snapshot(on=today, code=code, place=place, count=n) for place, n in _counts(code, everywhere).items()]
        Snapshot.objects.filter(on=today, code=code).exclude(place__in=[row.place for row in rows]).delete()
        Snapshot.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["place", "code", "on"], update_fields=["count"], batch_size=1000
        )
        kept += len(rows)
        step(number, len(KEPT))
    return kept


def _counts(code: str, everywhere: Any) -> dict[str, int]:
    indicator = INDICATORS[code]
    rows = indicator.rows(everywhere).order_by()
    found: dict[str, int] = defaultdict(int)
    by_district = rows.values_list(Left(PLACE[indicator.kind], DISTRICT)).annotate(n=Count("pk", distinct=True))
    for place, n in by_district:
        found[place] += n
        found[place[:REGENCY]] += n
    return found


@dataclass(frozen=True)
class Line:
    """One indicator's numbers, oldest first, with the points of its line in a box of 100 by 30."""

    label: Any
    numbers: list[int | None]
    points: str

    @property
    def last(self) -> int | None:
        """The newest number."""
        return self.numbers[-1] if self.numbers else None


@dataclass(frozen=True)
class Trend:
    """Lines over the same days."""

    days: list[date]
    lines: list[Line]

    @property
    def is_line(self) -> bool:
        """Whether there is more than one day to draw: a line of one point is an empty box."""
        return len(self.days) > 1

    @property
    def newest(self) -> date:
        """The day of the newest numbers, which may be another than this one."""
        return self.days[-1]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The same numbers as a table, newest day first; each with its label, which a phone shows beside it."""
        return [
            {"day": day, "numbers": [{"label": line.label, "count": line.numbers[n]} for line in self.lines]}
            for n, day in enumerate(self.days)
        ][::-1]


def trend(user: User, area: str = "") -> Trend | None:
    """Return twelve weeks of the person's area, or of a district or regency in it; None where nothing was kept.

    A village has no numbers of its own. Only for those who see the cases: small counts are not hidden here.
    """
    areas = (area,) if area else user.areas_for(P.DASHBOARD_VIEW)
    first = clock.today() - timedelta(days=DAYS)
    rows = Snapshot.objects.filter(within(areas, "place"), on__gt=first, code__in=SHOWN)
    # Districts add up to whatever lies above them; regencies themselves would count twice.
    sums = rows.filter(place__regex=r"^\d\d\.\d\d\.\d\d$").values_list("on", "code").annotate(n=Sum("count")).order_by()
    found = {(on, code): n for on, code, n in sums}
    days = _weekly(sorted({on for on, _code in found}))
    if not days:
        return None
    return Trend(days, [_line(code, [found.get((day, code), 0) for day in days]) for code in SHOWN])


def _weekly(days: list[date]) -> list[date]:
    """Return the newest day and those about a week apart before it, at most POINTS, oldest first."""
    chosen: list[date] = []
    for day in reversed(days):
        if not chosen or (chosen[-1] - day).days >= 7:
            chosen.append(day)
    return chosen[:POINTS][::-1]


def _line(code: str, numbers: list[int]) -> Line:
    top, width = max(numbers) or 1, max(len(numbers) - 1, 1)
    points = " ".join(f"{100 * n / width:.1f},{30 - 28 * value / top:.1f}" for n, value in enumerate(numbers))
    return Line(INDICATORS[code].label, list(numbers), points)
