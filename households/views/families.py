"""Finding families, and showing full numbers and private answers to whom the role allows."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_tables2 import RequestConfig

from households.exporting import families_shown
from households.models import Family, Person
from households.registry.private import private_answers
from households.search import is_number, search
from households.tables import PER_PAGE, FamilyTable
from slrt.accounts.access import may
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.core.errors import NotPermitted
from slrt.exports.registry import Asked


@login_required
def family_list(request: StaffRequest) -> HttpResponse:
    """List and search. Numbers come by POST, so that they stand in no address and no log."""
    decision = may(request.user, Permission.FAMILY_VIEW)
    if not decision:
        raise NotPermitted(decision.reason)
    query = (request.POST.get("q") or request.GET.get("q") or "").strip()[:100]
    families: Any = None
    elsewhere, capped, short, ask = False, False, False, ""
    if query and (request.method == "POST" or not is_number(query)):
        found = search(query, request.user)
        families, elsewhere, capped, short = found.families, found.elsewhere, found.capped, found.short
        ask = found.ask
    shown = families_shown(Asked(request.user, request.GET), families)
    table = FamilyTable(shown.filter.qs, order_by=request.GET.get("sort", ""))
    RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)
    context = {
        "table": table,
        "filter": shown.filter,
        "query": query,
        "elsewhere": elsewhere,
        # A number stands in no address, so what it led to is not a list that can be asked for again.
        "export_params": None if is_number(query) or short else {"q": query},
        "capped": capped,
        "short": short,
        "ask": ask,
        "may_visit": request.user.holds(Permission.VISIT_WRITE),
    }
    return render(request, "households/list.html", context)


@require_POST
@login_required
def reveal(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the full numbers and the private answers of one family; the audit trail says who saw them."""
    family = get_object_or_404(Family.objects.visible_to(request.user).for_page(), pk=pk)
    decision = may(request.user, Permission.PERSON_REVEAL, family)
    if not decision:
        raise NotPermitted(decision.reason)
    people = Person.objects.filter(memberships__family=family, memberships__ended_on=None).order_by(
        "memberships__relation", "birth_date"
    )
    private = private_answers(family)
    asked = sorted({answer.name for answer in private})
    trail.read("reveal", family, by=request.user, persons=[person.pk for person in people], answers=asked)
    context = {"family": family, "people": people, "private": private, "title": _("Nomor dan jawaban pribadi")}
    response = render(request, "households/reveal.html", context)
    response["Cache-Control"] = "no-store"
    return response
