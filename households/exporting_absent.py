"""The families that an uploaded file no longer holds, as their page shows them and as they leave."""

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from households.exporting_imports import RUN, address_of, chosen
from households.importing import missing
from households.models import Family, ImportRun, Registration
from households.tables import FamilyTable
from slrt.accounts.roles import Permission
from slrt.exports.registry import LISTINGS, Asked, Listing, Shown, register


def absent_families_shown(asked: Asked) -> Shown:
    """Those whom the person may see, in the order the page chose; none when no list is kept (`missing.families_of`)."""
    run: ImportRun | None = chosen(ImportRun, asked, RUN)
    found = missing.families_of(run) if run else None
    families: Any = Family.objects.none() if found is None else found.visible_to(asked.user)
    newest = Prefetch("registrations", Registration.objects.order_by("-pk"))
    order = asked.params.getlist("sort") or ["village", "head"]
    table = FamilyTable(families.for_list().prefetch_related(newest).order_by("pk"), order_by=order)
    return Shown(table.data.data, part=run.file_name if run else "")


register(
    Listing(
        key="impor-tidak-ada",
        title=_("Keluarga yang tidak ada di berkas"),
        permission=Permission.IMPORT_RUN,
        also=(Permission.IMPORT_APPROVE,),
        page="households:imports",
        shown=absent_families_shown,
        place=LISTINGS["keluarga"].place,
        address=address_of(RUN, "households:imports", "households:import_absent"),
        tells=(RUN,),
        columns=LISTINGS["keluarga"].columns,
    )
)
