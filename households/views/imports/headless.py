"""The families that came without a head, all of them, page by page."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render

from households.exporting_headless import headless_families_shown
from households.exporting_imports import RUN
from households.importing import headless
from households.tables import PER_PAGE
from households.views.imports.reach import run_of
from slrt.accounts.models import User
from slrt.accounts.querysets import covers
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.exports.registry import Asked


@login_required
def import_headless(request: StaffRequest, pk: int) -> HttpResponse:
    """Those whom the person may see; how many others there are is said, not who. 404 when no list is kept."""
    row = run_of(request, pk)
    if not headless.is_kept(row):
        raise Http404
    rows = headless_families_shown(Asked(request.user, QueryDict(f"{RUN}={row.pk}"))).rows
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    own = page.paginator.count
    outside = row.counts["warned"]["headless"] - own
    return render(
        request, "households/imports/headless.html", {"row": row, "page": page, "own": own, "outside": outside}
    )


def own_sample(sample: list[dict[str, Any]], user: User) -> list[dict[str, Any]]:
    """The few that the preview kept, without those who live outside the person's areas."""
    areas = user.areas_for(Permission.FAMILY_VIEW)
    return [line for line in sample if any(covers(area, line["village"]) for area in areas)]
