"""The families that a file no longer holds, all of them, page by page."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django_tables2 import RequestConfig

from households.exporting_absent import absent_families_shown
from households.exporting_imports import RUN
from households.importing import missing
from households.tables import PER_PAGE, FamilyTable
from households.views.imports.reach import run_of
from slrt.accounts.requests import StaffRequest
from slrt.exports.registry import Asked


@login_required
def import_absent(request: StaffRequest, pk: int) -> HttpResponse:
    """Those whom the person may see by name; how many others there are is said, not who. 404 when no list is kept."""
    row = run_of(request, pk)
    families = missing.families_of(row)
    if families is None:
        raise Http404
    asked = QueryDict(mutable=True)
    asked.update({RUN: str(row.pk)})
    asked.setlist("sort", request.GET.getlist("sort"))
    shown = absent_families_shown(Asked(request.user, asked))
    table = FamilyTable(shown.rows, order_by=request.GET.getlist("sort") or ("village", "head"))
    RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)
    total, own = families.count(), table.paginator.count
    context = {"row": row, "table": table, "own": own, "outside": total - own}
    return render(request, "households/imports/absent.html", context)
