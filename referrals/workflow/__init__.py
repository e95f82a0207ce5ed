"""The way of a referral (rujukan), one file for each stretch of it, in the order of the table; then its draft.

It tells the complaint below what happened, never the reverse.
"""

from typing import Any

from django.utils.translation import gettext as _

from complaints.models import Complaint
from complaints.workflow import REFERRABLE
from households.models import Family, Person
from programs.models import Programme
from referrals.choices import LegalBasis, ReferralKind
from referrals.choices import ReferralState as S
from referrals.models import Prerequisite, Referral
from referrals.workflow.ending import ENDED, ENDING
from referrals.workflow.preparing import PREPARING
from referrals.workflow.receiving import RECEIVING
from referrals.workflow.unanswered import UNANSWERED
from slrt.accounts.models import Organisation, User
from slrt.accounts.roles import Permission as P
from slrt.core import clock
from slrt.core.errors import GuardFailed
from slrt.workflow import engine
from slrt.workflow.engine import Workflow

WITH_RECEIVER = (S.SENT, S.RECEIVED, S.ACCEPTED, S.WAITLISTED, S.NEED_INFO)

REFERRAL = Workflow(
    "referral",
    "referrals.referral",
    S,
    (*PREPARING, *RECEIVING, *UNANSWERED, *ENDING),
    initial=S.DRAFT,
    final=ENDED,
)


def draft(
    *,
    by: User,
    family: Family,
    programme: Programme,
    receiver: Organisation,
    need: str,
    consent: bool,
    legal_basis: str,
    complaint: Complaint | None = None,
    person: Person | None = None,
    met: Any = (),
    eligibility: dict[str, Any] | None = None,
    override_reason: str = "",
    at: Any = None,
) -> Referral:
    """Draft a referral from a complaint or a family. Raises NotPermitted or GuardFailed; then nothing was written."""
    if complaint is not None and complaint.state not in REFERRABLE:
        raise GuardFailed("", _("Keluhan ini belum bisa dirujuk: pilah dan periksa dulu."))
    if not consent and legal_basis == LegalBasis.CONSENT:
        raise GuardFailed("consent", _("Centang persetujuan warga, atau pilih dasar lain."))
    outcome = (eligibility or {}).get("outcome")
    if outcome == "fails" and not override_reason.strip():
        raise GuardFailed("override_reason", _("Hasil cek: tidak memenuhi. Tulis alasan mengapa tetap dirujuk."))
    row = Referral(
        complaint=complaint,
        family=family,
        person=person,
        programme=programme,
        receiver=receiver,
        kind=_kind(receiver),
        need=need,
        consent=consent,
        legal_basis=legal_basis,
        eligibility=eligibility or {},
        override_reason=override_reason.strip()[:200],
        drafted_by=by,
        state_since=at or clock.now(),
    )

    def papers_and_complaint(saved: Referral) -> None:
        Prerequisite.objects.bulk_create(
            Prerequisite(referral=saved, code=item["code"], label=item["label"], met=item["code"] in met)
            for item in programme.prerequisites
        )
        if complaint is not None:
            engine.apply("referred", complaint, by=None, at=at)

    return engine.create(
        row,
        by=by,
        permission=P.REFERRAL_DRAFT,
        verb="draft",
        at=at,
        then=papers_and_complaint,
        programme=programme.code,
    )


def _kind(receiver: Organisation) -> str:
    kinds = {
        Organisation.Kind.SOCIAL_OFFICE: ReferralKind.INTERNAL,
        Organisation.Kind.PARTNER: ReferralKind.PARTNER,
    }
    return kinds.get(Organisation.Kind(receiver.kind), ReferralKind.EXTERNAL_AGENCY)
