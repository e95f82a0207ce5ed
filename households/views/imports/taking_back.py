"""An applied file is taken back."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from households.forms.imports import TakeBackForm
from households.importing import undoing
from households.models import ImportRun
from households.views.imports.reach import run_of
from households.views.imports.words import goes_back, unflagged
from slrt.accounts.requests import StaffRequest
from slrt.core import clock
from slrt.core.errors import NotPermitted, Refusal


def taken_back_until(row: ImportRun) -> datetime | None:
    """Until when the file can still be taken back; None when it cannot."""
    end = undoing.until(row)
    return end if end and clock.now() <= end else None


@login_required
def import_take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an applied file back, with a reason."""
    row = run_of(request, pk)
    if reason := undoing.who_takes_back(row, request.user):
        raise NotPermitted(reason)
    end = taken_back_until(row)
    if end is None:
        if late := undoing.too_late(row):
            messages.warning(request, late)
        return redirect("households:import", pk=pk)
    form = TakeBackForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        try:
            undoing.request(row, by=request.user, note=form.cleaned_data["note"], version=form.cleaned_data["version"])
            messages.success(request, _("Berkas sedang ditarik kembali. Halaman ini boleh ditutup."))
            return redirect("households:import", pk=pk)
        except Refusal as fault:
            form.add_error(None, str(fault))
    status = 422 if form.errors else 200
    removed, restored = goes_back(row.counts)
    context = {"row": row, "form": form, "until": end, "removed": removed, "restored": restored}
    context["unflagged"] = unflagged(row.counts, row.complete)
    return render(request, "households/imports/take_back.html", context, status=status)
