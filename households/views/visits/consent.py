"""The family refuses."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render

from households import visiting
from households.choices.visit import VisitStatus
from households.forms.visit.ending import RefusalForm
from households.views.visits.reach import visit_of
from slrt.accounts.requests import StaffRequest
from slrt.core.errors import GuardFailed


@login_required
def visit_refuse(request: StaffRequest, pk: int) -> HttpResponse:
    """The family refuses: the visit ends with that, and what was entered is emptied."""
    visit = visit_of(request, pk)
    if visit.state != VisitStatus.DRAFT:
        return redirect("households:visit_receipt", pk=pk)
    form = RefusalForm(request.POST if request.method == "POST" else None)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            visiting.refuse(visit, by=request.user, reason=form.cleaned_data["reason"])
        except GuardFailed as fault:
            form.add_error(fault.field, fault.message)
            status = 422
        else:
            return redirect("households:visit_receipt", pk=pk)
    return render(request, "households/visit_refuse.html", {"visit": visit, "form": form}, status=status)
