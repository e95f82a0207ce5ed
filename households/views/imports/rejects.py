"""The refused rows as a file."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect

from households.importing import rejects
from households.importing.reading import Unreadable
from households.views.imports.reach import run_of
from slrt.accounts.access import may
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core.errors import NotPermitted


@login_required
def import_rejects(request: StaffRequest, pk: int) -> HttpResponse:
    """The refused rows as a file, with reason and mend: a workbook, or with `?bentuk=csv` a CSV."""
    row = run_of(request, pk)
    decision = may(request.user, Permission.IMPORT_RUN, row)
    if not decision:
        raise NotPermitted(decision.reason)
    form = request.GET.get("bentuk", "")
    kind = form if form in rejects.FORMS else "xlsx"
    try:
        data = rejects.build(row, by=request.user, form=kind)
    except Unreadable as fault:
        messages.warning(request, str(fault))
        return redirect("households:import", pk=pk)
    types = {
        "csv": "text/csv; charset=utf-8",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
    response = HttpResponse(data, content_type=types[kind])
    response["Content-Disposition"] = f'attachment; filename="ditolak-{pk}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response
