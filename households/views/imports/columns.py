"""Which heading is which column."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from households.importing import matching
from households.views.imports.reach import run_of
from slrt.accounts.requests import StaffRequest
from slrt.core.errors import GuardFailed


@login_required
def import_columns(request: StaffRequest, pk: int) -> HttpResponse:
    """Which heading of the file is which of our columns, where the file does not say it itself."""
    row = run_of(request, pk)
    left = matching.open_columns(row)
    if not left.some:
        return redirect("households:import", pk=pk)
    fault = ""
    if request.method == "POST":
        asked = (*left.required, *left.matched, *left.optional)
        chosen = {name: request.POST.get(f"column-{name}", "") for name in asked}
        try:
            matching.match_columns(row, chosen, by=request.user, source=request.POST.get("source", "").strip())
            messages.success(request, _("Kolom dicocokkan. Berkas dibaca lagi."))
            return redirect("households:import", pk=pk)
        except GuardFailed as refused:
            fault = refused.message
    context = {
        "row": row,
        "required": _lines(request, left, left.required),
        "matched": _lines(request, left, left.matched),
        "needed": left.needed,
        "optional": _lines(request, left, left.optional) if left.strange else [],
        "strange": left.strange,
        "unread": left.unread,
        "known": [heading for heading in left.headings if heading not in left.strange],
        "fault": fault,
    }
    return render(request, "households/imports/columns.html", context, status=422 if fault else 200)


def _lines(request: StaffRequest, left: matching.Open, columns: Iterable[str]) -> list[dict[str, Any]]:
    return [
        {
            "column": name,
            "chosen": left.heading_for(name, request.POST.get(f"column-{name}", left.matched.get(name, ""))),
        }
        for name in columns
    ]
