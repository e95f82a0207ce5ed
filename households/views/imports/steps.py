"""What a person does with a run: apply, cancel, read again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from households.importing import applying, ending
from households.views.imports.reach import run_of
from slrt.accounts.requests import StaffRequest
from slrt.core import idempotency
from slrt.core.errors import Malformed, Refusal
from slrt.core.row_ids import row_id


@require_POST
@login_required
def import_apply(request: StaffRequest, pk: int) -> HttpResponse:
    """Apply a preview; a second click finds it already applied."""
    row = run_of(request, pk)
    version = row_id(request.POST.get("version"))
    if version is None:
        raise Malformed
    try:
        idempotency.once(
            request.POST.get("idempotency_key") or None,
            user_id=request.user.pk,
            purpose=f"import:apply:{pk}",
            make=lambda: (
                applying.request_apply(
                    row, by=request.user, version=version, complete=request.POST.get("complete") == "yes"
                ).pk
            ),
        )
        messages.success(request, _("Berkas sedang diterapkan. Halaman ini boleh ditutup."))
    except Refusal as fault:
        messages.warning(request, str(fault))
    return redirect("households:import", pk=pk)


@require_POST
@login_required
def import_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a preview aside."""
    row = run_of(request, pk)
    try:
        ending.cancel(row, by=request.user)
        messages.success(request, _("Berkas dibatalkan. Tidak ada yang berubah di data keluarga."))
    except Refusal as fault:
        messages.warning(request, str(fault))
    return redirect("households:imports")


@require_POST
@login_required
def import_retry(request: StaffRequest, pk: int) -> HttpResponse:
    """Read a failed file once more."""
    row = run_of(request, pk)
    try:
        ending.retry(row, by=request.user)
        messages.success(request, _("Berkas dibaca lagi. Halaman ini boleh ditutup."))
    except Refusal as fault:
        messages.warning(request, str(fault))
    return redirect("households:import", pk=pk)
