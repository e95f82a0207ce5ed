"""Whose visits and villages these are: what the signed-in person may open."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from households.models import Visit
from households.questionnaire import consent
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.querysets import within
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core.errors import NotPermitted
from slrt.regions.models import Region


def visit_of(request: StaffRequest, pk: int) -> Visit:
    """Return a visit that the signed-in person may see. Raises Http404."""
    return get_object_or_404(Visit.objects.visible_to(request.user).select_related("village"), pk=pk)


def consent_first(visit: Visit) -> HttpResponse | None:
    """Return the way to the consent screen while the family has not agreed; None when it has.

    Whoever opens a question by its address is led there like everybody else, and nothing that was sent along is kept.
    """
    if consent.is_given(visit.answers):
        return None
    return redirect("households:visit_screen", pk=visit.pk, screen=consent.STEP)


def demand_visits(user: User) -> None:
    """Raise NotPermitted unless the person makes visits somewhere."""
    decision = may(user, Permission.VISIT_WRITE)
    if not decision:
        raise NotPermitted(decision.reason)


def villages_of(user: User) -> Any:
    """Return the villages in which the person makes visits."""
    return Region.objects.villages().filter(within(user.areas_for(Permission.VISIT_WRITE), "code")).order_by("name")
