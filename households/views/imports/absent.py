"""Whom a file no longer holds, families and people, and the families whose number it brings with other people: all, page by page."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django_tables2 import RequestConfig

from households.exporting_absent import absent_families_shown, absent_people_shown, replaced_families_shown
from households.exporting_imports import RUN
from households.importing import missing, replaced
from households.models import ImportRun
from households.tables import PER_PAGE, FamilyTable, MemberTable
from households.views.imports.reach import run_of
from slrt.accounts.requests import StaffRequest
from slrt.core.lists import ListTable
from slrt.exports.registry import Asked, Shown


@login_required
def import_absent(request: StaffRequest, pk: int) -> HttpResponse:
    """The families that the file holds no longer."""
    row = run_of(request, pk)
    found = missing.families_of(row)
    counted = row.counts.get("missing_families", 0)
    return _list(request, row, found, absent_families_shown, FamilyTable, "head", "absent", counted)


@login_required
def import_absent_people(request: StaffRequest, pk: int) -> HttpResponse:
    """The people whom the rows of their families name no longer."""
    row = run_of(request, pk)
    found, counted = missing.people_of(row), row.counts.get("missing", 0)
    return _list(request, row, found, absent_people_shown, MemberTable, "name", "absent_people", counted)


@login_required
def import_replaced(request: StaffRequest, pk: int) -> HttpResponse:
    """The families of whom the file names nobody who is known to live there."""
    row = run_of(request, pk)
    found, counted = replaced.families_of(row), row.counts.get("warned", {}).get("replaced", 0)
    return _list(request, row, found, replaced_families_shown, FamilyTable, "head", "replaced", counted)


def _list(
    request: StaffRequest,
    row: ImportRun,
    found: Any,
    shown_to: Callable[[Asked], Shown],
    table_of: type[ListTable],
    name: str,
    template: str,
    counted: int,
) -> HttpResponse:
    """Those whom the person may see by name; how many others there are is said, not who. 404 when no list is kept.

    `found`: all of them, as far as they are known; `counted`: how many the run found.
    """
    if found is None:
        raise Http404
    asked = QueryDict(mutable=True)
    asked.update({RUN: str(row.pk)})
    asked.setlist("sort", request.GET.getlist("sort"))
    shown = shown_to(Asked(request.user, asked))
    table = table_of(shown.rows, order_by=request.GET.getlist("sort") or ("village", name))
    RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)
    there, own = found.there().count(), table.paginator.count
    context = {"row": row, "table": table, "own": own, "outside": there - own, "gone": max(counted - there, 0)}
    return render(request, f"households/imports/{template}.html", context)
