"""The field verification: somebody is asked to go, and finds one of the six results of SIKS-NG (hasil_verivali).

The first goes on to the supervisor as verified; the other five are proposals to end the case, which the supervisor decides too.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.choices.registration import RegistrationState as S
from households.models import Registration
from households.querysets.registration import TO_VERIFY
from households.verification import enough_photos, keep_check, located, visited_in_this_round, was_visited
from slrt.accounts.access import may
from slrt.accounts.roles import Permission as P
from slrt.core.errors import GuardFailed, TransitionNotAllowed
from slrt.workflow import engine
from slrt.workflow.engine import Step
from slrt.workflow.guards import move


def _another_family(row: Registration, data: dict[str, Any]) -> None:
    other = data.get("other_family")
    if other is None or other.pk == row.family_id:
        raise GuardFailed("other_family", _("Sebutkan keluarga lain itu dengan nomor KK atau nomor berkasnya."))


def _take_verification(row: Registration, step: Step) -> None:
    row.surveyor = step.by


def _may_verify_there(row: Registration, data: dict[str, Any]) -> None:
    verifier = data.get("verifier")
    if verifier is None:
        raise GuardFailed("verifier", _("Pilih siapa yang ditugaskan."))
    if verifier.pk == row.verifier_id:
        raise TransitionNotAllowed(_("Sudah ditugaskan kepada %(who)s.") % {"who": verifier})
    if not may(verifier, P.REGISTRATION_VERIFY, row):
        raise GuardFailed("verifier", _("%(who)s tidak bertugas memverifikasi di desa ini.") % {"who": verifier})


def _result(code: str) -> engine.Effect:
    def effect(row: Registration, step: Step) -> None:
        row.result_code, row.surveyor = code, step.by
        row.other_family = step.data.get("other_family")
        keep_check(row, step)

    return effect


_VERIFY = P.REGISTRATION_VERIFY
_CHECKED = (visited_in_this_round, located)  # what every result asks for

VERIFICATION = (
    move(
        "begin_verification",
        {S.FINAL_LIST, S.RETURNED},
        S.FIELD_VERIFICATION,
        _VERIFY,
        gettext_lazy("Mulai verifikasi lapangan"),
        effect=_take_verification,
    ),
    move(
        "found_complete",
        {S.FIELD_VERIFICATION},
        S.VERIFIED,
        _VERIFY,
        gettext_lazy("Ditemukan, data lengkap"),
        tells=("visited_on",),
        guards=(was_visited, *_CHECKED, enough_photos),
        effect=_result("1"),
    ),
    move(
        "not_found",
        {S.FIELD_VERIFICATION},
        S.END_PROPOSED,
        _VERIFY,
        gettext_lazy("Tidak ditemukan"),
        needs_note=True,
        tells=("visited_on",),
        guards=_CHECKED,
        tone="bad",
        effect=_result("2"),
    ),
    move(
        "has_moved",
        {S.FIELD_VERIFICATION},
        S.END_PROPOSED,
        _VERIFY,
        gettext_lazy("Sudah pindah"),
        needs_note=True,
        tells=("visited_on",),
        guards=_CHECKED,
        tone="bad",
        effect=_result("3"),
    ),
    move(
        "is_part_of_other",
        {S.FIELD_VERIFICATION},
        S.END_PROPOSED,
        _VERIFY,
        gettext_lazy("Bagian dari keluarga lain"),
        tone="bad",
        writes=("other_family",),
        tells=("other_family", "visited_on"),
        guards=(_another_family, *_CHECKED),
        effect=_result("4"),
    ),
    move(
        "refuses",
        {S.FIELD_VERIFICATION},
        S.END_PROPOSED,
        _VERIFY,
        gettext_lazy("Keluarga menolak didata"),
        needs_note=True,
        tells=("visited_on",),
        guards=_CHECKED,
        tone="bad",
        effect=_result("5"),
    ),
    move(
        "is_duplicate",
        {S.FIELD_VERIFICATION},
        S.END_PROPOSED,
        _VERIFY,
        gettext_lazy("Data ganda"),
        tone="bad",
        writes=("other_family",),
        tells=("other_family", "visited_on"),
        guards=(_another_family, *_CHECKED),
        effect=_result("6"),
    ),
    move(
        "assign",
        set(TO_VERIFY),
        None,
        P.REGISTRATION_ASSIGN,
        gettext_lazy("Tugaskan verifikasi"),
        writes=("verifier",),
        tells=("verifier",),
        guards=(_may_verify_there,),
    ),
)
