"""Determined data grow old and are collected anew."""

from django.utils.translation import gettext_lazy

from households.choices.registration import RegistrationState as S
from households.models import Registration
from slrt.accounts.roles import Permission as P
from slrt.workflow.engine import Step
from slrt.workflow.guards import move


def _propose_again(row: Registration, step: Step) -> None:
    """A new round: who was asked to verify the last one was asked for that one."""
    row.proposed_by, row.verifier = step.by, None


RENEWAL = (
    move("grow_old", {S.DETERMINED}, S.UPDATE_DUE, "", gettext_lazy("Data perlu diperbarui")),
    move(
        "begin_update",
        {S.UPDATE_DUE},
        S.DRAFT,
        P.REGISTRATION_PROPOSE,
        gettext_lazy("Mulai pembaruan data"),
        effect=_propose_again,
    ),
)
