"""The families that a file no longer holds, and those whose number it brings with other people: all of them, page by page."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django_tables2 import RequestConfig

from households.exporting_absent import absent_families_shown, replaced_families_shown
from households.exporting_imports import RUN
from households.importing import missing, replaced
from households.models import ImportRun
from households.querysets.household import FamilyQuerySet
from households.tables import PER_PAGE, FamilyTable
from households.views.imports.reach import run_of
from slrt.accounts.requests import StaffRequest
from slrt.exports.registry import Asked, Shown


@login_required
def import_absent(request: StaffRequest, pk: int) -> HttpResponse:
    """Those that the file holds no longer."""
    return _list(request, pk, missing.families_of, absent_families_shown, "households/imports/absent.html")


@login_required
def import_replaced(request: StaffRequest, pk: int) -> HttpResponse:
    """Those of whom the file names nobody who is known to live there."""
    return _list(request, pk, replaced.families_of, replaced_families_shown, "households/imports/replaced.html")


def _list(
    request: StaffRequest,
    pk: int,
    families_of: Callable[[ImportRun], FamilyQuerySet | None],
    shown_to: Callable[[Asked], Shown],
    template: str,
) -> HttpResponse:
    """Those whom the person may see by name; how many others there are is said, not who. 404 when no list is kept."""
    row = run_of(request, pk)
    families = families_of(row)
    if families is None:
        raise Http404
    asked = QueryDict(mutable=True)
    asked.update({RUN: str(row.pk)})
    asked.setlist("sort", request.GET.getlist("sort"))
    shown = shown_to(Asked(request.user, asked))
    table = FamilyTable(shown.rows, order_by=request.GET.getlist("sort") or ("village", "head"))
    RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)
    total, own = families.count(), table.paginator.count
    context = {"row": row, "table": table, "own": own, "outside": total - own}
    return render(request, template, context)
