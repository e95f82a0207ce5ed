"""Who may take which rows of a list out, asked anew at every door: the form, the job, the download."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.core.errors import NotPermitted
from slrt.exports.models import Export
from slrt.exports.registry import FULL_NUMBERS, LISTINGS, Asked, Listing


def demand(user: User, *permissions: str) -> None:
    """Raise NotPermitted with the reason unless the person holds every one of the permissions."""
    for permission in permissions:
        decision = may(user, permission)
        if not decision:
            raise NotPermitted(decision.reason)


def demand_listing(user: User, listing: Listing, *, full: bool = False) -> None:
    """Raise NotPermitted unless the person may export, may open the list's page and, for full numbers, may see and take
    out those."""
    demand(user, Permission.EXPORT_RUN, *listing.permissions(user), *(FULL_NUMBERS if full else ()))


def rows_for(listing: Listing, asked: Asked) -> QuerySet:
    """Return the rows the person would get: those of the page, in its order, where they may export."""
    return listing.shown(asked).rows.filter(listing.allowed(asked.user, Permission.EXPORT_RUN))


def asked_again(export: Export) -> tuple[Listing, Asked]:
    """Return the list and the page as it was asked for. Raises NotPermitted when the person may no longer."""
    listing = LISTINGS[export.listing]
    demand_listing(export.asked_by, listing, full=export.full_numbers)
    params = QueryDict(mutable=True)
    for name, values in export.params.items():
        params.setlist(name, values)
    return listing, Asked(export.asked_by, params)


def note(verb: str, export: Export, *, entry_kind: str = AuditEntry.Kind.EXPORT, **details: Any) -> None:
    """Write one line of the trail. It lies where the person may export, so that the auditor of that area reads it; with several
    such areas it has no place and every auditor reads it."""
    areas = export.asked_by.areas_for(Permission.EXPORT_RUN)
    place = areas[0] if len(areas) == 1 else ""
    details = {"listing": export.listing, "format": export.format, "basis": export.basis, **details}
    trail.write(verb, export, by=export.asked_by, entry_kind=entry_kind, place=place, **details)
