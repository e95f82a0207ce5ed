"""The facilitators of an area and what they did this month: as the home of who supervises them shows it, as it leaves."""

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from slrt.accounts.models import Assignment
from slrt.accounts.roles import Permission
from slrt.core import clock
from slrt.dashboard.exporting import area_of
from slrt.dashboard.homes import facilitators_of
from slrt.exports.registry import Asked, Column, Kind, Listing, Shown, person, register
from slrt.regions.models import Region


def facilitators_shown(asked: Asked) -> Shown:
    """Those of the chosen area, or of the whole own one; none for who sees no families."""
    user, area = asked.user, area_of(asked.user, asked.params)
    rows = facilitators_of(user, area) if user.areas_for(Permission.FAMILY_VIEW) else Assignment.objects.none()
    month = date_format(clock.today(), "F Y")
    return Shown(rows, part=f"{month} · {Region.objects.get(pk=area).name}" if area else month)


register(
    Listing(
        key="fasilitator",
        title=_("Fasilitator bulan ini"),
        permission=Permission.DASHBOARD_VIEW,
        page="dashboard:home",
        shown=facilitators_shown,
        place="area__code",
        columns=(
            Column(_("Nama"), person("user")),
            Column(_("Kode wilayah"), "area_id"),
            Column(_("Wilayah"), "area__name"),
            Column(_("Kunjungan"), "visits", Kind.WHOLE),
            Column(_("Draf"), "drafts", Kind.WHOLE),
        ),
    )
)
