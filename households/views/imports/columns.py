"""Which heading is which column."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from households.choices.imports import ImportState
from households.importing import matching
from households.importing.blank import columns_of
from households.importing.other_kinds import strange_and_known
from households.views.imports.reach import run_of
from slrt.accounts.requests import StaffRequest
from slrt.core.errors import GuardFailed


@login_required
def import_columns(request: StaffRequest, pk: int) -> HttpResponse:
    """Which heading of the file is which of our columns, when the file does not say it itself."""
    row = run_of(request, pk)
    missing, headers = row.counts.get("missing_columns", []), row.counts.get("headers", [])
    if row.state != ImportState.COLUMNS:
        return redirect("households:import", pk=pk)
    others = [name for name in columns_of(row.kind).all if name not in missing]
    fault = ""
    if request.method == "POST":
        chosen = {request.POST.get(f"column-{name}", ""): name for name in (*missing, *others)}
        try:
            source = request.POST.get("source", "").strip()
            matching.match_columns(row, {h: c for h, c in chosen.items() if h}, by=request.user, source=source)
            messages.success(request, _("Kolom dicocokkan. Berkas dibaca lagi."))
            return redirect("households:import", pk=pk)
        except GuardFailed as refused:
            fault = refused.message
    lines = [{"column": name, "chosen": request.POST.get(f"column-{name}", "")} for name in missing]
    strange, known = strange_and_known(headers, row.kind)
    context = {"row": row, "lines": lines, "strange": strange, "known": known, "fault": fault}
    return render(request, "households/imports/columns.html", context, status=422 if fault else 200)
