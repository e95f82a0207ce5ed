"""Before it leaves: papers and consent, the manager, the signature, the number of the letter."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from referrals import deadline
from referrals.choices import LegalBasis
from referrals.choices import ReferralState as S
from referrals.models import Referral
from referrals.numbering import next_number
from slrt.accounts.roles import Permission as P
from slrt.core.errors import GuardFailed
from slrt.workflow.engine import Step
from slrt.workflow.guards import move


def _papers_complete(row: Referral, data: dict[str, Any]) -> None:
    missing = [item.label for item in row.prerequisites.all() if not item.met]
    if missing:
        raise GuardFailed(
            "",
            _("Syarat ini belum ada: %(list)s. Centang dulu, atau tandai syarat kurang.")
            % {"list": ", ".join(missing)},
        )


def _consented(row: Referral, data: dict[str, Any]) -> None:
    if not row.consent and row.legal_basis == LegalBasis.CONSENT:
        raise GuardFailed("", _("Warga belum menyetujui datanya dibagikan."))


def _tick_papers(row: Referral, step: Step) -> None:
    """Take the ticks of the papers that were seen."""
    met = set(step.data.get("met", []))
    for item in row.prerequisites.all():
        item.met = item.code in met
        item.save(update_fields=["met"])


def _sign(row: Referral, step: Step) -> None:
    row.signed_by = step.by
    if not row.letter_number:
        row.letter_number = next_number(step.at)


def dispatch(row: Referral, step: Step) -> None:
    """It leaves; the receiver's time begins."""
    row.sent_at = step.at
    row.due_at = deadline.due_at(step.at)


def _approve_and_send(row: Referral, step: Step) -> None:
    _sign(row, step)
    dispatch(row, step)


PREPARING = (
    move(
        "submit",
        {S.DRAFT},
        S.AWAITING_REVIEW,
        P.REFERRAL_DRAFT,
        lazy("Ajukan kepada manajer"),
        guards=(_papers_complete, _consented),
    ),
    move(
        "check_papers",
        {S.DRAFT, S.PREREQUISITES_MISSING},
        S.DRAFT,
        P.REFERRAL_DRAFT,
        lazy("Centang syarat yang sudah ada"),
        effect=_tick_papers,
    ),
    move(
        "mark_missing",
        {S.DRAFT},
        S.PREREQUISITES_MISSING,
        P.REFERRAL_DRAFT,
        lazy("Tandai syarat kurang"),
        needs_note=True,
        tone="warn",
    ),
    move(
        "approve_and_send",
        {S.AWAITING_REVIEW},
        S.SENT,
        P.REFERRAL_REVIEW,
        lazy("Setujui dan kirim"),
        effect=_approve_and_send,
    ),
    move(
        "initial",
        {S.AWAITING_REVIEW},
        S.INITIALLED,
        P.REFERRAL_REVIEW,
        lazy("Paraf untuk tanda tangan kepala dinas"),
    ),
    move(
        "return",
        {S.AWAITING_REVIEW, S.INITIALLED},
        S.RETURNED,
        P.REFERRAL_REVIEW,
        lazy("Kembalikan untuk diperbaiki"),
        needs_note=True,
        tone="warn",
    ),
    move("revise", {S.RETURNED}, S.DRAFT, P.REFERRAL_DRAFT, lazy("Perbaiki draf")),
    move("sign", {S.INITIALLED}, S.SIGNED, P.REFERRAL_SIGN, lazy("Tanda tangani"), effect=_sign),
    move("send", {S.SIGNED}, S.SENT, P.REFERRAL_SEND, lazy("Kirim ke lembaga penerima"), effect=dispatch),
)
