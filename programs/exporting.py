"""The catalogue: the rows its page shows, and the columns of the file that holds them."""

from django.utils.translation import gettext_lazy as _

from programs.models import Programme
from programs.sectors import SECTORS
from slrt.accounts.roles import Permission
from slrt.exports.registry import Asked, Column, Kind, Listing, Shown, register


def programmes_shown(asked: Asked) -> Shown:
    """Running programmes, then those that were renamed or closed."""
    return Shown(Programme.objects.order_by("status", "name"))


register(
    Listing(
        key="program",
        title=_("Program"),
        permission=Permission.PROGRAM_VIEW,
        page="programs:list",
        shown=programmes_shown,
        note=_(
            "Lembar ini untuk dibaca. Lembar yang bisa diubah lalu diunggah lagi diambil administrator di Pengaturan, Program."
        ),
        columns=(
            Column(_("Kode"), "code"),
            Column(_("Nama"), "name"),
            Column(_("Status"), "status", Kind.CODE, dict(Programme.Status.choices)),
            Column(_("Pengganti"), "successor__name"),
            Column(_("Penyelenggara"), "owner", Kind.WORDS),
            Column(_("Bidang"), "sector", Kind.CODE, SECTORS),
            Column(_("Bentuk"), "service", Kind.CODE, dict(Programme.Service.choices)),
            Column(_("Untuk siapa"), "for_whom", Kind.WORDS),
            Column(_("Manfaat"), "benefit", Kind.WORDS),
            Column(_("Dasar hukum"), "legal_base", Kind.WORDS),
        ),
    )
)
