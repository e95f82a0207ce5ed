"""Lists that work in a village goes by: people without NIK, the villages that have a list, and a village's initial and final list."""

from typing import Any

from django.db.models import Count, Q, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from households.choices.events import CivilTaskState
from households.choices.person import NoNikReason
from households.choices.registration import RegistrationState
from households.models import Registration
from households.registry.identity import without_nik
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission
from slrt.exports.registry import Asked, Column, Kind, Listing, Shown, register
from slrt.regions.models import Region

S = RegistrationState
VILLAGE, WHICH = "desa", "daftar"
LISTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "awal": (_("Daftar awal"), (S.INITIAL_LIST, S.RETURNED_TO_VILLAGE, S.MEETING)),
    "akhir": (_("Daftar akhir"), (S.FINAL_LIST, S.FIELD_VERIFICATION, S.RETURNED, S.VERIFIED, S.END_PROPOSED)),
}
_HOUSE = "family__household__"
VILLAGE_CODE, VILLAGE_NAME = _HOUSE + "village_id", _HOUSE + "village__name"


def village_lists_shown(asked: Asked) -> Shown:
    """The villages that have a family on a list, by name, with how many stand on each."""
    rows = Registration.objects.visible_to(asked.user).filter(
        state__in=[s for _t, states in LISTS.values() for s in states]
    )
    counted = {which: Count("pk", filter=Q(state__in=states)) for which, (_title, states) in LISTS.items()}
    villages = rows.order_by().values(VILLAGE_CODE, VILLAGE_NAME).annotate(**counted)
    return Shown(villages.order_by(VILLAGE_NAME, VILLAGE_CODE))


def village_list_shown(asked: Asked) -> Shown:
    """One village's initial or final list, hamlet by hamlet; empty for a list or a village that is not there."""
    title, states = LISTS.get(asked.params.get(WHICH, ""), ("", ()))
    code = asked.params.get(VILLAGE, "")
    rows = Registration.objects.visible_to(asked.user).filter(state__in=states, family__household__village=code)
    village = Region.objects.filter(within(asked.user.areas_for(Permission.REGISTRATION_VIEW), "code"), pk=code).first()
    said = " · ".join(str(word) for word in (title, village and village.name) if word)
    return Shown(rows.order_by("family__household__hamlet", "family__head__name", "pk"), part=said)


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
        key="desa",
        title=_("Daftar per desa"),
        permission=Permission.REGISTRATION_VIEW,
        page="households:village_lists",
        shown=village_lists_shown,
        place=_HOUSE + "village__code",
        columns=(
            Column(_("Kode desa"), VILLAGE_CODE),
            Column(_("Desa"), VILLAGE_NAME),
            *(Column(title, which, Kind.WHOLE) for which, (title, _states) in LISTS.items()),
        ),
    ),
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
