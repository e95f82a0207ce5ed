"""What was sent and when, and what comes next."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render

from households.choices.visit import VisitStatus
from households.views.visits.reach import visit_of
from slrt.accounts.requests import StaffRequest


@login_required
def visit_receipt(request: StaffRequest, pk: int) -> HttpResponse:
    """What was sent and when, or that the family refused, and what comes next."""
    visit = visit_of(request, pk)
    if visit.state == VisitStatus.DRAFT:
        return redirect("households:visit", pk=pk)
    registration = visit.family.registrations.order_by("-pk").first() if visit.family and visit.sent_at else None
    return render(
        request,
        "households/visit_receipt.html",
        {"visit": visit, "registration": registration, "people": len(visit.answers["order"])},
    )
