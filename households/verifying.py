"""Who can be asked to verify in the field: advice of who goes, no lock on who may."""

from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Q

from slrt.accounts.models import Assignment, User
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission, roles_with
from slrt.core import clock


def verifiers(areas: tuple[str, ...], *, inside: bool) -> Any:
    """Return active users whose role verifies in these areas, by name, each with `places` (the names of their areas).

    A verifier of a larger area counts for each place in it; `inside` also takes those of smaller ones.
    """
    above = [".".join(parts[:end]) for parts in (code.split(".") for code in areas) for end in range(1, len(parts) + 1)]
    place = Q(area_id__in=above) | within(areas, "area__code") if inside else Q(area_id__in=above)
    held = Assignment.objects.current(clock.today()).filter(place, role__in=roles_with(Permission.REGISTRATION_VERIFY))
    return (
        User.objects.filter(is_active=True, assignments__in=held)
        .annotate(places=StringAgg("assignments__area__name", ", ", distinct=True))
        .order_by("full_name", "username")
    )
