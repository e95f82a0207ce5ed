"""Whom an uploaded file no longer holds, families and people, and the families it brings with other people: as their pages show them, as
they leave."""

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from households.exporting_imports import RUN, address_of, chosen
from households.importing import missing, replaced
from households.models import Family, ImportRun, Membership, Registration
from households.querysets.household import FamilyQuerySet
from households.tables import FamilyTable, MemberTable
from slrt.accounts.roles import Permission
from slrt.exports.registry import LISTINGS, Asked, Listing, Shown, register


def absent_families_shown(asked: Asked) -> Shown:
    """Those that the file holds no longer."""
    return _shown(asked, missing.families_of)


def absent_people_shown(asked: Asked) -> Shown:
    """Those whom the file's rows of their families name no longer."""
    run: ImportRun | None = chosen(ImportRun, asked, RUN)
    found = missing.people_of(run) if run else None
    people: Any = Membership.objects.none() if found is None else found.visible_to(asked.user)
    order = asked.params.getlist("sort") or ["village", "name"]
    shown = people.select_related("person", "family__head", "family__household__village").order_by("pk")
    return Shown(MemberTable(shown, order_by=order).data.data, part=run.file_name if run else "")


def replaced_families_shown(asked: Asked) -> Shown:
    """Those whose number the file brings with other people."""
    return _shown(asked, replaced.families_of)


def _shown(asked: Asked, families_of: Callable[[ImportRun], FamilyQuerySet | None]) -> Shown:
    """Those whom the person may see, in the order the page chose; none when no list is kept."""
    run: ImportRun | None = chosen(ImportRun, asked, RUN)
    found = families_of(run) if run else None
    families: Any = Family.objects.none() if found is None else found.visible_to(asked.user)
    newest = Prefetch("registrations", Registration.objects.order_by("-pk"))
    order = asked.params.getlist("sort") or ["village", "head"]
    table = FamilyTable(families.for_list().prefetch_related(newest).order_by("pk"), order_by=order)
    return Shown(table.data.data, part=run.file_name if run else "")


def _listing(key: str, title: Any, shown: Callable[[Asked], Shown], page: str, like: str = "keluarga") -> Listing:
    return Listing(
        key=key,
        title=title,
        permission=Permission.IMPORT_RUN,
        also=(Permission.IMPORT_APPROVE,),
        page="households:imports",
        shown=shown,
        place=LISTINGS[like].place,
        address=address_of(RUN, "households:imports", page),
        tells=(RUN,),
        columns=LISTINGS[like].columns,
    )


register(
    _listing(
        "impor-tidak-ada",
        _("Keluarga yang tidak ada di berkas"),
        absent_families_shown,
        "households:import_absent",
    ),
    _listing(
        "impor-orang-tidak-ada",
        _("Orang yang tidak ada di berkas"),
        absent_people_shown,
        "households:import_absent_people",
        like="anggota",
    ),
    _listing(
        "impor-orang-lain",
        _("Keluarga yang semua anggotanya orang lain di berkas"),
        replaced_families_shown,
        "households:import_replaced",
    ),
)
