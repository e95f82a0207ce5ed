"""A result that was recorded by mistake is taken back: with a reason, to where the proposal waited for it.

What the ministry decided is not decided here; only what this office wrote down of it is put right. The family hears the right result
anew.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.choices.answers import AnswerFileState, AnswerOutcome
from households.choices.household import DecileSource
from households.choices.registration import RegistrationState as S
from households.models import Registration
from households.models.registration import ENDED_STATES
from households.registry import deciles
from households.workflow.registration.telling import untold
from slrt.accounts.roles import Permission as P
from slrt.core.errors import GuardFailed
from slrt.workflow.engine import Step
from slrt.workflow.guards import move


def _can_wait_again(row: Registration, data: dict[str, Any]) -> None:
    if not row.before_result:
        raise GuardFailed("", _("Hasil ini tidak dicatat lewat langkah di sini, jadi tidak ada keadaan sebelumnya."))
    if row.state in ENDED_STATES and row.family.registrations.exclude(state__in=ENDED_STATES).exists():
        raise GuardFailed("", _("Keluarga ini sudah punya usulan baru; hasil yang lama tidak ditarik lagi."))


def _wait_again(row: Registration, step: Step) -> None:
    """The decile that came with the result goes with it; an answer's row says that it was taken back."""
    taken = row.result_steps(step.from_state)
    for entry in taken:
        if entry.verb == "rank" and entry.details.get("decile"):
            deciles.take_back(row.family_id, source=DecileSource.RESULT, recorded_at=entry.at, **entry.details)
    row.result_reason = ""
    untold(row, step)
    row.answer_rows.filter(
        outcome=AnswerOutcome.DONE, file__state=AnswerFileState.APPLIED, file__state_since=taken[-1].at
    ).update(outcome=AnswerOutcome.UNDONE, problem=step.note[:300])


CORRECTING = (
    move(
        "correct_result",
        {S.RANKED, S.DETERMINED, S.NOT_DETERMINED},
        S.SENT_TO_MINISTRY,
        P.REGISTRATION_RESULT,
        gettext_lazy("Tarik hasil yang keliru"),
        needs_note=True,
        tone="warn",
        guards=(_can_wait_again,),
        returns_to="before_result",
        effect=_wait_again,
    ),
)
