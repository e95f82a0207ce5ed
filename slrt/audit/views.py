"""The auditor reads the trail: who did or saw what, when, where."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import render

from slrt.accounts.access import may
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.audit.filters import AuditFilter
from slrt.audit.models import AuditEntry
from slrt.core.errors import NotPermitted
from slrt.regions.models import Region

PER_PAGE = 50


@login_required
def audit_list(request: StaffRequest) -> HttpResponse:
    """The trail of the auditor's area, newest first."""
    decision = may(request.user, Permission.AUDIT_VIEW)
    if not decision:
        raise NotPermitted(decision.reason)
    narrowed = AuditFilter(request.GET, AuditEntry.objects.visible_to(request.user).select_related("actor"))
    where = Region.objects.filter(pk=OuterRef("place")).values("name")
    page = Paginator(narrowed.qs.annotate(place_name=Subquery(where)), PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context: dict[str, Any] = {"page": page, "filter": narrowed, "query": f"{query.urlencode()}&" if query else ""}
    return render(request, "audit/list.html", context)
