"""Who works with imports, and whose runs they reach."""

from django.shortcuts import get_object_or_404

from households.models import ImportRun
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core.errors import NotPermitted


def demand(user: User) -> None:
    """Whoever imports, or approves what others want to import."""
    decision = may(user, Permission.IMPORT_RUN)
    if not decision and not may(user, Permission.IMPORT_APPROVE):
        raise NotPermitted(decision.reason)


def run_of(request: StaffRequest, pk: int) -> ImportRun:
    """Return a run that the person may see; 404 for any other. Raises NotPermitted."""
    demand(request.user)
    return get_object_or_404(ImportRun.objects.visible_to(request.user).select_related("area", "started_by"), pk=pk)
