"""The workbook for SIKS-NG."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render

from households.cutoff import next_cutoff
from households.forms.siks import PurposeForm
from households.siks import export, sort_out, workbooks_of
from slrt.accounts.access import may
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted

WORKBOOKS_SHOWN = 10
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
def siks_export(request: StaffRequest) -> HttpResponse:
    """The workbook for SIKS-NG; every download is in the trail with its purpose."""
    decision = may(request.user, Permission.REGISTRATION_SEND)
    if not decision:
        raise NotPermitted(decision.reason)
    form = PurposeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                data = export(by=request.user, purpose=form.cleaned_data["purpose"])
        except GuardFailed as fault:
            form.add_error(fault.field or None, fault.message)
        else:
            response = HttpResponse(data, content_type=XLSX)
            response["Content-Disposition"] = f'attachment; filename="siks-ng-{clock.today().isoformat()}.xlsx"'
            response["Cache-Control"] = "no-store"
            return response
    found = sort_out(request.user)
    context = {
        "form": form,
        "count": len(found.rows),
        "left_out": found.left_out,
        "unrelated": found.unrelated,
        "workbooks": workbooks_of(request.user)[:WORKBOOKS_SHOWN],
        "cutoff": next_cutoff(clock.today()),
    }
    return render(request, "households/registration_export.html", context, status=422 if form.errors else 200)
