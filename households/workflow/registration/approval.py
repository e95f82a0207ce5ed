"""Who judges the verified family one after the other: supervisor, office, regent. Nobody judges their own work.

The supervisor also decides whether a case ends that the verifier proposes to end.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households import exclusions
from households.choices.registration import RegistrationState as S
from households.models import Registration
from households.registry.presence import nobody_to_propose
from households.workflow.registration.dates import after_beginning
from households.workflow.registration.telling import untold
from slrt.accounts.models import User
from slrt.accounts.roles import Permission as P
from slrt.core.errors import ALLOWED, Decision, GuardFailed, denied
from slrt.workflow.engine import Step
from slrt.workflow.guards import filled, move, not_future


def _not_own(row: Registration, user: User) -> Decision:
    """Whoever proposed, visited or verified the family does not judge it."""
    if row.surveyor_id == user.pk or row.checks.filter(surveyor=user).exists():
        return denied(_("Anda sendiri yang memverifikasi; orang lain harus memeriksa."))
    if row.proposed_by_id == user.pk or row.family.visits.filter(facilitator=user).exists():
        return denied(_("Anda sendiri yang memasukkan data ini; orang lain harus memeriksa."))
    return ALLOWED


def _warnings_are_answered(row: Registration, data: dict[str, Any]) -> None:
    """Signs against aid are advice: they may be overridden, with a reason that stays.

    Asked at the endorsement too, of what nobody answered: a sign may come after the office looked.
    """
    reason, written_for = data.get("override_reason") or "", data.get("override_for") or ""
    exclusions.demand_reason(row, str(reason), str(written_for))


def _answer_warnings(row: Registration, step: Step) -> None:
    exclusions.override(row, str(step.data.get("override_reason") or ""), by=step.by, at=step.at)


def _somebody_is_there(row: Registration, data: dict[str, Any]) -> None:
    if missing := nobody_to_propose(row.family):
        raise GuardFailed("", missing)


_DECREE = (
    _somebody_is_there,
    filled("decree_number", gettext_lazy("Nomor SK wajib diisi.")),
    filled("decree_on", gettext_lazy("Tanggal SK wajib diisi.")),
    not_future("decree_on"),
    after_beginning("decree_on"),
    _warnings_are_answered,
)

APPROVAL = (
    move(
        "approve",
        {S.VERIFIED},
        S.SUPERVISOR_APPROVED,
        P.REGISTRATION_SUPERVISE,
        gettext_lazy("Setujui hasil verifikasi"),
        condition=_not_own,
    ),
    move(
        "confirm_end",
        {S.END_PROPOSED},
        S.NOT_FOUND,
        P.REGISTRATION_SUPERVISE,
        gettext_lazy("Setujui, usulan berakhir"),
        tone="bad",
        condition=_not_own,
        returns_to="end_found",
        effect=untold,
    ),
    move(
        "return",
        {S.VERIFIED, S.END_PROPOSED},
        S.RETURNED,
        P.REGISTRATION_SUPERVISE,
        gettext_lazy("Kembalikan ke fasilitator"),
        needs_note=True,
        tone="warn",
    ),
    move(
        "verify_office",
        {S.SUPERVISOR_APPROVED},
        S.OFFICE_VERIFIED,
        P.REGISTRATION_OFFICE,
        gettext_lazy("Lolos verifikasi dinas"),
        condition=_not_own,
        guards=(_somebody_is_there, _warnings_are_answered),
        effect=_answer_warnings,
    ),
    move(
        "return_to_village",
        # What SIKS-NG refuses comes back too, before or after it was written down as sent.
        {S.SUPERVISOR_APPROVED, S.OFFICE_VERIFIED, S.ENDORSED, S.SENT_TO_MINISTRY},
        S.RETURNED_TO_VILLAGE,
        P.REGISTRATION_OFFICE,
        gettext_lazy("Kembalikan ke desa"),
        needs_note=True,
        tone="warn",
    ),
    move(
        "endorse",
        {S.OFFICE_VERIFIED},
        S.ENDORSED,
        P.REGISTRATION_ENDORSE,
        gettext_lazy("Sahkan dengan SK"),
        condition=_not_own,
        writes=("decree_number", "decree_on"),
        tells=("decree_number", "decree_on"),
        guards=_DECREE,
        effect=_answer_warnings,
    ),
)
