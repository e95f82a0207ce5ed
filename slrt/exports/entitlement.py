"""Who may take which rows of a list out, asked anew at every door: the form, the job, the download."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.querysets import covers
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


def reach(export: Export) -> dict[str, list[Any]]:
    """Return where the person holds what the list asks for: area codes and numbers of organisations by permission."""
    listing, user = LISTINGS[export.listing], export.asked_by
    wanted = (Permission.EXPORT_RUN, *listing.permissions(user), *(FULL_NUMBERS if export.full_numbers else ()))
    return {str(held): [*user.areas_for(held), *user.organisations_for(held)] for held in wanted}


def demand_reach(export: Export) -> None:
    """Raise NotPermitted when the file was made for an area or an organisation in which the person works no longer."""
    made = AuditEntry.objects.about(export).filter(verb="export").last()
    now = reach(export)
    for permission, places in (made.details.get("reach", {}) if made else {}).items():
        if not all(_within(place, now.get(permission, [])) for place in places):
            raise NotPermitted(
                _("Wilayah tugas Anda berubah sejak berkas ini dibuat. Buat unduhan baru dari daftarnya.")
            )


def _within(place: Any, areas: list[Any]) -> bool:
    return place in areas or any(
        covers(area, place) for area in areas if isinstance(area, str) and isinstance(place, str)
    )


def note(verb: str, export: Export, *, entry_kind: str = AuditEntry.Kind.EXPORT, **details: Any) -> None:
    """Write one line of the trail. It lies where the person may export, so that the auditor of that area reads it; with several
    such areas it has no place and every auditor reads it."""
    areas = export.asked_by.areas_for(Permission.EXPORT_RUN)
    place = areas[0] if len(areas) == 1 else ""
    details = {"listing": export.listing, "format": export.format, "basis": export.basis, **details}
    trail.write(verb, export, by=export.asked_by, entry_kind=entry_kind, place=place, **details)
