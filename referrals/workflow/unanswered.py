"""Sent to somebody else, or handed back because nobody answered and sent again."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from complaints.workflow import holidays
from referrals import deadline
from referrals.choices import ReferralState as S
from referrals.models import Referral
from referrals.workflow.preparing import dispatch
from slrt.accounts.roles import Permission as P
from slrt.core import clock
from slrt.core.errors import GuardFailed
from slrt.workflow.engine import Step
from slrt.workflow.guards import move


def _another_receiver(row: Referral, data: dict[str, Any]) -> None:
    if data.get("receiver") in (None, row.receiver):
        raise GuardFailed("receiver", _("Pilih lembaga lain."))


def _redirect(row: Referral, step: Step) -> None:
    row.due_at = deadline.due_at(step.at)
    row.received_at = None


def _has_run_out(row: Referral, data: dict[str, Any]) -> None:
    end = deadline.run_out_at(row, holidays())
    if end is None or end >= clock.now():
        raise GuardFailed("", _("Lembaga penerima masih punya waktu untuk menjawab."))


def _send_again(row: Referral, step: Step) -> None:
    dispatch(row, step)
    row.received_at = None


UNANSWERED = (
    move(
        "redirect",
        {S.SENT, S.RECEIVED, S.REJECTED, S.EXPIRED},
        S.SENT,
        P.REFERRAL_REVIEW,
        lazy("Alihkan ke lembaga lain"),
        needs_note=True,
        writes=("receiver",),
        tells=("receiver",),
        guards=(_another_receiver,),
        effect=_redirect,
    ),
    # Taken by the program when nobody answered (referrals/reminding.py): hands it back, and decides nothing about the family.
    move(
        "expire",
        {S.SENT, S.RECEIVED},
        S.EXPIRED,
        "",
        lazy("Kembali ke pengirim karena tidak dijawab"),
        tone="warn",
        guards=(_has_run_out,),
    ),
    move(
        "send_again",
        {S.EXPIRED},
        S.SENT,
        P.REFERRAL_SEND,
        lazy("Kirim lagi ke lembaga yang sama"),
        needs_note=True,
        effect=_send_again,
    ),
)
