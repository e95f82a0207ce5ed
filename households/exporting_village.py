"""Lists that work in a village goes by: people without NIK, and a village's initial and final list, to print and to put up."""

from typing import Any

from django.db.models import Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from households.choices.events import CivilTaskState
from households.choices.person import NoNikReason
from households.choices.registration import RegistrationState
from households.models import Registration
from households.registry.identity import without_nik
from slrt.accounts.roles import Permission
from slrt.exports.registry import Asked, Column, Kind, Listing, Shown, register

S = RegistrationState
VILLAGE, WHICH = "desa", "daftar"
LISTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "awal": (_("Daftar awal"), (S.INITIAL_LIST, S.RETURNED_TO_VILLAGE, S.MEETING)),
    "akhir": (_("Daftar akhir"), (S.FINAL_LIST, S.FIELD_VERIFICATION, S.RETURNED, S.VERIFIED, S.END_PROPOSED)),
}
_HOUSE = "family__household__"


def village_list_shown(asked: Asked) -> Shown:
    """One village's initial or final list, hamlet by hamlet; empty for a list or a village that is not there."""
    title, states = LISTS.get(asked.params.get(WHICH, ""), ("", ()))
    rows = Registration.objects.visible_to(asked.user).filter(state__in=states)
    rows = rows.filter(family__household__village=asked.params.get(VILLAGE, ""))
    return Shown(rows.order_by("family__household__hamlet", "family__head__name", "pk"), part=title)


def _village_list_address(params: QueryDict) -> str:
    village, which = params.get(VILLAGE, ""), params.get(WHICH, "")
    if not village or which not in LISTS:
        return reverse("households:village_lists")
    return reverse("households:village_list", args=[village, which])


def without_nik_shown(asked: Asked) -> Shown:
    """Living people without NIK of the own area, longest known first."""
    return Shown(without_nik(asked.user))


register(
    Listing(
        key="daftar-desa",
        title=_("Daftar desa"),
        permission=Permission.REGISTRATION_VIEW,
        page="households:village_lists",
        shown=village_list_shown,
        place=_HOUSE + "village__code",
        address=_village_list_address,
        tells=(VILLAGE, WHICH),
        columns=(
            Column(_("Nomor pendaftaran"), "pk", Kind.SHAPED, shape="DFT-{}"),
            Column(_("Kepala keluarga"), "family__head__name"),
            Column(_("Nomor KK"), "family__kk_encrypted", Kind.GUARDED),
            Column(_("Jorong atau dusun"), _HOUSE + "hamlet", Kind.WORDS),
            Column(_("Kode desa"), _HOUSE + "village_id"),
            Column(_("Desa"), _HOUSE + "village__name"),
            Column(_("Status"), "state", Kind.CODE, dict(RegistrationState.choices)),
        ),
    ),
    Listing(
        key="tanpa-nik",
        title=_("Orang tanpa NIK"),
        permission=Permission.FAMILY_VIEW,
        page="households:without_nik",
        shown=without_nik_shown,
        place=_HOUSE + "village__code",
        columns=(
            Column(_("Nomor keluarga"), "family_id", Kind.SHAPED, shape="KEL-{}"),
            Column(_("Nama"), "person__name"),
            Column(_("Tanggal lahir"), "person__birth_date", Kind.DATE),
            Column(_("Tanpa NIK karena"), "person__no_nik_reason", Kind.CODE, dict(NoNikReason.choices)),
            Column(_("Kode desa"), _HOUSE + "village_id"),
            Column(_("Desa"), _HOUSE + "village__name"),
            Column(
                _("Status"),
                Coalesce("person__civil_task__state", Value(CivilTaskState.OPEN.value)),
                Kind.CODE,
                dict(CivilTaskState.choices),
            ),
            Column(_("Sejak"), Coalesce("person__civil_task__state_since", "person__created_at"), Kind.MOMENT),
        ),
    ),
)
