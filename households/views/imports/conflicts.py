"""People who live elsewhere here, one decision each."""

from dataclasses import dataclass
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

from households.choices.person import Relation
from households.exporting_imports import RUN, conflicts_shown
from households.importing import deciding, renumbered
from households.models import Family, ImportConflict, ImportRun, Membership, Person
from households.views.imports.reach import demand, run_of
from households.views.imports.words import said
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core.errors import GuardFailed
from slrt.core.row_ids import row_id
from slrt.exports.registry import Asked

PER_PAGE = 200


@dataclass(frozen=True)
class _Refused:
    """A decision that was refused: of which difference, why, and what was entered."""

    conflict: int
    sentence: str
    note: str
    new_head: int | None


@login_required
def import_conflicts(request: StaffRequest, pk: int) -> HttpResponse:
    """People who live elsewhere, are somebody else, or have another NIK here. Whoever lives outside the own area is not named."""
    return _page(request, run_of(request, pk))


def _page(request: StaffRequest, row: ImportRun, refused: _Refused | None = None) -> HttpResponse:
    """One page of a run's differences; a refused decision comes back with its sentence and what was entered."""
    pk = row.pk
    shown = conflicts_shown(Asked(request.user, QueryDict(urlencode({RUN: pk}))))
    page = Paginator(shown.rows, PER_PAGE).get_page(request.GET.get("page"))
    conflicts = list(page)
    sides = deciding.sides_of(conflicts, request.user)
    families = _families(request.user, conflicts)
    places = _places(conflicts)
    people = {p.pk: p for p in Person.objects.filter(pk__in=[c.person_id for c in conflicts if c.own])}
    rows = [
        {
            "conflict": c,
            "own": c.own,
            "same_family": c.stored_family_id == c.extract_family_id,
            "not_moved_because": "" if c.decision or c.agreed else sides[c.pk].why_not,
            "heirs": sides[c.pk].heirs,
            "refused": refused if refused and refused.conflict == c.pk else None,
            "stored": families.get(c.stored_family_id),
            "stored_place": _relation(places.get((c.person_id, c.stored_family_id), "")),
            "extract": families.get(c.extract_family_id or 0),
            "extract_place": _relation(c.relation),
            "said": said(c.said),
            "numbers": c.said if "nik" in c.said else {},
            "departed": "nik" in c.said and sides[c.pk].living != sides[c.pk].target,
            "where_apart": renumbered.where_apart(c.said),
            **_person(people.get(c.person_id)),
        }
        for c in conflicts
    ]
    context = {"row": row, "rows": rows, "page": page, "query": ""}
    context["not_decided_because"] = may(request.user, Permission.IMPORT_RUN, row).reason
    return render(request, "households/imports/conflicts.html", context, status=422 if refused else 200)


def _families(user: User, conflicts: list[ImportConflict]) -> dict[int, Family]:
    """The families on both sides that the person may see, with head and village."""
    asked = {pk for c in conflicts for pk in (c.stored_family_id, c.extract_family_id) if pk}
    return Family.objects.visible_to(user).select_related("head", "household__village").in_bulk(asked)


def _places(conflicts: list[ImportConflict]) -> dict[tuple[int, int], str]:
    """What each person is in the family they live in, by person and family."""
    living = Membership.objects.open().filter(person_id__in=[c.person_id for c in conflicts])
    return {(m.person_id, m.family_id): m.relation for m in living}


def _relation(code: str) -> str:
    return str(Relation(code).label) if code else ""


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
    note, new_head = request.POST.get("note", ""), row_id(request.POST.get("new_head", ""))
    try:
        deciding.decide(conflict, request.POST.get("decision", ""), by=request.user, note=note, new_head=new_head)
    except GuardFailed as fault:
        return _page(request, conflict.run, _Refused(pk, fault.message, note, new_head))
    messages.success(request, _("Keputusan dicatat."))
    number = row_id(request.GET.get("page", ""))
    page = f"?page={number}" if number else ""
    return redirect(f"{reverse('households:import_conflicts', args=[conflict.run_id])}{page}#c{pk}")
