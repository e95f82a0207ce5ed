"""A preview goes back to whoever uploaded it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from households.choices.imports import ImportState
from households.forms.imports import HandBackForm
from households.importing import handing_back
from households.views.imports.reach import run_of
from slrt.accounts.requests import StaffRequest
from slrt.core.errors import NotPermitted, Refusal


@login_required
def import_hand_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand a preview of somebody else back, with what is to be mended."""
    row = run_of(request, pk)
    if reason := handing_back.who_hands_back(row, request.user):
        raise NotPermitted(reason)
    if row.state != ImportState.PREVIEWED:
        return redirect("households:import", pk=pk)
    form = HandBackForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        try:
            handing_back.hand_back(row, by=request.user, **form.cleaned_data)
        except Refusal as fault:
            form.add_error(None, str(fault))
        else:
            said = _("Berkas dikembalikan kepada %(person)s. Tidak ada yang berubah di data keluarga.")
            messages.success(request, said % {"person": row.started_by})
            return redirect("households:import", pk=pk)
    status = 422 if form.errors else 200
    return render(request, "households/imports/hand_back.html", {"row": row, "form": form}, status=status)
