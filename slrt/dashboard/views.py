"""The front door, the home of each role, the rows behind a number, the case file, the public tracking page, help."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from complaints.selectors import find_by_code, next_for_citizen, public_steps
from households.cutoff import next_cutoff
from programs.models import Programme
from referrals.selectors import public_receiver
from slrt.accounts.access import may
from slrt.accounts.address import came_from
from slrt.accounts.models import Organisation
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission as P
from slrt.core import clock, throttle
from slrt.core.bounded import paged
from slrt.core.errors import NotPermitted
from slrt.dashboard import homes, reminders, targets, trends
from slrt.dashboard.case_file import case_file_context, visible_family
from slrt.dashboard.exporting import area_of, key_of, rows_shown
from slrt.dashboard.exporting_reminders import kind_of, reminders_shown
from slrt.dashboard.findings import findings, keeper
from slrt.dashboard.indicators import INDICATORS, NEEDED
from slrt.exports.registry import Asked
from slrt.jobs import selectors
from slrt.jobs.models import Reminder
from slrt.jobs.reminding import handle
from slrt.regions.models import Region

ROWS_PER_PAGE = 50
IDENTITY_PROGRAMME = "ADMINDUK"  # programs/catalogue.py


def front_door(request: HttpRequest) -> HttpResponse:
    """Send people to their home page, everybody else to sign in."""
    return redirect("dashboard:home" if request.user.is_authenticated else "accounts:sign_in")


@login_required
def home(request: StaffRequest) -> HttpResponse:
    """Show the home page of the person's role."""
    user = request.user
    context: dict[str, Any] = {
        "has_work": homes.has_work(user),
        "waiting": homes.waiting(user),
        "accounts": homes.accounts(user),
        "keeps_jobs": user.holds(P.JOBS_RUN) and not homes.has_work(user),
        "reminders": reminders.counted(user),
        "trouble": selectors.trouble(user),
        "findings": findings(user),
        "keeper": keeper(user),
    }
    if user.holds(P.REGISTRATION_OFFICE) or user.holds(P.REGISTRATION_RESULT):
        context["cutoff"] = next_cutoff(clock.today())
    if user.holds(P.VISIT_WRITE):
        context.update(
            visits=True, drafts=homes.drafts(user), tasks=homes.tasks(user), month=homes.counted("visited", user)
        )
    if user.areas_for(P.DASHBOARD_VIEW):
        context.update(
            _area_view(request)
            if user.areas_for(P.FAMILY_VIEW)
            else {"funnel": homes.aggregate_funnel(user), "targets": targets.totals(user), "aggregate": True}
        )
    elif user.areas_for(P.FAMILY_VIEW):
        context["late"] = [item for item in homes.late(user) if item["count"]]
        context["desk"] = user.holds(P.COMPLAINT_RECORD) and not user.holds(P.VISIT_WRITE)
    return render(request, "dashboard/home.html", context)


def _area_view(request: StaffRequest) -> dict[str, Any]:
    user = request.user
    area = area_of(request.user, request.GET)
    return {
        "area": Region.objects.filter(pk=area).first() if area else None,
        "below": _below(user, area),
        "funnel": homes.funnel(user, area),
        "late": homes.late(user, area),
        "oversight": homes.oversight(user, area),
        "facilitators": homes.facilitators(user, area),
        "trend": trends.trend(user, area),
        "targets": targets.reached(user, area),
    }


def _below(user: Any, area: str) -> list[Region]:
    parents = [area] if area else list(user.areas_for(P.FAMILY_VIEW))
    return list(Region.objects.filter(parent__in=parents, active=True).order_by("name")[:60])


@login_required
def rows(request: StaffRequest, code: str) -> HttpResponse:
    """List exactly the rows a number counts."""
    indicator = INDICATORS.get(code)
    if indicator is None:
        raise Http404
    if not request.user.holds(NEEDED[indicator.kind]):
        raise NotPermitted(_("Peran Anda tidak melihat baris di balik angka ini."))
    area = area_of(request.user, request.GET)
    found = rows_shown(indicator, Asked(request.user, request.GET)).rows
    found, pages = paged(found) if indicator.bounded else (found, Paginator)
    page = pages(found, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "indicator": indicator,
        "page": page,
        "area": Region.objects.filter(pk=area).first() if area else None,
        "query": f"wilayah={area}&" if area else "",
        "listing": key_of(indicator),
    }
    return render(request, "dashboard/rows.html", context)


@login_required
def case_file(request: StaffRequest, pk: int) -> HttpResponse:
    """Everything about one family on one page."""
    family = visible_family(request.user, pk)
    if family.pk != pk:
        return redirect("dashboard:case_file", pk=family.pk)
    return render(request, "dashboard/case_file.html", case_file_context(family, request.user))


@login_required
def reminder_list(request: StaffRequest) -> HttpResponse:
    """What the periodic jobs ask this person to look at, oldest first."""
    asked = Asked(request.user, request.GET)
    code = kind_of(asked)
    page = Paginator(reminders_shown(asked).rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": reminders.described(list(page.object_list), request.user),
        "kinds": reminders.counted(request.user),
        "code": code,
        "query": f"jenis={code}&" if code else "",
    }
    return render(request, "dashboard/reminders.html", context)


@require_POST
@login_required
def reminder_handled(request: StaffRequest, pk: int) -> HttpResponse:
    """A person has dealt with it."""
    row = get_object_or_404(Reminder.objects.visible_to(request.user), pk=pk)
    handle(row, request.user)
    messages.success(request, _("Pengingat ditandai sudah ditangani."))
    return redirect("dashboard:reminders")


@login_required
def identity_referral(request: StaffRequest, pk: int) -> HttpResponse:
    """Lead from a failed identity check to a referral to the civil registry, filled in as far as the case knows."""
    family = visible_family(request.user, pk)
    decision = may(request.user, P.REFERRAL_DRAFT, family)
    if not decision:
        raise NotPermitted(decision.reason)
    query: dict[str, str | int] = {"keluarga": family.pk, "sebab": "identitas"}
    programme = Programme.objects.active().filter(code=IDENTITY_PROGRAMME).first()
    if programme is not None:
        query["program"] = programme.pk
    return redirect(f"{reverse('referrals:new')}?{urlencode(query)}")


@never_cache
def tracking(request: HttpRequest) -> HttpResponse:
    """The public page: the steps of a complaint by its code, nothing personal, no sign-in, no script."""
    code = request.POST.get("kode", "") or request.GET.get("kode", "")
    context: dict[str, Any] = {
        "code": code[:40],
        "offices": Organisation.objects.active().filter(kind="social_office")[:3],
    }
    status = 200
    if code and request.method == "POST":
        if not throttle.allow("lacak", came_from(request), settings.TRACKING_TRIES_PER_MINUTE):
            return render(request, "dashboard/tracking.html", {**context, "slow_down": True}, status=429)
        complaint = find_by_code(code)
        if complaint is None:
            context["unknown"], status = True, 404
        else:
            steps = public_steps(complaint, public_receiver(complaint))
            context.update(
                steps=steps,
                kind=complaint.get_kind_display(),
                received=complaint.received_at,
                coming=next_for_citizen(complaint),
            )
    return render(request, "dashboard/tracking.html", context, status=status)


def help_page(request: HttpRequest) -> HttpResponse:
    """How to do the main things, in plain words, by role."""
    return render(request, "dashboard/help.html")
