"""First the identity: civil registration says whether the NIK is the one of this person.

A family goes on when every living member's NIK agrees and whoever has none is on the way to civil registration; or with a reason.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.choices.person import NikMatch
from households.choices.registration import RegistrationState as S
from households.models import Registration
from slrt.accounts.roles import Permission as P
from slrt.core.errors import GuardFailed
from slrt.workflow.engine import Step
from slrt.workflow.guards import move


def _identities_agree(row: Registration, data: dict[str, Any]) -> None:
    living = row.family.memberships.open().filter(person__died_on=None)
    unlike = living.filter(person__nik_index__isnull=False).exclude(person__nik_match=NikMatch.MATCHED).count()
    if unlike:
        raise GuardFailed(
            "",
            _(
                "NIK %(n)d dari %(all)d anggota belum dinyatakan padan. Cocokkan di halaman keluarga, pada nama anggotanya, "
                "atau teruskan tanpa padan dengan alasan."
            )
            % {"n": unlike, "all": living.count()},
        )
    waiting = living.filter(person__nik_index=None, person__civil_task=None).count()
    if waiting:
        raise GuardFailed(
            "",
            _(
                "%(n)d anggota tanpa NIK belum punya langkah ke catatan sipil. Catat langkahnya di halaman Orang tanpa NIK, "
                "atau teruskan tanpa padan dengan alasan."
            )
            % {"n": waiting},
        )


def _agree(row: Registration, step: Step) -> None:
    """A waiver of an earlier round is not said of numbers that agree now."""
    row.identity_waived = ""


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
        guards=(_identities_agree,),
        effect=_agree,
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
