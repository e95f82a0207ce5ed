"""A village's initial and final list, to print and to put up."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render

from households.exporting_village import (
    LISTS,
    VILLAGE,
    VILLAGE_CODE,
    VILLAGE_NAME,
    WHICH,
    village_list_shown,
    village_lists_shown,
)
from slrt.accounts.access import may
from slrt.accounts.querysets import within
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core.errors import NotPermitted
from slrt.exports.registry import Asked
from slrt.regions.models import Region

LIST_SHOWN = 2000


@login_required
def village_lists(request: StaffRequest) -> HttpResponse:
    """The villages of the own area with how many families stand on each list."""
    _demand_view(request)
    villages = [
        {
            "code": row[VILLAGE_CODE],
            "name": row[VILLAGE_NAME],
            "lists": [{"key": key, "title": title, "count": row[key]} for key, (title, _states) in LISTS.items()],
        }
        for row in village_lists_shown(Asked(request.user, request.GET)).rows
    ]
    return render(request, "households/registration_villages.html", {"villages": villages})


@login_required
def village_list(request: StaffRequest, code: str, which: str) -> HttpResponse:
    """One village's initial or final list, to print and to put up; card numbers stay masked."""
    _demand_view(request)
    if which not in LISTS:
        raise Http404
    village = get_object_or_404(
        Region.objects.villages().filter(within(request.user.areas_for(Permission.REGISTRATION_VIEW), "code")), pk=code
    )
    asked = Asked(request.user, QueryDict(mutable=True))
    asked.params.update({VILLAGE: village.code, WHICH: which})
    rows: Any = village_list_shown(asked).rows
    chosen = {"village": village, "which": which, "title": LISTS[which][0]}
    context = {**chosen, "rows": rows.for_page()[:LIST_SHOWN], "total": rows.count()}
    return render(request, "households/registration_village.html", context)


def _demand_view(request: StaffRequest) -> None:
    decision = may(request.user, Permission.REGISTRATION_VIEW)
    if not decision:
        raise NotPermitted(decision.reason)
