"""Whose visits and villages these are: what the signed-in person may open."""

from typing import Any

from django.shortcuts import get_object_or_404

from households.models import Visit
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


def demand_visits(user: User) -> None:
    """Raise NotPermitted unless the person makes visits somewhere."""
    decision = may(user, Permission.VISIT_WRITE)
    if not decision:
        raise NotPermitted(decision.reason)


def villages_of(user: User) -> Any:
    """Return the villages in which the person makes visits."""
    return Region.objects.villages().filter(within(user.areas_for(Permission.VISIT_WRITE), "code")).order_by("name")
