"""First the identity: civil registration says whether the NIK is the one of this person."""

from django.utils.translation import gettext_lazy

from households.choices.registration import RegistrationState as S
from households.models import Registration
from slrt.accounts.roles import Permission as P
from slrt.workflow.engine import Step
from slrt.workflow.guards import move


def _waive(row: Registration, step: Step) -> None:
    row.identity_waived = step.note[:200]


IDENTITY = (
    move("ask_identity", {S.DRAFT}, S.IDENTITY_CHECK, P.REGISTRATION_PROPOSE, gettext_lazy("Minta cek identitas")),
    move(
        "match",
        {S.IDENTITY_CHECK},
        S.INITIAL_LIST,
        P.REGISTRATION_IDENTITY,
        gettext_lazy("Padan, masukkan daftar awal"),
    ),
    move(
        "unmatch",
        {S.IDENTITY_CHECK},
        S.IDENTITY_FIX,
        P.REGISTRATION_IDENTITY,
        gettext_lazy("Tidak padan, perbaiki di Disdukcapil"),
        needs_note=True,
        tone="warn",
    ),
    move(
        "waive",
        {S.IDENTITY_CHECK},
        S.INITIAL_LIST,
        P.REGISTRATION_IDENTITY,
        gettext_lazy("Teruskan tanpa padan, dengan alasan"),
        needs_note=True,
        effect=_waive,
    ),
    move(
        "ask_again",
        {S.IDENTITY_FIX},
        S.IDENTITY_CHECK,
        P.REGISTRATION_PROPOSE,
        gettext_lazy("Identitas sudah diperbaiki, cek lagi"),
    ),
)
