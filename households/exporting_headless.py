"""The families that a file brought without a head, as their page shows them and as they leave."""

from typing import Any

from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from households.exporting_imports import RUN, address_of, chosen
from households.importing import headless
from households.models import ImportRun
from slrt.accounts.roles import Permission
from slrt.exports.registry import Asked, Column, Kind, Listing, Shown, register
from slrt.regions.models import Region


def headless_families_shown(asked: Asked) -> Shown:
    """Those whom the person may see, in the order of the file; none when no list is kept (`headless.rows_of`)."""
    run: ImportRun | None = chosen(ImportRun, asked, RUN)
    found: Any = headless.rows_of(run, asked.user) if run else None
    return Shown(_nobody() if found is None else found, part=run.file_name if run else "")


def _nobody() -> Any:
    """No row, with the names of what a row holds: the columns of a file ask for them also when the list is gone by then."""
    return Region.objects.none().annotate(**{name: Value("") for name in ("line", "said", "family")})


register(
    Listing(
        key="impor-tanpa-kepala",
        title=_("Keluarga tanpa kepala keluarga"),
        permission=Permission.IMPORT_RUN,
        also=(Permission.IMPORT_APPROVE,),
        page="households:imports",
        shown=headless_families_shown,
        place="code",
        address=address_of(RUN, "households:imports", "households:import_headless"),
        tells=(RUN,),
        columns=(
            Column(_("Nomor baris"), "line", Kind.WHOLE),
            Column(_("Anggota pertama di berkas"), "said", Kind.WORDS),
            Column(_("Kode desa"), "code"),
            Column(_("Desa"), "name"),
            Column(_("Nomor keluarga"), "family", Kind.SHAPED, shape="KEL-{}"),
        ),
    )
)
