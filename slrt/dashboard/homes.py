"""What the home page of each role holds: what waits for this person, what is late, the funnel."""

from typing import Any

from axes.models import AccessAttempt
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.models import Complaint
from households.choices.visit import VisitStatus
from households.filters import month_of
from households.models import Family, Registration, Visit
from households.querysets.registration import TO_VERIFY
from referrals.models import Referral
from slrt.accounts.models import Assignment, User
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission as P
from slrt.accounts.roles import Role, roles_with
from slrt.core import clock
from slrt.dashboard.indicators import FUNNEL, INDICATORS, NEEDED, REACHED
from slrt.dashboard.waiting import ACTOR, LATE, OVERSIGHT, WAITS

FACILITATORS = 100  # on one home; the file holds all
SMALL = 5  # counts below are not shown to people who may not see the cases


def waiting(user: User) -> list[dict[str, Any]]:
    """Return what waits for this person, each with the number of rows and where they are listed."""
    codes = [code for permission, codes in WAITS if user.holds(permission) for code in codes]
    return [item for item in (counted(code, user) for code in dict.fromkeys(codes)) if item["count"]]


def has_work(user: User) -> bool:
    """Whether cases ever wait for one of the person's roles."""
    return any(user.holds(permission) for permission, _codes in WAITS)


def accounts(user: User) -> list[dict[str, Any]]:
    """Return which accounts wait for whoever keeps them, with how many and the list of exactly those."""
    if not (user.holds(P.USERS_MANAGE) and user.is_staff):
        return []
    roleless = User.objects.filter(is_active=True, assignments__isnull=True).count()
    refused = AccessAttempt.objects.count()
    people = reverse("admin:accounts_user_changelist") + "?is_active__exact=1&assignments__isnull=True"
    items = [
        {"label": _("Akun tanpa peran"), "count": roleless, "url": people},
        {
            "label": _("Percobaan masuk yang gagal"),
            "count": refused,
            "url": reverse("admin:axes_accessattempt_changelist"),
        },
    ]
    return [item for item in items if item["count"]]


def counted(code: str, user: User, area: str = "") -> dict[str, Any]:
    """Return one number: label, count, address of exactly its rows."""
    indicator = INDICATORS[code]
    url = reverse("dashboard:rows", args=[code]) + (f"?wilayah={area}" if area else "")
    return {
        "code": code,
        "label": indicator.label,
        "count": indicator.count(user, area),
        "url": url,
        "late": indicator.late,
    }


def late(user: User, area: str = "") -> list[dict[str, Any]]:
    """Return what is overdue, for those kinds of rows the person may see."""
    return [counted(code, user, area) for code in LATE if user.areas_for(NEEDED[INDICATORS[code].kind])]


def oversight(user: User, area: str = "") -> list[dict[str, Any]]:
    """Return what waits for whom in the area, most first."""
    items = [counted(code, user, area) for code in OVERSIGHT]
    for item in items:
        item["who"] = ", ".join(str(role.label) for role in roles_with(ACTOR[item["code"]]))
    return sorted((item for item in items if item["count"]), key=lambda item: -item["count"])


def funnel(user: User, area: str = "") -> list[dict[str, Any]]:
    """Return the funnel; each number links to its families."""
    sums = _reached(INDICATORS["families"].rows(user, area))
    query = f"?wilayah={area}" if area else ""
    return [
        {
            "label": INDICATORS[code].label,
            "count": sums[code],
            "total": sums["families"],
            "url": reverse("dashboard:rows", args=[code]) + query,
        }
        for code in FUNNEL
    ]


def area_totals(areas: tuple[str, ...]) -> dict[str, int]:
    """Return how many families of some areas came to each step of the funnel, whoever asks: for numbers without rows only."""
    return _reached(Family.objects.filter(within(areas, "household__village__code"), merged_into=None))


def masked(count: int) -> str:
    """Return what stands in place of a count that is too small to be shown to people who may not see the cases, or nothing."""
    return f"<{SMALL}" if 0 < count < SMALL else ""


def aggregate_funnel(user: User) -> list[dict[str, Any]]:
    """Return the funnel for readers who may not see cases: no links, counts below five hidden."""
    sums = area_totals(user.areas_for(P.DASHBOARD_VIEW))
    return [
        {
            "label": INDICATORS[code].label,
            "count": 0 if masked(sums[code]) else sums[code],
            "shown": masked(sums[code]) or None,
            "total": sums["families"],
            "url": "",
        }
        for code in FUNNEL
    ]


def _reached(families: QuerySet[Family]) -> dict[str, int]:
    """How many families there are and how many came to each step.

    A query each: asked for all in one, the database would look through a large step for every single family.
    """
    return {"families": families.count(), **{code: families.filter(step).count() for code, step in REACHED.items()}}


def facilitators_of(user: User, area: str = "") -> Any:
    """Return the assignments of the facilitators of the own area, or of one in it: with `visits`, how many of this month's the
    person sees of each, and `drafts`, how many they have not sent yet."""
    areas = (area,) if area else user.areas_for(P.REGISTRATION_SUPERVISE) or user.areas_for(P.DASHBOARD_VIEW)
    sent = Visit.objects.told_to(user).sent_in(clock.today()).filter(facilitator=OuterRef("user"))
    drafts = Visit.objects.filter(facilitator=OuterRef("user"), state=VisitStatus.DRAFT)
    return (
        Assignment.objects.current(clock.today())
        .filter(within(areas, "area__code"), role=Role.FACILITATOR)
        .annotate(visits=_how_many(sent), drafts=_how_many(drafts))
        .order_by("area__name", "user__full_name", "pk")
    )


def _how_many(visits: Any) -> Coalesce:
    counted = visits.order_by().values("facilitator").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, IntegerField()), 0)


def facilitators(user: User, area: str = "") -> dict[str, Any]:
    """Return what the home shows of them: the first rows, each with where its visits are listed, and how many there are in all."""
    found = facilitators_of(user, area)
    # Who visits has the own visits on that page, and no list of others'.
    month = f"{reverse('households:visits')}?month={month_of(clock.today())}&facilitator="
    listed = "" if user.holds(P.VISIT_WRITE) else month
    rows = [
        {
            "name": str(a.user),
            "place": a.area.name,
            "visits": a.visits,
            "url": f"{listed}{a.user_id}" if listed and a.visits else "",
            "drafts": a.drafts,
        }
        for a in found.select_related("user", "area")[:FACILITATORS]
    ]
    return {"rows": rows, "all": found.count() if len(rows) == FACILITATORS else len(rows)}


def drafts(user: User) -> int:
    """Return how many visits of one's own wait to be continued."""
    return Visit.objects.visible_to(user).filter(state=VisitStatus.DRAFT).count()


def tasks(user: User) -> list[dict[str, Any]]:
    """Return the facilitator's most pressing tasks with their deadlines, at most eight."""
    found: list[dict[str, Any]] = []
    complaints = Complaint.objects.visible_to(user).filter(state__in=("resolved", "answered_on_spot", "home_visit"))
    for row in complaints.for_list().order_by("due_at")[:4]:
        title = _("Kunjungi keluarga ini") if row.state == "home_visit" else _("Sampaikan hasil kepada warga")
        found.append(
            {
                "title": title,
                "about": " · ".join(filter(None, (row.head_here, row.village.name))),
                "due": row.due_at,
                "url": reverse("complaints:detail", args=[row.pk]),
            }
        )
    for row in Referral.objects.visible_to(user).filter(state="served").for_list()[:4]:
        found.append(
            {
                "title": _("Pastikan bantuan sudah diterima"),
                "about": _about(row.family, row.programme.name),
                "due": None,
                "url": reverse("referrals:detail", args=[row.pk]),
            }
        )
    # What the person was asked to verify first; what somebody else was asked to is not this person's task.
    rows = Registration.objects.visible_to(user).filter(Q(verifier=user) | Q(verifier=None), state__in=TO_VERIFY)
    for row in rows.for_list().order_by(F("verifier").asc(nulls_last=True), "state_since", "pk")[:4]:
        found.append(
            {
                "title": _("Verifikasi lapangan, tugas Anda") if row.verifier_id else _("Verifikasi lapangan"),
                "about": _about(row.family, row.family.household.village.name),
                "due": None,
                "url": reverse("households:registration", args=[row.pk]),
            }
        )
    return found[:8]


def _about(family: Family | None, place: str) -> str:
    name = family.head.name if family and family.head else ""
    return f"{name} · {place}" if name else place
