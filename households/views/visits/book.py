"""The code book of a visit is chosen before the family is asked anything."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from households import visiting
from households.choices.visit import VisitStatus
from households.views.visits.reach import visit_of
from slrt.accounts.requests import StaffRequest
from slrt.core.errors import GuardFailed


@require_POST
@login_required
def visit_book(request: StaffRequest, pk: int) -> HttpResponse:
    """Make the visit with the code book whose button was pressed."""
    visit = visit_of(request, pk)
    if visit.state != VisitStatus.DRAFT:
        return redirect("households:visit_receipt", pk=pk)
    try:
        visit = visiting.choose_book(visit, request.POST.get("book", ""), by=request.user)
    except GuardFailed as fault:
        messages.error(request, fault.message)
    else:
        sentence = _("Kunjungan ini memakai buku kode %(book)s.")
        messages.success(request, sentence % {"book": visit.get_codebook_display()})
    return redirect("households:visit", pk=pk)
