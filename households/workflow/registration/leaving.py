"""A family leaves the registry: one person proposes it, another decides."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.choices.registration import RegistrationState as S
from households.models import Registration
from households.models.registration import ENDED_STATES
from households.workflow.registration.telling import untold
from households.workflow.registration.village import leave_meeting
from slrt.accounts.models import User
from slrt.accounts.roles import Permission as P
from slrt.core.errors import ALLOWED, Decision, denied
from slrt.workflow.engine import Step
from slrt.workflow.guards import filled, move


def _not_own_exit(row: Registration, user: User) -> Decision:
    if row.exit_proposed_by_id == user.pk:
        return denied(_("Anda sendiri yang mengusulkan keluar; orang lain harus memutuskan."))
    return ALLOWED


def _propose_exit(row: Registration, step: Step) -> None:
    """A family that was called to a meeting is not decided on there; if it stays, it stands on the initial list again."""
    row.exit_proposed_by, row.exit_from = step.by, step.from_state
    if step.from_state == S.MEETING:
        leave_meeting(row, step)
        row.exit_from = S.INITIAL_LIST


def _stay(row: Registration, step: Step) -> None:
    row.exit_proposed_by, row.exit_from, row.exit_reason, row.exit_evidence = None, "", "", ""


LEAVING = (
    move(
        "propose_exit",
        set(S) - {*ENDED_STATES, S.EXIT_PROPOSED},
        S.EXIT_PROPOSED,
        P.REGISTRATION_MEETING,
        gettext_lazy("Usulkan keluar dari daftar"),
        tone="warn",
        writes=("exit_reason", "exit_evidence"),
        tells=("exit_reason",),
        guards=(
            filled("exit_reason", gettext_lazy("Pilih alasan keluar.")),
            filled("exit_evidence", gettext_lazy("Tulis apa buktinya.")),
        ),
        effect=_propose_exit,
    ),
    move(
        "confirm_exit",
        {S.EXIT_PROPOSED},
        S.EXITED,
        P.REGISTRATION_EXIT,
        gettext_lazy("Setujui keluar"),
        tone="bad",
        condition=_not_own_exit,
        effect=untold,
    ),
    move(
        "refuse_exit",
        {S.EXIT_PROPOSED},
        S.DETERMINED,
        P.REGISTRATION_EXIT,
        gettext_lazy("Tetap di daftar"),
        needs_note=True,
        condition=_not_own_exit,
        returns_to="exit_from",
        effect=_stay,
    ),
)
