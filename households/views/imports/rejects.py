"""Where the rows stand that a file does not write, refused, left as they are or asked about: they leave like every list."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from households.choices.imports import ImportKind
from households.exporting_imports import RUN
from households.models import ImportRun
from households.views.imports.reach import run_of
from slrt.accounts.requests import StaffRequest
from slrt.exports.entitlement import demand_listing
from slrt.exports.registry import FORM, LISTINGS


@login_required
def import_rejects(request: StaffRequest, pk: int) -> HttpResponse:
    """To the form that asks why the refused rows leave: as a workbook, or with `?bentuk=csv` as a CSV."""
    return _asked(request, run_of(request, pk), "impor-ditolak")


@login_required
def import_held_rows(request: StaffRequest, pk: int) -> HttpResponse:
    """To the same form for the rows of families that the file left as they are."""
    return _of_extract(request, pk, "impor-dibiarkan")


@login_required
def import_asked_rows(request: StaffRequest, pk: int) -> HttpResponse:
    """To the same form for the rows of people who are recorded otherwise here, about whom a person decides."""
    return _of_extract(request, pk, "impor-tercatat-lain")


def _of_extract(request: StaffRequest, pk: int, key: str) -> HttpResponse:
    row = run_of(request, pk)
    if row.kind != ImportKind.EXTRACT:
        raise Http404
    return _asked(request, row, key)


def _asked(request: StaffRequest, row: ImportRun, key: str) -> HttpResponse:
    demand_listing(request.user, LISTINGS[key])
    if not row.stored_path:
        messages.warning(request, _("Berkas ini sudah dihapus karena lewat masa simpannya. Unggah lagi."))
        return redirect("households:import", pk=row.pk)
    asked = [(RUN, str(row.pk)), *((FORM, form) for form in request.GET.getlist(FORM)[:1])]
    return redirect(f"{reverse('exports:new', args=[key])}?{urlencode(asked)}")
