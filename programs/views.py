"""The catalogue in plain language: for whom, what it gives, what papers it asks for."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from programs.exporting import programmes_shown
from programs.models import Programme
from slrt.accounts.access import may
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core.errors import NotPermitted
from slrt.exports.registry import Asked


def _demand(request: StaffRequest) -> None:
    decision = may(request.user, Permission.PROGRAM_VIEW)
    if not decision:
        raise NotPermitted(decision.reason)


@login_required
def programme_list(request: StaffRequest) -> HttpResponse:
    """Running programmes first, then those that were renamed or closed, with their successor."""
    _demand(request)
    rows = list(programmes_shown(Asked(request.user, request.GET)).rows.select_related("successor"))
    context = {
        "active": [row for row in rows if row.status == Programme.Status.ACTIVE],
        "former": [row for row in rows if row.status != Programme.Status.ACTIVE],
    }
    return render(request, "programs/list.html", context)


@login_required
def programme_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One programme as one would explain it at the door."""
    _demand(request)
    row = get_object_or_404(Programme.objects.select_related("successor"), pk=pk)
    return render(request, "programs/detail.html", {"row": row, "receivers": row.receivers.active()})
