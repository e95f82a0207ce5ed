"""The refused rows as a file, and those of families that were left as they are."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from households.choices.imports import ImportKind
from households.importing import held_rows, rejects
from households.importing.reading import Unreadable
from households.models import ImportRun
from households.views.imports.reach import run_of
from slrt.accounts.access import may
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core.errors import NotPermitted


@login_required
def import_rejects(request: StaffRequest, pk: int) -> HttpResponse:
    """The refused rows as a file, with reason and mend: a workbook, or with `?bentuk=csv` a CSV."""
    return _rows(request, run_of(request, pk), rejects.build, "ditolak")


@login_required
def import_held_rows(request: StaffRequest, pk: int) -> HttpResponse:
    """The rows of families that the file left as they are, with why: a workbook, or with `?bentuk=csv` a CSV."""
    row = run_of(request, pk)
    if row.kind != ImportKind.EXTRACT:
        raise Http404
    return _rows(request, row, held_rows.build, "dibiarkan")


def _rows(request: StaffRequest, row: ImportRun, build: Callable[..., bytes], name: str) -> HttpResponse:
    decision = may(request.user, Permission.IMPORT_RUN, row)
    if not decision:
        raise NotPermitted(decision.reason)
    form = request.GET.get("bentuk", "")
    kind = form if form in rejects.FORMS else "xlsx"
    try:
        data = build(row, by=request.user, form=kind)
    except Unreadable as fault:
        messages.warning(request, str(fault))
        return redirect("households:import", pk=row.pk)
    types = {
        "csv": "text/csv; charset=utf-8",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
    response = HttpResponse(data, content_type=types[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}-{row.pk}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response
