"""People who live elsewhere here, one decision each."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from households.exporting_imports import RUN, conflicts_shown
from households.importing import deciding
from households.models import ImportConflict, Person
from households.views.imports.reach import demand, run_of
from households.views.imports.words import said
from slrt.accounts.requests import StaffRequest
from slrt.core.errors import GuardFailed
from slrt.core.row_ids import row_id
from slrt.exports.registry import Asked

PER_PAGE = 200


@login_required
def import_conflicts(request: StaffRequest, pk: int) -> HttpResponse:
    """People who already live elsewhere here, or are somebody else here. Whoever lives outside the own area is not named."""
    row = run_of(request, pk)
    shown = conflicts_shown(Asked(request.user, QueryDict(urlencode({RUN: pk}))))
    page = Paginator(shown.rows, PER_PAGE).get_page(request.GET.get("page"))
    people = {p.pk: p for p in Person.objects.filter(pk__in=[c.person_id for c in page if c.own])}
    rows = [
        {
            "conflict": c,
            "own": c.own,
            "same_family": c.stored_family_id == c.extract_family_id,
            "said": said(c.said),
            **_person(people.get(c.person_id)),
        }
        for c in page
    ]
    return render(request, "households/imports/conflicts.html", {"row": row, "rows": rows, "page": page, "query": ""})


def _person(person: Person | None) -> dict[str, Any]:
    if person is None:
        return {"name": ""}
    return {"name": person.name, "born": person.birth_date, "sex": person.get_sex_display()}


@require_POST
@login_required
def conflict_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep or move one person, with a reason."""
    demand(request.user)
    conflict = get_object_or_404(ImportConflict.objects.visible_to(request.user).select_related("run"), pk=pk)
    try:
        deciding.decide(conflict, request.POST.get("decision", ""), by=request.user, note=request.POST.get("note", ""))
        messages.success(request, _("Keputusan dicatat."))
    except GuardFailed as fault:
        messages.error(request, fault.message)
    number = row_id(request.GET.get("page", ""))
    page = f"?page={number}" if number else ""
    return redirect(f"{reverse('households:import_conflicts', args=[conflict.run_id])}{page}#c{pk}")
