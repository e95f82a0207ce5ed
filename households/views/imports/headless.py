"""The families that came without a head, all of them, page by page."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render

from households.importing import headless
from households.importing.headless import Line
from households.models import Family
from households.tables import PER_PAGE
from households.views.imports.reach import run_of
from slrt.accounts.models import User
from slrt.accounts.querysets import covers
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.regions.models import Region


@dataclass(frozen=True)
class _Shown:
    """A line with its village's name, and whether the family can be opened here."""

    line: Line
    village: str
    is_here: bool


@login_required
def import_headless(request: StaffRequest, pk: int) -> HttpResponse:
    """Those whom the person may see; how many others there are is said, not who. 404 when no list is kept."""
    row = run_of(request, pk)
    lines = headless.lines_of(row, request.user)
    if lines is None:
        raise Http404
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))  # type: ignore[arg-type]  # counted and sliced, which it asks for
    own = page.paginator.count
    context = {
        "row": row,
        "page": page,
        "lines": _shown(list(page), request.user),
        "own": own,
        "outside": row.counts["warned"]["headless"] - own,
    }
    return render(request, "households/imports/headless.html", context)


def own_sample(sample: list[dict[str, Any]], user: User) -> list[dict[str, Any]]:
    """The few that the preview kept, without those who live outside the person's areas."""
    areas = user.areas_for(Permission.FAMILY_VIEW)
    return [line for line in sample if any(covers(area, line["village"]) for area in areas)]


def _shown(lines: list[Line], user: User) -> list[_Shown]:
    names = dict(Region.objects.filter(code__in={line.village for line in lines}).values_list("code", "name"))
    known = Family.objects.visible_to(user).filter(pk__in=[line.family_id for line in lines if line.family_id])
    here = set(known.values_list("pk", flat=True))
    return [_Shown(line, names.get(line.village, ""), line.family_id in here) for line in lines]
