"""The list of visits, the search before a new one, and its beginning."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from households import visiting
from households.choices.person import Relation
from households.choices.visit import VisitStatus
from households.exporting import visits_shown
from households.models import Family, Visit
from households.questionnaire import progress
from households.search import is_number, search
from households.validators import clean_digits
from households.views.visits.reach import demand_visits, villages_of
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core import clock, idempotency
from slrt.core.errors import NotPermitted
from slrt.core.numbers import masked
from slrt.core.row_ids import row_id
from slrt.exports.registry import Asked

PER_PAGE = 50
NUMBER_DIGITS = 16


@login_required
def visit_list(request: StaffRequest) -> HttpResponse:
    """My drafts, then what I sent; for whoever does not visit, what was visited in the own area."""
    found = visits_shown(Asked(request.user, request.GET))
    shown = found.rows.select_related("village", "family__head")
    if request.user.holds(Permission.VISIT_WRITE):
        page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
        drafts = request.GET.get("tab") == VisitStatus.DRAFT
        context: dict[str, Any] = {"page": page, "query": "tab=draft&" if drafts else "", "drafts": drafts}
        context.update(rows=[row_of(visit) for visit in page], tabs=_tabs(request.user, drafts))
        return render(request, "households/visits.html", context)
    decision = may(request.user, Permission.FAMILY_VIEW)
    if not decision:
        raise NotPermitted(decision.reason)
    page = Paginator(shown.select_related("facilitator"), PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {"page": page, "filter": found.filter, "query": f"{query.urlencode()}&" if query else ""}
    return render(request, "households/visits_over.html", context)


def _tabs(user: User, drafts: bool) -> list[dict[str, Any]]:
    own, path = Visit.objects.visible_to(user), reverse("households:visits")
    waiting = own.filter(state=VisitStatus.DRAFT).count()
    return [
        {"label": _("Dilanjutkan"), "url": f"{path}?tab=draft", "count": waiting, "active": drafts},
        {"label": _("Semua"), "url": path, "count": own.count(), "active": not drafts},
    ]


def row_of(visit: Visit) -> dict[str, Any]:
    """Return a visit as a line of the list."""
    answers = visit.answers
    head = next(
        (
            answers["members"][k].get("name")
            for k in answers["order"]
            if answers["members"][k].get("relation") == Relation.HEAD
        ),
        "",
    )
    tasks = progress(answers, clock.today())
    return {
        "visit": visit,
        "head": masked(head) or _("Keluarga baru"),
        "done": sum(t["done"] for t in tasks),
        "total": len(tasks),
    }


@login_required
def visit_new(request: StaffRequest) -> HttpResponse:
    """Search before creating: an existing family is opened, only an unknown one is begun."""
    demand_visits(request.user)
    query = request.POST.get("q", "").strip()[:100]
    context: dict[str, Any] = {
        "query": query,
        "is_number": _is_whole_number(query),
        "villages": villages_of(request.user)[:300],
        "key": idempotency.new_key(),
    }
    if query:
        found = search(query, request.user)
        families = found.families.for_list()[:10]
        context.update(families=families, elsewhere=found.elsewhere, ask=found.ask, short=found.short)
        context["searched"] = not found.short
    return render(request, "households/visit_new.html", context)


@require_POST
@login_required
def visit_begin(request: StaffRequest) -> HttpResponse:
    """Begin a visit to a known family, or to a new one in a village of the own area."""
    demand_visits(request.user)
    family = None
    if (number := row_id(request.POST.get("family"))) is not None:
        family = get_object_or_404(Family.objects.visible_to(request.user).for_page(), pk=number)
        village = family.household.village_id
    else:
        village = get_object_or_404(villages_of(request.user), pk=request.POST.get("village", "")).code

    def begin() -> int:
        return visiting.begin(by=request.user, village_id=village, family=family, **_searched(request)).pk

    pk, _fresh = idempotency.once(
        request.POST.get("idempotency_key") or None, user_id=request.user.pk, purpose="visit:begin", make=begin
    )
    return redirect("households:visit", pk=int(pk))


def _is_whole_number(text: str) -> bool:
    return is_number(text) and len(clean_digits(text)) == NUMBER_DIGITS


def _searched(request: StaffRequest) -> dict[str, Any]:
    """What was typed in the search is not typed again: the button pressed says what the number is."""
    query, kind = request.POST.get("q", "").strip()[:100], request.POST.get("is", "")
    number = clean_digits(query)
    if kind in ("nik", "kk") and _is_whole_number(query):
        return {"first": {"nik": number}} if kind == "nik" else {"kk": number}
    return {"first": {"name": masked(query)}} if kind == "name" and query else {}
